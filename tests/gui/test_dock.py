"""The connections dock: rows stay where they are, and everything works by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from workbench.gui import sample
from workbench.gui.dock_model import ROW, ConnectionModel
from workbench.gui.screenshots import settle, tell_all
from workbench.gui.window import Window
from workbench.panels import connections


def model_of(mirror) -> ConnectionModel:
    model = ConnectionModel(lambda name: [])
    model.show_rows(connections.rows(mirror, sample.NOW))
    return model


def test_only_what_changed_is_told(window: Window) -> None:
    mirror = window.bridge.mirror
    sample.fill(mirror)
    model = model_of(mirror)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    told: list[int] = []
    model.dataChanged.connect(lambda first, last: told.append(first.row()))
    mirror["connection"]["b-naive"]["rate"] = 9.0
    model.show_rows(connections.rows(mirror, sample.NOW))
    assert told == [model.place_of("b-naive")]


def test_a_new_row_above_does_not_move_the_selection(filled: Window) -> None:
    filled.dock.select("c-overlap")
    before = filled.dock.list.currentIndex().row()
    new = sample.connection("aa-new")
    values = {"aa-new": new, **filled.bridge.mirror["connection"]}
    for name in list(filled.bridge.mirror["connection"]):
        filled.bridge.mirror.put("connection", name, None)
    for name, value in values.items():
        filled.bridge.mirror.put("connection", name, value)
    tell_all(filled)
    assert filled.dock.current == "c-overlap"
    assert filled.dock.list.currentIndex().row() == before + 1


def test_a_connection_that_goes_takes_the_selection_with_it(filled: Window) -> None:
    heard = []
    filled.dock.select("c-overlap")
    filled.connection_chosen.connect(heard.append)
    filled.bridge.mirror.put("connection", "c-overlap", None)
    filled.bridge.changed.emit(frozenset({("connection", "c-overlap")}))
    settle()
    assert filled.dock.current != "c-overlap"


def test_two_thousand_rows(filled: Window) -> None:
    for n in range(2000):
        name = f"client-{n:04}"
        filled.bridge.mirror.put("connection", name, sample.connection(name))
    tell_all(filled)
    settle()
    assert filled.dock.model.rowCount() == 2000 + 4 + 2
    filled.dock.select("client-1999")
    settle()
    assert filled.dock.current == "client-1999"


def test_headings_fold_by_key_and_by_click(filled: Window, qtbot: QtBot) -> None:
    rows = filled.dock.list
    rows.setCurrentIndex(filled.dock.model.index(0, 0))
    count = filled.dock.model.rowCount()
    qtbot.keyClick(rows, Qt.Key.Key_Left)
    assert filled.dock.model.rowCount() == count - 4
    qtbot.keyClick(rows, Qt.Key.Key_Right)
    assert filled.dock.model.rowCount() == count
    settle()
    spot = rows.visualRect(filled.dock.model.index(0, 0)).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert filled.dock.model.rowCount() == count - 4


def test_enter_shows_only_this_connection(filled: Window, qtbot: QtBot) -> None:
    filled.show_view("recovery")
    filled.dock.select("b-naive")
    qtbot.keyClick(filled.dock.list, Qt.Key.Key_Return)
    assert filled.toolbar.filter.text == "conn:b-naive"
    assert filled.view == "timeline"
    qtbot.keyClick(filled.dock.list, Qt.Key.Key_Return)
    assert filled.toolbar.filter.text == "conn:b-naive"  # once


def test_find_and_its_empty_state(filled: Window, qtbot: QtBot) -> None:
    filled.dock._search.click()
    qtbot.keyClicks(filled.dock.finder, "feed")
    assert filled.dock.model.place_of("d-feed") >= 0
    assert filled.dock.model.place_of("b-naive") == -1
    qtbot.keyClicks(filled.dock.finder, "xyz")
    assert filled.dock._nothing.text() == "No connection has this name."
    assert filled.dock._nothing.isVisible()
    qtbot.keyClick(filled.dock.finder, Qt.Key.Key_Escape)
    assert filled.dock.model.place_of("b-naive") >= 0


def test_no_connections_offers_the_next_step(window: Window, asked) -> None:
    window.bridge.mirror.put("session", "current", sample.session())
    tell_all(window)
    settle()
    assert window.dock._nothing.isVisible()
    window.dock._offers[2].click()
    assert type(asked.last).__name__ == "RunDemo"


def test_the_menu_of_a_row_holds_only_what_can_be_done_with_it(filled: Window) -> None:
    model = filled.dock.model

    def names(index: QModelIndex) -> list[str]:
        menu = filled.dock.menu_for(index)
        return [] if menu is None else [a.objectName() for a in menu.actions()]

    place = model.place_of("b-naive")
    assert "disconnect" in names(model.index(place, 0))
    changed = sample.connection("b-naive", ours=False)
    filled.bridge.mirror.put("connection", "b-naive", changed)
    tell_all(filled)
    assert "disconnect" not in names(model.index(place, 0))
    assert names(model.index(0, 0)) == []
    assert names(QModelIndex()) == []


def test_rows_are_named_in_words_and_tooltips_are_never_markup(filled: Window) -> None:
    filled.bridge.mirror.put("connection", "<b>x</b>", sample.connection("<b>x</b>"))
    tell_all(filled)
    model = filled.dock.model
    index = model.index(model.place_of("<b>x</b>"), 0)
    assert model.data(index, Qt.ItemDataRole.AccessibleTextRole).startswith("<b>x</b>, WS, Open")
    assert "<" not in model.data(index, Qt.ItemDataRole.ToolTipRole)
    assert model.data(QModelIndex(), ROW) is None


def test_a_right_click_opens_the_menu(filled: Window, monkeypatch) -> None:
    shown = []
    monkeypatch.setattr(
        "workbench.gui.dock.QMenu.popup", lambda self, at: shown.append(self.actions())
    )
    place = filled.dock.list.visualRect(filled.dock.model.index(1, 0)).center()
    filled.dock._menu(place)
    filled.dock._menu(QPoint(5, 5000))
    assert len(shown) == 1
