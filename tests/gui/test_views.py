"""Both views in the window: one clock, and the ways between them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.screenshots import opener, scenes, tell
from tests.panels.sample import NS, START, Sample
from workbench.gui import screenshots, views
from workbench.gui.window import Window


@pytest.fixture
def furnished(window: Window) -> Window:
    """The window with both views over the demo's recording."""
    story = Sample()
    views.add(window, opener(story))
    tell(window, story)
    for name in ("timeline", "recovery"):
        window.show_view(name)
        for _ in range(80):
            window._views[name].refresh()
    return window


def test_from_the_verdict_to_the_gap_and_back(furnished: Window) -> None:
    window = furnished
    window.show_view("recovery")
    recovery, timeline = window._views["recovery"], window._views["timeline"]
    recovery.refresh()
    assert recovery.banner.text.text() == "1 of 3 clients lost updates"
    QTest.mouseClick(recovery.why.to_timeline, Qt.MouseButton.LeftButton)
    assert window.view == "timeline"
    row = timeline.table.current_row()
    assert row.connection == "b-naive"
    assert row.moment >= START + round(7.84 * NS)
    timeline.table.select(0)
    for _ in range(2):
        QTest.keyClick(timeline.table, "g")
    QTest.keyClick(timeline.table, Qt.Key.Key_Return)
    assert window.view == "recovery"
    assert (recovery.number, recovery.client) == (1, "b-naive")


def test_only_the_view_that_is_seen_beats(furnished: Window) -> None:
    window = furnished
    recovery, timeline = window._views["recovery"], window._views["timeline"]
    window.show_view("timeline")
    assert (timeline._timer.isActive(), recovery._timer.isActive()) == (True, False)
    window.show_view("recovery")
    assert (timeline._timer.isActive(), recovery._timer.isActive()) == (False, True)


def test_the_window_chooses_connection_and_filter_for_the_timeline(furnished: Window) -> None:
    window = furnished
    timeline = window._views["timeline"]
    window.connection_chosen.emit("c-overlap")
    assert timeline.space.selected == "c-overlap"
    assert timeline.composer.target.currentData() == "c-overlap"
    window.only("b-naive")
    for _ in range(60):
        timeline.refresh()
    assert timeline.space.messages.filter.single == "b-naive"


@pytest.mark.slow
@pytest.mark.parametrize("scene", list(scenes()), ids=lambda scene: scene.name)
def test_every_scene_is_drawn(scene: screenshots.Scene, dressed: object, tmp_path: Any) -> None:
    file = screenshots.take(scene, "dark", (1024, 700), tmp_path)
    assert file.stat().st_size > 20_000
