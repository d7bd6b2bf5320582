"""Puts the Timeline, Latency and Recovery into the window, on one workspace and one clock."""

from __future__ import annotations

from PySide6.QtCore import Qt

from workbench.gui.completer import Completer
from workbench.gui.faults.dock import FaultsDock
from workbench.gui.filter_popup import FilterPopup, FilterReason
from workbench.gui.latency.view import LatencyView
from workbench.gui.recovery.view import RecoveryView
from workbench.gui.scenarios.view import ScenariosView
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
    bar = window.toolbar.filter
    timeline.counted.connect(bar.show_count)
    add_suggestions(window, space)
    window.add_view("timeline", timeline)
    window.add_view("latency", Scrolled(latency, LATENCY))
    window.add_view("recovery", recovery)  # it scrolls by itself, its bars stay in view
    add_scenarios(window)
    add_faults(window)
    return space


def add_faults(window: Window) -> FaultsDock:
    """Give the window its Faults dock."""
    dock = FaultsDock(window.bridge, window.commands)
    dock.left.connect(window.open_faults)
    window.connection_chosen.connect(dock.select)
    dock.select(window.selected)
    window.side.addWidget(dock)
    window.side.setFixedWidth(dock.width())
    if window.memory.get("faults", False):
        window.side.show()
    return dock


def add_suggestions(window: Window, space: Workspace) -> Completer:
    """Under the filter bar: what could be typed next, and what is wrong."""
    bar, over = window.toolbar.filter, window.centralWidget()
    assert over is not None
    popup, reason = FilterPopup(over), FilterReason(bar, over)
    popup.shown.connect(reason.give_way)
    bar.wrong.connect(reason.say)
    return Completer(bar, popup, space)


def add_scenarios(window: Window) -> ScenariosView:
    """Give the window its Scenarios view."""
    scenarios = ScenariosView(window.bridge, window.memory)

    def to_recording(folder: str) -> None:
        window.acts.open(folder)
        window.show_view("recovery")

    scenarios.notice.connect(window.notices.show)
    scenarios.recording_wanted.connect(to_recording)
    scenarios.folder_wanted.connect(window.acts.scenario_folder)
    window.acts.scenarios = scenarios
    window.add_view("scenarios", scenarios)
    return scenarios
