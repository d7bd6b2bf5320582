"""The sheets: what they ask for, and errors beside the field they concern."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workbench.door import commands as door
from workbench.gui import sample
from workbench.gui.screenshots import settle
from workbench.gui.sheets import through
from workbench.gui.window import Window
from workbench.panels.notices import Notice


def test_first_run_connects_or_says_what_is_wrong(window: Window, asked) -> None:
    row = window.first_run.connect_row
    row.field.setText("host/path")
    row.press.click()
    assert asked.commands == []
    assert "ws://host/path" in row._card.wrong.text()
    assert row._card.wrong.isVisible()
    row.field.setText("ws://host/path")
    assert not row._card.wrong.isVisible()
    row.press.click()
    assert asked.last.address == "ws://host/path"


def test_first_run_starts_a_proxy_and_shows_the_address(window: Window, asked, qtbot) -> None:
    row = window.first_run.proxy_row
    row.field.setText("wss://staging.example/stream?a=1")
    qtbot.keyClick(row.field, Qt.Key.Key_Return)
    assert asked.last == door.StartProxy(to="wss://staging.example/stream?a=1")
    asked.done[-1]({"name": "proxy-1", "listen": "ws://127.0.0.1:9001"})
    settle()
    sheet = window.sheets.proxy
    assert sheet.shown.text() == "ws://127.0.0.1:9001/stream?a=1"
    assert sheet.state.text() == "Waiting for your app to connect…"
    sheet.copy.click()
    assert QApplication.clipboard().text() == "ws://127.0.0.1:9001/stream?a=1"
    value = {"name": "proxy-1", "listen": "", "to": "", "links": 2, "state": "listening",
             "error": None}  # fmt: skip
    window.bridge.mirror.put("proxy", "proxy-1", value)
    window.bridge.changed.emit(frozenset({("proxy", "proxy-1")}))
    assert "connected" in sheet.state.text()


def test_connect_directly(filled: Window, asked, qtbot: QtBot) -> None:
    filled.commands.run("connect")
    sheet = filled.sheets.connect
    assert sheet.address.entry.hasFocus()
    qtbot.keyClicks(sheet.address.entry, "wss://host/path")
    sheet.name.entry.setText("me")
    qtbot.keyClick(sheet.address.entry, Qt.Key.Key_Return)
    assert asked.last == door.Connect(address="wss://host/path", name="me")
    assert not sheet.press.isEnabled()
    asked.done[-1]({"name": "me"})
    assert not sheet.isVisible()
    assert filled.memory.recent("addresses") == ["wss://host/path"]


def test_an_error_of_the_engine_stands_beside_the_address(filled: Window, asked) -> None:
    sheet = filled.sheets.connect
    sheet.ask("wss://host")
    sheet.go()
    asked.wrong[-1](Notice("error", "Could not connect.", "<i>No</i>.", "Check it."))
    assert sheet.address.wrong == "Could not connect. <i>No</i>. Check it."
    assert sheet.press.isEnabled()


def test_connect_through_a_proxy(filled: Window, asked) -> None:
    sheet = filled.sheets.connect
    sheet.ask("wss://host/a?b")
    sheet.how.choose("proxy")
    sheet.go()
    assert asked.last == door.StartProxy(to="wss://host/a?b")
    asked.done[-1]({"name": "p", "listen": "ws://127.0.0.1:5"})
    assert asked.last.address == "ws://127.0.0.1:5/a?b"


def test_connect_to_the_built_in_service(filled: Window, asked) -> None:
    sheet = filled.sheets.connect
    sheet.ask()
    sheet.how.group.button(2).click()
    assert not sheet.address.isVisible()
    sheet.go()
    assert isinstance(asked.last, door.StartService)
    asked.done[-1]({"name": "s", "address": "ws://127.0.0.1:7/ws"})
    assert (asked.last.address, asked.last.stream) == ("ws://127.0.0.1:7/ws", "prices")


def test_through_keeps_the_path() -> None:
    assert through("ws://127.0.0.1:5/", "wss://h/x/y?z=1") == "ws://127.0.0.1:5/x/y?z=1"
    assert through("ws://127.0.0.1:5", "wss://h") == "ws://127.0.0.1:5"


def test_a_port_in_use_stands_beside_the_port(filled: Window, asked) -> None:
    filled.commands.run("add-proxy")
    sheet = filled.sheets.proxy
    sheet.to.entry.setText("ws://h")
    sheet.listen.entry.setText("127.0.0.1")
    sheet.press.click()
    assert asked.commands == []
    assert sheet.listen.wrong
    sheet.listen.entry.setText("127.0.0.1:9001")
    sheet.press.click()
    asked.wrong[-1](Notice("error", "Port 9001 is in use."))
    assert sheet.listen.wrong == "Port 9001 is in use."
    assert sheet.to.wrong == ""


def test_deploy_leads_to_recovery(filled: Window) -> None:
    wanted = []
    filled.deploy_wanted.connect(lambda: wanted.append(filled.view))
    filled.commands.run("deploy")
    assert wanted == ["recovery"]


def test_settings_apply_at_once_and_are_kept(filled: Window, dressed) -> None:
    filled.commands.run("settings")
    sheet = filled.sheets.settings
    sheet.theme.group.button(2).click()
    assert dressed.name == "light"
    sheet.text_size.setCurrentIndex(5)
    sheet.text_size.activated.emit(5)
    assert dressed.scale == 1.5
    assert (filled.memory.get("theme"), filled.memory.get("scale")) == ("light", 1.5)
    filled.commands.run("theme-dark")
    assert sheet.theme.chosen == "dark"


def test_the_focus_goes_back_where_it_was(filled: Window, qtbot: QtBot) -> None:
    filled.dock.list.setFocus()
    filled.commands.run("connect")
    qtbot.keyClick(filled.sheets.connect, Qt.Key.Key_Escape)
    assert filled.dock.list.hasFocus()


def test_a_sheet_fits_the_smallest_window_at_200_percent(filled: Window, dressed) -> None:
    filled.resize(960, 640)
    dressed.resize(2.0)
    filled.commands.run("connect")
    settle()
    sheet = filled.sheets.connect
    assert sheet.parentWidget().rect().contains(sheet.geometry())
    assert sample.NOW  # the sample's clock is fixed
