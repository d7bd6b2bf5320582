"""What the Latency view says while it has nothing to show, or shows something else."""

from __future__ import annotations

from workbench.panels import wording
from workbench.panels.latency import METRICS, Latency
from workbench.panels.latency_chart import Query


def nothing(latency: Latency) -> str:
    """Why there is nothing to see at all; "" when there is something."""
    space = latency.space
    if space.error is not None:
        return str(space.error)
    if any(cells.count for cells in latency.cells.values()):
        return ""
    if latency.share < 1.0:
        return "Reading the recording…"
    if not space.mirror["connection"] and not space.clients():
        return "No connections yet. Latency is measured on every connection by itself."
    return "Nothing to measure yet. Lag, round trips and silences are shown as messages come."


def note(latency: Latency, wanted: str, query: Query, busy: bool) -> str:
    """One line above the figures, or ""."""
    if busy and latency.share < 0.98:
        return f"Reading the recording: {latency.share:.0%}"
    if query.metric != wanted:
        shown = METRICS[query.metric].title
        return f"{METRICS[wanted].needs} Showing {shown[0].lower()}{shown[1:]} instead."
    if not latency.cells[wanted].count:
        return METRICS[wanted].needs
    dropped = latency.lanes[wanted].dropped
    if query.client and dropped:
        gone = wording.many(dropped, "sample")
        return f"The oldest {gone} are only kept for all connections together."
    lane = latency.lane(query.client)
    held = latency.cells if lane is None else latency.lanes
    cells, _ = held[wanted].between(query.start, query.end, lane)
    if not len(cells):
        who = wording.plain(query.client, 60) or "any connection"
        return f"Nothing was measured on {who} in this window. Press 0 for the whole session."
    return ""
