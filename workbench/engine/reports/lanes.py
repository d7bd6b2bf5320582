"""The lanes of one outage as inline SVG (UX section 6)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.door.told import KINDS
from workbench.engine.reports import words
from workbench.engine.reports.axis import Axis
from workbench.engine.reports.facts import BINS, Array, Lane, Mark, Picture
from workbench.engine.reports.markup import Markup, el, joined
from workbench.engine.reports.masking import Masker, clip

WIDTH, NAMES, RIGHT = 1094, 150, 12
TOP, LANE, BOTTOM = 30, 30, 24
CHARACTER = 6.9  # width of one at 11 px in bold, a little generous


def lanes_svg(outage: Mapping[str, Any], picture: Picture, masker: Masker) -> Markup:
    """One lane per client of the picture, on one axis that begins at the outage."""
    zero = int(outage["started_ns"]) if outage["number"] else picture.start
    axis = Axis(picture.start, picture.end, NAMES, WIDTH - RIGHT, zero)
    height = TOP + LANE * len(picture.lanes) + BOTTOM
    told = {client["name"]: client for client in outage["clients"]}
    rows = [
        _lane(lane, told[lane.client], axis, TOP + LANE * i, masker)
        for i, lane in enumerate(picture.lanes)
    ]
    return el(
        "svg",
        el("title", f"Lanes of {words.many(len(picture.lanes), 'client')}"),
        _axis(axis, height),
        _marks(picture.marks, axis, height, masker),
        rows,
        viewBox=f"0 0 {WIDTH} {height}",
        role="img",
        class_="lanes",
    )


def pattern() -> Markup:
    """The hatching of gaps, once for the whole page."""
    line = el("path", d="M-1 1l2-2M0 6l6-6M5 7l2-2", class_="hatch", stroke_width=1)
    hatch = el("pattern", line, id="hatch", width=6, height=6, patternUnits="userSpaceOnUse")
    return el("svg", el("defs", hatch), width=0, height=0, style="position:absolute")


def _axis(axis: Axis, height: float) -> Markup:
    base = height - BOTTOM
    lines = [
        joined(
            [
                el("line", x1=x, x2=x, y1=TOP, y2=base, class_="line"),
                el("text", text, x=x, y=base + 16, text_anchor="middle"),
            ]
        )
        for x, text in axis.ticks()
    ]
    return joined(lines)


def _marks(marks: Sequence[Mark], axis: Axis, height: float, masker: Masker) -> Markup:
    """Deploys as a flag and a line through all lanes, faults in amber; words do not overlap."""
    drawn, free = [], 0.0
    for mark in sorted(marks, key=lambda m: m.start)[:40]:
        kind = "flag" if mark.kind == "deploy" else "fault"
        title = mark.title or KINDS.get(mark.kind, mark.kind)
        x, text = axis.x(mark.start), masker.text(title, 60)
        drawn.append(_rule(x, height, kind))
        flag = el("path", d=f"M{x:.1f} 8h9l-3 4l3 4h-9z", class_=kind)
        drawn.append(el("g", el("title", text), flag))
        if mark.end is not None and mark.end > mark.start:
            drawn.append(_rule(axis.x(mark.end), height, kind, dashed=True))
        wide = len(text) * CHARACTER
        if x + 13 >= free and x + 13 + wide <= WIDTH:
            drawn.append(el("text", text, x=x + 13, y=16, class_="strong"))
            free = x + 13 + wide + 8
    return joined(drawn)


def _rule(x: float, height: float, kind: str, *, dashed: bool = False) -> Markup:
    dash = "3 3" if dashed else None
    return el(
        "line",
        x1=x,
        x2=x,
        y1=8 if not dashed else TOP,
        y2=height - BOTTOM,
        class_=f"{kind}line",
        stroke_dasharray=dash,
    )


def _lane(lane: Lane, told: Mapping[str, Any], axis: Axis, y: float, masker: Masker) -> Markup:
    name, mid = masker.text(lane.client, 120), y + LANE / 2
    return el(
        "g",
        el("title", f"{name}: {masker.text(told['word'], 60)}"),
        el("line", x1=0, x2=WIDTH, y1=y + LANE, y2=y + LANE, class_="line"),
        el("text", clip(name, 18), x=12, y=mid + 4, class_="name"),
        el("line", x1=NAMES, x2=WIDTH - RIGHT, y1=mid, y2=mid, class_="mid"),
        _ticks(lane.received, mid, "in", up=True),
        _ticks(lane.sent, mid, "out", up=False),
        [_gap(gap, axis, y) for gap in lane.gaps],
        _diamonds(lane.replayed, axis, mid),
        _chip(lane, told, axis, mid, masker),
        class_="lane",
    )


def _ticks(counts: Array, mid: float, kind: str, *, up: bool) -> Markup:
    """One path of bars; the height grows with the logarithm of the count."""
    step = (WIDTH - RIGHT - NAMES) / BINS
    bars = []
    for i in counts.nonzero()[0].tolist():
        high = min(6 + 2 * math.log2(int(counts[i])), LANE / 2 - 3)
        x, y = NAMES + i * step, mid - high if up else mid
        bars.append(f"M{x + step / 2 - 0.75:.1f} {y:.1f}h1.5v{high:.1f}h-1.5z")
    return el("path", d="".join(bars), class_=kind) if bars else Markup("")


def _gap(gap: tuple[int, int | None], axis: Axis, y: float) -> Markup:
    start, end = gap
    x0, x1 = axis.x(start), axis.x(end if end is not None else axis.end)
    wide, high = max(x1 - x0, 2.0), LANE - 10
    length = words.seconds(((end or axis.end) - start) / 1e6)
    text = length if end is not None else f"away {length}"
    area = {"x": x0, "y": y + 5, "width": wide, "height": high}
    parts = [
        el("title", f"Gap of {length}" if end is not None else f"Not back after {length}"),
        el("rect", **area, class_="under"),
        el("rect", **area, class_="gap", fill="url(#hatch)"),
    ]
    room = len(text) * CHARACTER + 8
    if room + 6 <= wide:
        middle = (x0 + x1) / 2
        box = {"x": middle - room / 2, "y": y + 8, "width": room, "height": high - 6}
        parts.append(el("rect", **box, class_="under"))
        parts.append(
            el("text", text, x=middle, y=y + 19, text_anchor="middle", class_="say-error strong")
        )
    return el("g", parts, class_="gap-mark")


def _diamonds(moments: Sequence[int], axis: Axis, mid: float) -> Markup:
    places = sorted({round(axis.x(moment)) for moment in moments})
    d = "".join(f"M{x} {mid - 10:.1f}l4 4l-4 4l-4-4z" for x in places)
    return el("path", d=d, class_="diamond") if places else Markup("")


def _chip(
    lane: Lane, told: Mapping[str, Any], axis: Axis, mid: float, masker: Masker
) -> Markup | None:
    """The verdict beside the last gap: right of it, else left, else only in the tooltip."""
    text, tone = chip_words(told)
    if not text or not lane.gaps:
        return None
    text = masker.text(text, 40)
    wide = len(text) * CHARACTER + 14
    start, end = lane.gaps[-1]
    x = axis.x(end if end is not None else axis.end) + 6
    near = [axis.x(m) + 8 for m in lane.replayed if x - 8 <= axis.x(m) <= x + 60]
    x = max([x, *near])
    if x + wide > WIDTH - RIGHT:
        x = axis.x(start) - wide - 6
        if x < NAMES or (len(lane.gaps) > 1 and x < axis.x(lane.gaps[-2][1] or axis.end)):
            return None
    return el(
        "g",
        el("rect", x=x, y=mid - 9, width=wide, height=18, rx=4, class_=f"chip-{tone}"),
        el("text", text, x=x + 7, y=mid + 4, class_=f"say-{tone} strong"),
        class_="chip-mark",
    )


def chip_words(told: Mapping[str, Any]) -> tuple[str, str]:
    """What the chip says of a client, and its tone."""
    if not told["affected"]:
        return "", ""
    if told["missed"]:
        return f"✕ {told['missed']:,} missed", "error"
    if told["out_of_order"]:
        return f"✕ {told['out_of_order']:,} out of order", "error"
    if told["verdict"] == "invalid":
        return f"✕ {told['word']}", "error"
    if told["verdict"] == "unknown":
        return f"? {told['word']}", "warn"
    if told["duplicated"]:
        return f"▲ {told['duplicated']:,} handled twice", "warn"
    return (f"✓ {told['replayed']:,} replayed" if told["replayed"] else "✓ recovered"), "ok"
