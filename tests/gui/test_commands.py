"""Menus, palette, shortcuts: all from one registry, nothing dead, nothing twice."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from workbench.gui.actions import MENUS, Command, Commands
from workbench.gui.window import Window
from workbench.panels import abilities

#: UX section 17, as far as this version goes
SHORTCUTS = {
    "Ctrl+K": "palette",
    "Ctrl+/": "shortcuts",
    "Ctrl+1": "timeline",
    "Ctrl+2": "latency",
    "Ctrl+3": "recovery",
    "Ctrl+4": "scenarios",
    "F6": "next-pane",
    "Shift+F6": "previous-pane",
    "Ctrl+N": "connect",
    "Ctrl+Shift+N": "add-proxy",
    "Ctrl+R": "toggle-recording",
    "Ctrl+O": "open-recording",
    "Ctrl+F": "filter",
    "Ctrl+B": "connections",
    "F8": "cut-selected",
    "Shift+F8": "cut-everything",
    "F9": "deploy",
    "Ctrl+J": "faults",
    "Ctrl+Shift+X": "clear-faults",
    "F5": "run-scenario",
    "Shift+F5": "stop-scenario",
    "Ctrl+,": "settings",
    "F11": "full-screen",
    "Ctrl++": "larger",
    "Ctrl+-": "smaller",
    "Ctrl+0": "normal-size",
}


def test_every_listed_shortcut_leads_to_its_command(window: Window) -> None:
    for keys, name in SHORTCUTS.items():
        command = window.commands.with_shortcut(keys)
        assert command is not None, keys
        assert command.name == name
        assert QKeySequence(keys) in window.commands.action(name).shortcuts()


def test_every_command_is_in_a_menu_and_no_shortcut_is_used_twice(window: Window) -> None:
    shown = [
        action.objectName()
        for menu in window.menuBar().actions()
        for action in menu.menu().actions()
        if not action.isSeparator()
    ]
    assert sorted(shown) == sorted(command.name for command in window.commands)
    keys = [k for c in window.commands for k in (c.shortcut, c.also) if k]
    assert len(keys) == len(set(keys))
    assert [a.text() for a in window.menuBar().actions()] == [f"&{m}" for m in MENUS]


def test_engine_commands_are_known_to_the_rules(window: Window) -> None:
    names = {command.name for command in window.commands}
    assert names >= abilities.ENGINE


def test_a_name_or_shortcut_twice_is_an_error(window: Window) -> None:
    commands = Commands(window)
    commands.add(Command("one", "One", lambda: None, "File", "Ctrl+Alt+1"))
    with pytest.raises(ValueError, match="exists"):
        commands.add(Command("one", "Two", lambda: None, "File"))
    with pytest.raises(ValueError, match="taken by one"):
        commands.add(Command("two", "Two", lambda: None, "File", also="Ctrl+Alt+1"))


def test_a_forbidden_command_does_nothing_and_says_why(window: Window, asked) -> None:
    window.commands.run("cut-selected")
    assert asked.commands == []
    assert window.commands.action("cut-selected").statusTip() == "Select a connection first."


def test_the_palette_finds_and_does(filled: Window, qtbot: QtBot) -> None:
    qtbot.keyClick(filled, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = filled.sheets.palette
    assert palette.isVisible()
    assert palette.query.hasFocus()
    qtbot.keyClicks(palette.query, "recov")
    assert palette.list.item(0).text().startswith("Recovery")
    qtbot.keyClick(palette.query, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert filled.view == "recovery"


def test_the_palette_says_when_nothing_fits_and_esc_closes(filled: Window, qtbot: QtBot) -> None:
    filled.commands.run("palette")
    palette = filled.sheets.palette
    qtbot.keyClicks(palette.query, "zzzz")
    assert palette.none.isVisible()
    qtbot.keyClick(palette.query, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyClick(palette.query, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_the_palette_keeps_a_forbidden_command(filled: Window, qtbot: QtBot, asked) -> None:
    filled.commands.run("palette")
    palette = filled.sheets.palette
    qtbot.keyClicks(palette.query, "abort")
    qtbot.keyClick(palette.query, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert asked.commands == []


def test_the_list_of_shortcuts_is_whole(filled: Window) -> None:
    filled.sheets.add_keys("In the table", [("End", "Newest row")])
    filled.commands.run("shortcuts")
    listed = dict(filled.sheets.shortcuts.sections())
    assert ("F8", "Cut now (RST)") in listed["Outage"]
    assert listed["In the table"] == [("End", "Newest row")]
    words = {keys for rows in listed.values() for keys, _ in rows}
    assert set(SHORTCUTS) - {"Ctrl++"} <= words
