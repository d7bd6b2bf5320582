"""The filter bar by keyboard and mouse, over the sample's recording."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.gui.screenshots import furnish
from tests.panels.sample import Sample
from workbench.gui import views
from workbench.gui.completer import Completer
from workbench.gui.filter_popup import FilterReason
from workbench.gui.screenshots import settle
from workbench.gui.timeline.view import TimelineView
from workbench.gui.window import Window


class Stage:
    def __init__(self, window: Window) -> None:
        self.window = window
        self.space = furnish(window, Sample())
        self.view = TimelineView(window.bridge, self.space)
        self.view.counted.connect(window.toolbar.filter.show_count)
        self.completer: Completer = views.add_suggestions(window, self.space)
        window.add_view("timeline", self.view)
        self.bar = window.toolbar.filter
        self.field = self.bar.field
        self.popup = self.completer._popup
        self.reason = window.centralWidget().findChild(FilterReason)
        self.beat()
        self.completer._look()
        window.activateWindow()

    def beat(self, n: int = 60) -> None:
        self.bar.apply()
        for _ in range(n):
            self.view.refresh()

    @property
    def offered(self) -> list[str]:
        return [option.text for option in self.popup.offer.options]


@pytest.fixture
def stage(window: Window, qtbot: QtBot) -> Stage:
    made = Stage(window)
    qtbot.waitUntil(window.isActiveWindow, timeout=20_000)
    settle()
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert made.field.hasFocus()
    return made


def test_tab_and_enter_take_what_is_offered(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClicks(stage.field, "con")
    assert stage.popup.isVisible()
    assert stage.offered == ["conn:"]
    qtbot.keyClick(stage.field, Qt.Key.Key_Tab)
    assert stage.field.hasFocus()
    assert stage.bar.text == "conn:"
    assert "conn:b-naive" in stage.offered  # a key is followed by its values at once
    while stage.popup.offer.options[stage.popup.current].text != "conn:b-naive":
        qtbot.keyClick(stage.field, Qt.Key.Key_Down)
    qtbot.keyClick(stage.field, Qt.Key.Key_Return)
    assert stage.bar.text == "conn:b-naive "
    assert not stage.popup.isVisible()
    stage.beat()
    assert stage.space.messages.filter.single == "b-naive"


def test_the_mouse_takes_too(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClicks(stage.field, "is:re")
    place = stage.popup._rects()[1].center()
    wanted = stage.offered[1]
    qtbot.mouseMove(stage.popup, place)
    qtbot.mouseClick(stage.popup, Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert stage.bar.text == f"{wanted} "
    assert stage.field.hasFocus()


def test_esc_closes_then_leaves(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClicks(stage.field, "la")
    assert stage.popup.isVisible()
    qtbot.keyClick(stage.field, Qt.Key.Key_Escape)
    assert not stage.popup.isVisible()
    assert stage.field.hasFocus()
    qtbot.keyClick(stage.field, Qt.Key.Key_Escape)
    assert not stage.field.hasFocus()


def test_rows_follow_the_text_and_the_bar_counts(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClicks(stage.field, "conn:b-naive id:4470..4475 ")
    stage.beat()
    assert stage.space.messages.messages == 6
    assert stage.bar._count.text().replace("\u00a0", " ").startswith("6 of ")


def test_a_mistake_is_underlined_said_and_mended(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClicks(stage.field, "conn:b-naive ")
    stage.beat()
    before = len(stage.space.messages)
    qtbot.keyClicks(stage.field, "jsn.type:tick ")
    stage.beat()
    assert len(stage.space.messages) == before  # the last good rows stay
    assert stage.field._span == (13, 16)
    assert stage.reason.isVisible()
    assert "Unknown key" in stage.reason.words.text()
    assert "Did you mean json?" in stage.field.accessibleDescription()
    qtbot.keyClick(stage.field, Qt.Key.Key_Tab)
    assert stage.bar.text == "conn:b-naive json.type:tick "
    assert not stage.reason.isVisible()
    assert stage.field._span[0] == stage.field._span[1]


def test_suggestions_and_reason_do_not_cover_each_other(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClicks(stage.field, "lag")
    assert stage.popup.isVisible()
    assert not stage.reason.isVisible()
    qtbot.keyClick(stage.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(stage.reason.isVisible, timeout=20_000)


def test_nothing_fits(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClicks(stage.field, "id:99999 -is:event ")
    stage.beat()
    assert stage.view.empty.isVisible()
    assert stage.view.empty.text.text().startswith("Nothing matches id:99999 -is:event.")


def test_earlier_filters_come_back(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClicks(stage.field, "conn:b-naive ")
    stage.bar.remember()
    stage.bar.clear()
    qtbot.keyClick(stage.field, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert stage.bar.text.strip() == "conn:b-naive"
    qtbot.keyClick(stage.field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert stage.bar.text == ""
