"""Published and received over the time of an outage, as steps: what is owed lies between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.engine.reports import words
from workbench.engine.reports.axis import Axis, nice
from workbench.engine.reports.facts import Array, Curve, Picture
from workbench.engine.reports.markup import Markup, el, joined

WIDTH, HEIGHT = 540, 236
LEFT, RIGHT, TOP, BOTTOM = 44, 96, 16, 40


def chart_svg(
    client: Mapping[str, Any], curve: Curve, picture: Picture, zero: int, name: str
) -> Markup:
    """The chart of one client; ``name`` is fit to be shown, ``zero`` the moment called 0 s."""
    axis = Axis(picture.start, picture.end, LEFT, WIDTH - RIGHT, zero)
    top = max(curve.published_total, curve.received_total, 1)
    base, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    published = steps(curve.published, curve.published_total, axis, base, room / top)
    received = steps(curve.received, curve.received_total, axis, base, room / top)
    said = f"{name}: {curve.published_total:,} published, {curve.received_total:,} received"
    between = "M" + "L".join(_points(published + received[::-1])) + "z"
    return el(
        "svg",
        el("title", f"{said}, {client['missed']:,} missed"),
        _away(client, axis, base),
        _grid(axis, top, base, room),
        el("path", d=between, class_="owed-under"),
        el("path", d=between, class_="owed"),
        el("path", d="M" + "L".join(_points(published)), class_="published", stroke_width=1.5),
        el("path", d="M" + "L".join(_points(received)), class_="received", stroke_width=2),
        _lost(curve.lost, axis, base),
        _labels(client, curve, published[-1][1], received[-1][1]),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        class_="chart",
    )


def steps(
    times: Array, total: int, axis: Axis, base: float, scale: float
) -> list[tuple[float, float]]:
    """The corners of a curve that rises at each moment, from 0 to ``total``."""
    each = total / len(times) if len(times) else 0.0
    corners, y = [(axis.left, base)], base
    for i, moment in enumerate(times.tolist()):
        x = axis.x(moment)
        corners.append((x, y))
        y = base - (i + 1) * each * scale
        corners.append((x, y))
    return [*corners, (axis.right, y)]


def _points(corners: list[tuple[float, float]]) -> list[str]:
    return [f"{x:.1f} {y:.1f}" for x, y in corners]


def _away(client: Mapping[str, Any], axis: Axis, base: float) -> Markup:
    start = client["away_from_ns"]
    end = axis.end if client["away_ms"] is None else start + int(client["away_ms"] * 1e6)
    x0, x1 = axis.x(start), axis.x(end)
    box = el("rect", x=x0, y=TOP, width=max(x1 - x0, 1.0), height=base - TOP, class_="away", rx=2)
    middle = (x0 + x1) / 2
    return joined([box, el("text", "away", x=middle, y=TOP - 4, text_anchor="middle")])


def _grid(axis: Axis, top: int, base: float, room: float) -> Markup:
    lines, step = [], nice(top)
    for n in range(0, top + 1, step):
        y = base - n / top * room
        lines.append(el("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="line"))
        lines.append(el("text", f"{n:,}", x=LEFT - 6, y=y + 4, text_anchor="end"))
    for x, text in axis.ticks(6):
        lines.append(el("text", text, x=x, y=base + 28, text_anchor="middle"))
    return joined(lines)


def _lost(times: Array, axis: Axis, base: float) -> Markup:
    """A red stroke under the axis for each update that never came."""
    places = sorted({round(axis.x(moment), 1) for moment in times.tolist()})
    d = "".join(f"M{x} {base + 4:.0f}v8" for x in places)
    return el("path", d=d, class_="lost", stroke_width=1.5) if places else Markup("")


def _labels(client: Mapping[str, Any], curve: Curve, published: float, received: float) -> Markup:
    """The curves are named at their ends; the two names keep a line's distance."""
    x = WIDTH - RIGHT + 8
    upper = min(published, received - 30)
    upper = max(upper, TOP)
    lower = max(received, upper + 30)
    missed = f"{words.many(client['missed'], 'update')} missed"
    return joined(
        [
            el(
                "text",
                f"{curve.published_total:,} published",
                x=x,
                y=upper + 4,
                class_="say-published strong",
            ),
            el(
                "text",
                missed.replace(" updates", "").replace(" update", ""),
                x=x,
                y=(upper + lower) / 2 + 4,
                class_="say-error strong",
            ),
            el(
                "text",
                f"{curve.received_total:,} received",
                x=x,
                y=lower + 4,
                class_="say-received strong",
            ),
        ]
    )
