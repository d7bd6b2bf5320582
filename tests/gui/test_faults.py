"""The Faults dock by keyboard and mouse."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.screenshots import units
from workbench.door import commands as door
from workbench.gui import sample, views
from workbench.gui.faults.dock import FaultsDock
from workbench.gui.faults.rows import OnceCard, WhileRow
from workbench.gui.screenshots import settle, tell_all
from workbench.gui.window import Window
from workbench.panels.notices import Notice

CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def active(window: Window, qtbot: QtBot) -> None:
    """Shortcuts go to the active window alone."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=20_000)


@pytest.fixture
def dock(filled: Window, asked, qtbot: QtBot) -> FaultsDock:
    made = views.add_faults(filled)
    assert isinstance(asked.last, door.ListUnits)
    asked.done[-1](units())
    filled.dock.select("b-naive")
    active(filled, qtbot)
    qtbot.keyClick(filled, Qt.Key.Key_J, CONTROL)
    settle()
    assert made.isVisible()
    return made


def part(dock: FaultsDock, name: str):
    return next(p for p in dock.parts if p.fault.name == name)


def injected(asked) -> tuple[str, str, dict[str, object]]:
    assert isinstance(asked.last, door.Inject)
    return asked.last.fault, asked.last.scope, json.loads(asked.last.settings)


def test_ctrl_j_opens_and_closes(dock: FaultsDock, filled: Window, qtbot: QtBot) -> None:
    assert filled.commands.action("faults").isChecked()
    assert dock.isAncestorOf(filled.focusWidget())
    active(filled, qtbot)
    qtbot.keyClick(filled.focusWidget(), Qt.Key.Key_J, CONTROL)
    assert not dock.isVisible()
    qtbot.mouseClick(filled.toolbar.faults, LEFT, pos=filled.toolbar.faults.rect().center() / 2)
    assert dock.isVisible()
    qtbot.mouseClick(dock.close_, LEFT)
    assert not dock.isVisible()


def test_every_declared_fault_has_its_place(dock: FaultsDock) -> None:
    once = [p.fault.name for p in dock.parts if isinstance(p, OnceCard)]
    lasting = [p.fault.name for p in dock.parts if isinstance(p, WhileRow)]
    declared = units()["faults"]
    assert once[0] == "cut"
    assert sorted(once) == sorted(name for name, unit in declared.items() if not unit["hooks"])
    assert sorted(lasting) == sorted(name for name, unit in declared.items() if unit["hooks"])


def test_once_goes_to_the_scope(dock: FaultsDock, asked, qtbot: QtBot) -> None:
    qtbot.mouseClick(part(dock, "cut").press, LEFT)
    assert injected(asked) == ("cut", "b-naive", {"leg": "both"})
    qtbot.mouseClick(dock.scope.group.button(0), LEFT)
    qtbot.mouseClick(dock.way.group.button(1), LEFT)
    part(dock, "stall").press.setFocus()
    qtbot.keyClick(part(dock, "stall").press, Qt.Key.Key_Space)
    assert injected(asked) == ("stall", "", {"seconds": 5.0, "direction": "in"})


def test_a_code_of_ones_own(dock: FaultsDock, asked, qtbot: QtBot) -> None:
    card = part(dock, "close")
    qtbot.mouseClick(card.more, LEFT)
    code = card.entries[0].inner
    code.selectAll()
    qtbot.keyClicks(code, "70000")
    assert "at most 65535" in card.wrong.text()
    asked.commands.clear()
    qtbot.mouseClick(card.press, LEFT)
    assert asked.commands == []
    code.selectAll()
    qtbot.keyClicks(code, "1013")
    assert not card.wrong.isVisible()
    qtbot.mouseClick(card.press, LEFT)
    assert injected(asked)[2]["code"] == 1013


def test_the_scope_follows_until_it_is_pinned(dock: FaultsDock, filled: Window, qtbot) -> None:
    filled.dock.select("a-resume")
    assert dock.names == ["a-resume"]
    assert dock.scope.group.button(1).text() == "a-resume"
    qtbot.mouseClick(dock.pin, LEFT)
    filled.dock.select("b-naive")
    assert dock.names == ["a-resume"]


def test_a_switch_turns_it_on_counts_down_and_turns_it_off(
    dock: FaultsDock, filled: Window, asked, qtbot: QtBot
) -> None:
    row = part(dock, "latency")
    row.switch.setFocus()
    qtbot.keyClick(row.switch, Qt.Key.Key_Space)
    name, scope, settings = injected(asked)
    assert (name, scope) == ("latency", "b-naive")
    assert settings == {"delay": 120.0, "direction": "both", "seconds": 30.0}
    value = {"id": "7", "fault": "latency", "scope": ["b-naive"], "chip": "Latency"}
    value |= {"since": sample.NOW, "until": sample.NOW + 24 * sample.NS, "sees": "client is late"}
    filled.bridge.mirror.put("fault", "7", value)
    tell_all(filled)
    assert row.switch.isChecked()
    assert row.sees.text() == "Client is late. Ends in 0:24."
    assert row.property("on") is True
    assert "2 faults active" in dock.count.text().replace("\u00a0", " ")
    qtbot.mouseClick(row.switch, LEFT)
    assert asked.last == door.Heal(id="7")
    filled.bridge.mirror.put("fault", "7", None)
    tell_all(filled)
    assert not row.switch.isChecked()


def test_the_slider_sets_the_value(dock: FaultsDock, asked, qtbot: QtBot) -> None:
    row = part(dock, "drop")
    row.slider.setFocus()
    qtbot.keyClick(row.slider, Qt.Key.Key_End)
    assert row.value.text() == "100 %"
    qtbot.keyClick(row.slider, Qt.Key.Key_Home)
    assert row.value.text() == "0 %"


def test_what_the_engine_refuses_is_said_beside_it(dock: FaultsDock, asked, qtbot: QtBot) -> None:
    row = part(dock, "drop")
    qtbot.mouseClick(row.switch, LEFT)
    asked.wrong[-1](Notice("error", "It can't be had here."))
    assert row.wrong.text() == "It can't be had here."
    assert not row.switch.isChecked()


def test_undo_and_clear(dock: FaultsDock, filled: Window, asked, qtbot: QtBot) -> None:
    qtbot.mouseClick(dock.undo, LEFT)
    assert asked.last == door.Heal(id="1")
    qtbot.mouseClick(dock.clear, LEFT)
    assert asked.last == door.Heal()
    filled.bridge.mirror.put("fault", "1", None)
    tell_all(filled)
    assert dock.count.text() == "No fault active"
    assert not dock.undo.isEnabled()


def test_what_can_not_be_had_says_why(dock: FaultsDock, filled: Window) -> None:
    value = sample.connection("b-naive", state="closed")
    filled.bridge.mirror.put("connection", "b-naive", value)
    tell_all(filled)
    card = part(dock, "cut")
    assert not card.press.isEnabled()
    assert card.sees.text() == "b-naive is not connected now."
    assert not part(dock, "drop").switch.isEnabled()
