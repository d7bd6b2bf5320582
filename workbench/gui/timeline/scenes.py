"""States of the Timeline worth a picture; a workspace with a recording is handed in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from workbench.gui.timeline.view import Bridge, TimelineView
from workbench.panels.workspace import Workspace

SETTLE = 60  # beats until a small recording is read


def scenes(bridge: Bridge, space: Workspace) -> dict[str, Callable[[], QWidget]]:
    """Name → what makes the widget."""
    return {
        "timeline": lambda: after_gap(bridge, space),
        "timeline-all": lambda: settled(bridge, space, ""),
        "timeline-hex": lambda: in_hex(bridge, space),
        "timeline-nothing": lambda: settled(bridge, space, "conn:nobody"),
    }


def settled(bridge: Bridge, space: Workspace, chosen: str) -> TimelineView:
    """The view with a filter, everything read."""
    view = TimelineView(bridge, space)
    for _ in range(SETTLE):
        view.refresh()
    view.set_filter(chosen)
    for _ in range(SETTLE):
        view.refresh()
    return view


def after_gap(bridge: Bridge, space: Workspace) -> TimelineView:
    """The first update after the longest gap is selected, alone with its connection."""
    view = settled(bridge, space, "")
    gaps = [gap for gaps in space.story.gaps.values() for gap in gaps if gap.end]
    if not gaps:
        return view
    longest = max(gaps, key=lambda gap: gap.end - gap.start)
    view.choose_connection(longest.client)
    view.set_filter(f"conn:{longest.client}")
    for _ in range(SETTLE):
        view.refresh()
    view.show_moment(longest.end, longest.client)
    while (row := view.table.current_row()) is not None and (row.event or row.id == "–"):
        view.table.select(view.table.current + 1)
    view.table._settle(max(0, view.table.current - view.table.page // 2))
    return view


def in_hex(bridge: Bridge, space: Workspace) -> TimelineView:
    """The same message as octets."""
    view = after_gap(bridge, space)
    view.inspector.show_tab("Hex")
    return view
