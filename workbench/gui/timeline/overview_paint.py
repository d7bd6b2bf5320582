"""How the overview is drawn (UX section 6)."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import box, chip, diamond, hatch, words
from workbench.gui.timeline.geometry import Geometry, axis_step
from workbench.panels import wording
from workbench.panels.lanes import Bar, Lane
from workbench.panels.story import DeployMark

NS = 1_000_000_000
CENTRE = Qt.AlignmentFlag.AlignHCenter
BAR = {"old": "border_strong", "new": "accent_fill"}


def paint_axis(painter: QPainter, g: Geometry, zone: tzinfo | None, flags: list[QRectF]) -> None:
    """Times along the top, and hairlines down the lanes; ``flags`` keep their place free."""
    painter.setFont(ui(400, 11))
    span = (g.scale.end - g.scale.start) / NS
    step = axis_step(span, g.right - g.left, px(96))
    line, room = theme().color("border"), QFontMetricsF(painter.font())
    first = -(-g.scale.start // round(step * NS)) * round(step * NS)
    for moment in range(first, g.scale.end + 1, round(step * NS)):
        x = round(g.x(moment)) + 0.5
        painter.setPen(QPen(line, 1))
        painter.drawLine(QPointF(x, g.axis - px(4)), QPointF(x, g.strip_y))
        text = wording.at(moment, zone, 0 if step >= 1 else 3)
        place = QRectF(x + px(3), 0, room.horizontalAdvance(text) + 2, g.axis)
        if place.right() < g.right and not any(place.intersects(f) for f in flags):
            words(painter, place, text, "text3")


def flag_rect(g: Geometry, mark: DeployMark) -> tuple[QRectF, str]:
    """Where a deploy's flag goes: left of its line where there is room."""
    text = f"Deploy {mark.version}".strip()
    width = QFontMetricsF(ui(600, 11)).horizontalAdvance(text) + px(20)
    x = g.x(mark.start)
    left = x - width if x - width >= g.left - px(60) else x
    return QRectF(left, px(3), width, g.axis - px(5)), text


def paint_flag(painter: QPainter, g: Geometry, rect: QRectF, text: str, x: float) -> None:
    """A flag and its line through all lanes."""
    colour = theme().color("text")
    painter.fillRect(QRectF(round(x) - 1, rect.top(), 2, g.strip_y - rect.top()), colour)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    notch = px(5)
    on_left = rect.right() <= x + 1
    tail, tip = (rect.left(), rect.right()) if on_left else (rect.right(), rect.left())
    inner = tail + notch if on_left else tail - notch
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(tail, rect.top()),
                QPointF(tip, rect.top()),
                QPointF(tip, rect.bottom()),
                QPointF(tail, rect.bottom()),
                QPointF(inner, rect.center().y()),
            ]
        )
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(ui(600, 11))
    words(painter, rect.adjusted(px(3) if on_left else 0, 0, 0, 0), text, "window", CENTRE)


def paint_service(painter: QPainter, g: Geometry, versions: str, bars: list[list[Bar]]) -> None:
    """The service lane: one bar a replica."""
    top = g.axis
    painter.setFont(ui(600, 12))
    middle = top + g.service / 2
    words(painter, QRectF(px(14), middle - px(15), g.label - px(16), px(15)), "service", "text")
    painter.setFont(ui(400, 11))
    words(painter, QRectF(px(14), middle, g.label - px(16), px(14)), versions, "text3")
    shown = bars[:8]
    pitch = min(px(9), (g.service - px(6)) / max(len(shown), 1))
    thick = max(2.0, pitch - px(3))
    y = top + (g.service - pitch * len(shown)) / 2 + (pitch - thick) / 2
    for row in shown:
        for each in row:
            _bar(painter, g, each, y, thick)
        y += pitch


def _bar(painter: QPainter, g: Geometry, bar: Bar, y: float, thick: float) -> None:
    x0 = max(g.left, g.left + bar.x0)
    x1 = min(g.right, g.left + bar.x1)
    if x1 <= x0:
        return
    rect = QRectF(x0, y, x1 - x0, thick)
    if bar.look in BAR:
        painter.fillRect(rect, theme().color(BAR[bar.look]))
    elif bar.look == "draining":
        hatch(painter, rect, "warn_mark", "tint_warn", edge=False)
    else:
        line = QRectF(x0, y + thick / 2 - 0.5, x1 - x0, 1)
        painter.fillRect(line, theme().color("border_strong"))


def paint_name(
    painter: QPainter, g: Geometry, i: int, name: str, state: tuple[bool, bool, bool]
) -> None:
    """A lane's name; ``state``: selected, under the keys, pinned."""
    selected, current, pinned = state
    y = g.lane_y(i)
    if selected:
        tint = QColor(theme().color("selection"))
        tint.setAlpha(110)
        painter.fillRect(QRectF(0, y, g.width, g.lane), tint)
        painter.fillRect(QRectF(0, y, px(3), g.lane), theme().color("accent"))
    painter.setFont(ui(600, 12))
    text = f"◈ {name}" if pinned else name
    words(painter, QRectF(px(14), y, g.label - px(20), g.lane), text, "text")
    painter.fillRect(QRectF(px(14), y + g.lane - 1, g.width, 1), theme().color("border"))
    if current:
        painter.setPen(QPen(theme().color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(2, y + 2, g.width - 4, g.lane - 5))


def paint_lane(painter: QPainter, g: Geometry, i: int, lane: Lane, now: int) -> None:
    """Gaps, replays, faults and chips of one lane (its ticks are there already)."""
    top, height = g.lane_y(i), g.lane
    for x0, x1, mark in lane.faults:
        del mark
        _bracket(painter, g, x0, x1, top + height - px(4))
    for x0, x1, gap in lane.gaps:
        left, right = max(g.left, g.left + x0), min(g.right, g.left + x1)
        rect = QRectF(left, top + px(3), max(3.0, right - left), height - px(7))
        hatch(painter, rect, "error_mark", "tint_error")
        painter.setFont(ui(600, 11))
        text = wording.duration((gap.end or now) - gap.start)
        width = QFontMetricsF(painter.font()).horizontalAdvance(text)
        if width + px(12) <= rect.width():
            plate = QRectF(0, 0, width + px(6), px(13))
            plate.moveCenter(rect.center())
            painter.fillRect(plate, theme().color("tint_error"))
            words(painter, plate, text, "error", CENTRE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("replay_mark"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for x in lane.replayed:
        diamond(painter, g.left + x, top + height * 0.46, px(4.2))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(ui(500, 11))
    for each in lane.chips:
        rect = QRectF(g.left + each.x, top + (height - px(18)) / 2, each.width, px(17))
        chip(painter, rect, each.text, each.tone, each.icon)


def _bracket(painter: QPainter, g: Geometry, x0: float, x1: float, y: float) -> None:
    left, right = max(g.left, g.left + x0), min(g.right, g.left + x1)
    colour = theme().color("warn_mark")
    painter.fillRect(QRectF(left, y, right - left, 2), colour)
    for x, real in ((left, g.left + x0), (right - 2, g.left + x1)):
        if g.left <= real <= g.right:
            painter.fillRect(QRectF(x, y - px(5), 2, px(5)), colour)


def paint_strip(
    painter: QPainter, g: Geometry, tall: list[float], window: tuple[float, float],
    marks: tuple[list[float], list[float]],
) -> None:  # fmt: skip
    """The whole session: how busy it was, deploys and gaps, and the window in it."""
    y = g.strip_y
    painter.fillRect(QRectF(0, y, g.width, 1), theme().color("border"))
    painter.setFont(ui(400, 11))
    words(painter, QRectF(px(14), y, g.label - px(14), g.strip), "whole session", "text3")
    area = QRectF(g.left, y + px(4), g.right - g.left, g.strip - px(7))
    painter.fillRect(area, theme().color("input"))
    grey = theme().color("border_strong")
    for i, part in enumerate(tall):
        if part > 0:
            high = max(2.0, part * (area.height() - 3))
            painter.fillRect(QRectF(area.left() + 3 * i + 1, area.bottom() - high, 2, high), grey)
    for x in marks[0]:
        painter.fillRect(QRectF(g.left + x, area.top(), 2, area.height()), theme().color("text"))
    for x in marks[1]:
        spot = QRectF(g.left + x, area.top() + 1, px(4), px(4))
        painter.fillRect(spot, theme().color("error_mark"))
    frame = QRectF(g.left + window[0], area.top(), max(4.0, window[1] - window[0]), area.height())
    tint = QColor(theme().color("accent"))
    tint.setAlpha(50)
    painter.fillRect(frame, tint)
    box(painter, frame, "accent")
    box(painter, area, "border")


def cursor_rect(g: Geometry, moment: int, zone: tzinfo | None) -> QRectF:
    """Where the cursor's time is written."""
    width = QFontMetricsF(ui(600, 11)).horizontalAdvance(wording.at(moment, zone)) + px(8)
    left = min(max(round(g.x(moment)) - width / 2, 0), g.width - width)
    return QRectF(left, px(3), width, g.axis - px(5))


def paint_cursor(painter: QPainter, g: Geometry, moment: int, zone: tzinfo | None) -> None:
    """The cursor with its time."""
    x = round(g.x(moment))
    if not g.left <= x <= g.right:
        return
    line = QRectF(x - 1, g.axis - px(4), 2, g.strip_y - g.axis + px(4))
    painter.fillRect(line, theme().color("accent"))
    plate = cursor_rect(g, moment, zone)
    painter.setFont(ui(600, 11))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("accent_fill"))
    painter.drawRoundedRect(plate, px(3), px(3))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    words(painter, plate, wording.at(moment, zone), "on_accent", CENTRE)
