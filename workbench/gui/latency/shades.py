"""Gaps, faults and deploys in a chart: hatched, bracketed, flagged, as in the overview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPolygonF

from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import chip, chip_width, hatch, words
from workbench.panels.latency_chart import Window, joined
from workbench.panels.story import DeployMark


class Chart(Protocol):
    """What is drawn on."""

    @property
    def area(self) -> QRectF: ...

    def x(self, moment: float) -> float: ...


def paint_gaps(painter: QPainter, chart: Chart, gaps: list[Window]) -> None:
    """Hatched where a connection was away."""
    area = chart.area
    painter.setOpacity(0.5)
    for start, end in joined(gaps):
        x0, x1 = max(area.left(), chart.x(start)), min(area.right(), chart.x(end))
        if x1 > x0:
            place = QRectF(x0, area.top(), max(2.0, x1 - x0), area.height())
            hatch(painter, place, "error_mark", "tint_error", edge=False, alpha=60)
    painter.setOpacity(1.0)


def paint_faults(painter: QPainter, chart: Chart, faults: list[Window]) -> None:
    """Tinted, under a bracket with a chip; chips that would overlap are left out."""
    area, mark, free = chart.area, theme().color("warn_mark"), -1e9
    for each in faults:
        x0, x1 = max(area.left(), chart.x(each.start)), min(area.right(), chart.x(each.end))
        if x1 <= x0:
            continue
        tint = QColor(mark)
        tint.setAlpha(26)
        painter.fillRect(QRectF(x0, area.top(), x1 - x0, area.height()), tint)
        painter.fillRect(QRectF(x0, area.top(), x1 - x0, 2), mark)
        for x, real in ((x0, chart.x(each.start)), (x1 - 2, chart.x(each.end))):
            if area.left() <= real <= area.right():
                painter.fillRect(QRectF(x, area.top(), 2, px(6)), mark)
        painter.setFont(ui(500, 11))
        wide = chip_width(each.text, "faults", 11)
        left = min(x0 + px(6), area.right() - wide)
        if left > free:
            place = QRectF(left, area.top() - px(21), wide, px(17))
            chip(painter, place, each.text, "warn", "faults")
            free = left + wide + px(4)


def paint_deploys(painter: QPainter, chart: Chart, deploys: Sequence[DeployMark]) -> None:
    """A flag and a line for each deploy."""
    area, colour = chart.area, theme().color("text")
    for mark in deploys[-200:]:
        x = round(chart.x(mark.start))
        if not area.left() <= x <= area.right():
            continue
        painter.fillRect(QRectF(x - 1, px(4), 2, area.bottom() - px(4)), colour)
        text = f"Deploy {mark.version}".strip()
        wide = QFontMetricsF(ui(600, 11)).horizontalAdvance(text) + px(18)
        on_left = x - wide >= px(4)
        _flag(painter, QRectF(x - wide if on_left else x, px(4), wide, px(16)), text, on_left)


def _flag(painter: QPainter, rect: QRectF, text: str, on_left: bool) -> None:
    notch = px(5) if on_left else -px(5)
    tail, tip = (rect.left(), rect.right()) if on_left else (rect.right(), rect.left())
    corners = [(tail, rect.top()), (tip, rect.top()), (tip, rect.bottom()), (tail, rect.bottom()),
               (tail + notch, rect.center().y())]  # fmt: skip
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("text"))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(ui(600, 11))
    inner = rect.adjusted(px(4) if on_left else 0, 0, 0 if on_left else -px(4), 0)
    words(painter, inner, text, "window", Qt.AlignmentFlag.AlignHCenter)
