"""Puts the Timeline, Latency and Recovery into the window, on one workspace and one clock."""

from __future__ import annotations

from PySide6.QtCore import Qt

from workbench.gui.latency.view import LatencyView
from workbench.gui.recovery.view import RecoveryView
from workbench.gui.scrolled import Scrolled
from workbench.gui.timeline.view import TimelineView
from workbench.gui.window import Window
from workbench.panels.notices import Notice
from workbench.panels.opening import open_recording
from workbench.panels.source import Opener
from workbench.panels.workspace import Workspace

LATENCY = (720, 560)  # the least room in which nothing of it is clipped


def add(window: Window, opener: Opener = open_recording) -> Workspace:
    """Give the window its central views; returns what they share."""
    space = Workspace(window.bridge.mirror, opener)
    timeline = TimelineView(window.bridge, space)
    recovery = RecoveryView(window.bridge, space)
    latency = LatencyView(window.bridge, space)

    def to_timeline(moment: int, client: str) -> None:
        window.show_view("timeline")
        timeline.show_moment(moment, client)
        timeline.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def to_record(record: int, moment: int, client: str) -> None:
        window.show_view("timeline")
        if not timeline.show_record(record):  # hidden there: heartbeats, or by the filter
            timeline.show_moment(moment, client)
        timeline.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def to_recovery(number: int, client: str) -> None:
        window.show_view("recovery")
        recovery.show_outage(number, client)
        recovery.matrix.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell_verdict(words: str) -> None:
        window.verdict_said.emit(words)
        if window.view != "recovery":  # what is looked at needs no notice
            window.notices.show(Notice("info", words, time=window.bridge.clock()))

    def to_deploy() -> None:
        recovery.bar.run.setFocus(Qt.FocusReason.ShortcutFocusReason)

    latency.show_record.connect(to_record)
    latency.told.connect(window.notices.show)
    recovery.show_moment.connect(to_timeline)
    recovery.verdict_ready.connect(tell_verdict)
    window.deploy_wanted.connect(to_deploy)
    timeline.explain.connect(to_recovery)
    timeline.connection_chosen.connect(window.dock.select)
    timeline.filter_wanted.connect(lambda text: window.clear_filter())
    window.connection_chosen.connect(timeline.choose_connection)
    window.add_view("timeline", timeline)
    window.add_view("latency", Scrolled(latency, LATENCY))
    window.add_view("recovery", recovery)  # it scrolls by itself, its bars stay in view
    return space
