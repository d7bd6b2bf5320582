"""Marks in a lane: what the arrow keys stop at, a click snaps to, and a tooltip tells."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from workbench.gui.look.theme import px
from workbench.gui.timeline.geometry import Geometry
from workbench.panels import wording
from workbench.panels.lanes import gap_chip, gap_words
from workbench.panels.story import Gap
from workbench.panels.workspace import Workspace

if TYPE_CHECKING:
    from workbench.gui.timeline.overview import Overview


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment worth stopping at, in words."""

    moment: int
    words: str


def marks_of(space: Workspace, client: str) -> list[Mark]:
    """The marks of a client's lane, in order of time."""
    story, found = space.story, []
    for gap in story.gaps.get(client, ()):
        found.append(Mark(gap.start, gap_words(gap, space.last)))
        if gap.end:
            found.append(Mark(gap.end, f"{client}, back again"))
    for fault in story.faults:
        if not fault.clients or client in fault.clients:
            found.append(Mark(fault.start, f"{client}, {fault.chip}"))
    found += [Mark(deploy.start, deploy.title) for deploy in story.deploys]
    return sorted(found, key=lambda mark: mark.moment)


def mark_near(marks: list[Mark], moment: int, g: Geometry, room: float) -> Mark | None:
    """The mark nearest to a moment, at most ``room`` pixels away."""
    near = min(marks, key=lambda mark: abs(mark.moment - moment), default=None)
    if near is None or abs(g.scale.x(near.moment) - g.scale.x(moment)) > room:
        return None
    return near


def tip_at(overview: Overview, place: QPoint) -> str:
    """What lies under the pointer, as plain text ("" for nothing)."""
    scene = overview.scene
    if scene is None:
        return ""
    g = scene.geometry
    lane = g.lane_at(place.y())
    if lane is None or place.x() < g.left or place.x() > g.right:
        return ""
    name, drawn = scene.names[lane], scene.lanes[lane - g.top]
    x = place.x() - g.left
    lines = [wording.at(g.moment(place.x()), overview.space.zone)]
    lines += _gap_lines(overview.space, drawn.gaps, x)
    lines += _count_lines(overview, lane - g.top, place.x())
    lines += [chip.text for chip in drawn.dropped if chip.left - 4 <= x <= chip.right + 4]
    shown = "<br>".join(html.escape(line) for line in lines)
    return f"<qt><b>{html.escape(wording.plain(name, 80))}</b><br>{shown}</qt>"


def _gap_lines(space: Workspace, gaps: list[tuple[float, float, Gap]], x: float) -> list[str]:
    for x0, x1, gap in gaps:
        if x0 - 2 <= x <= x1 + 2:
            length = wording.duration((gap.end or space.last) - gap.start)
            chip = gap_chip(gap)
            said = f"Away for {length}" + (f" ({wording.code(gap.code)})" if gap.code else "")
            return [said, chip[0].capitalize()] if chip else [said]
    return []


def _count_lines(overview: Overview, lane: int, x: int) -> list[str]:
    scene = overview.scene
    assert scene is not None
    ratio = scene.counts.shape[2] / max(1, scene.geometry.right - scene.geometry.left)
    middle, side = round((x - scene.geometry.left) * ratio), max(1, round(px(2) * ratio))
    part = scene.counts[lane, :, max(0, middle - side) : middle + side + 1].sum(axis=1)
    about = "about " if overview.space.window.about else ""
    words = (("received", int(part[0])), ("sent", int(part[1])))
    return [f"{about}{wording.count(n)} {word}" for word, n in words if n]
