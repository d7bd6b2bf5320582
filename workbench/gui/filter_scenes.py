"""States of the filter bar worth a picture; the window and its workspace are handed in."""

from __future__ import annotations

from PySide6.QtTest import QTest

from workbench.gui import screenshots, views
from workbench.gui.timeline.view import TimelineView
from workbench.gui.window import Window
from workbench.panels.workspace import Workspace

SETTLE = 60


def typed(window: Window, space: Workspace, text: str) -> TimelineView:
    """The Timeline with a text typed into the bar, letter by letter."""
    view = TimelineView(window.bridge, space)
    view.counted.connect(window.toolbar.filter.show_count)
    completer = views.add_suggestions(window, space)
    window.show_view("timeline")
    window.add_view("timeline", view)
    for _ in range(SETTLE):
        view.refresh()
        completer.seen.step(space.source, space.walked)
    window.activateWindow()
    window.toolbar.filter.field.setFocus()
    QTest.keyClicks(window.toolbar.filter.field, text)
    window.toolbar.filter.apply()
    screenshots.settle()
    for _ in range(SETTLE):
        view.refresh()
    return view
