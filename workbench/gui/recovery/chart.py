"""Published and received, drawn as steps; between them is what is owed (UX section 12)."""

from __future__ import annotations

from datetime import tzinfo

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import chip, chip_width, hatch, words
from workbench.gui.timeline.geometry import axis_step
from workbench.panels import wording
from workbench.panels.curves import STEPS, Curves

NS = 1_000_000_000
RIGHT = Qt.AlignmentFlag.AlignRight
CENTRE = Qt.AlignmentFlag.AlignHCenter


class Plot:
    """From moments and counts to points of a chart."""

    def __init__(self, curves: Curves, area: QRectF) -> None:
        self.curves = curves
        self.area = area
        self.low, self.high = curves.base, max(curves.top, curves.base + 4)

    def x(self, moment: float) -> float:
        """Where a moment lies."""
        c = self.curves
        return self.area.left() + (moment - c.start) / (c.end - c.start) * self.area.width()

    def y(self, value: float) -> float:
        """Where a count lies."""
        share = (value - self.low) / (self.high - self.low)
        return self.area.bottom() - share * self.area.height()

    def steps(self, times: np.ndarray) -> list[QPointF]:
        """The corner points of a curve that rises by one at each moment."""
        stride = max(1, -(-len(times) // STEPS))
        points = [QPointF(self.area.left(), self.y(self.low))]
        level = self.low
        for i in range(0, len(times), stride):
            x = self.x(float(times[i]))
            points.append(QPointF(x, self.y(level)))
            level = self.low + min(i + stride, len(times))
            points.append(QPointF(x, self.y(level)))
        points.append(QPointF(self.area.right(), self.y(level)))
        return points


class Chart(QWidget):
    """Draws the curves of one client."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        super().__init__()
        self.curves: Curves | None = None
        self.client = ""
        self.missed = 0
        self._zone = zone
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Published and received")
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(px(420), px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(240), px(130))

    def show_curves(self, curves: Curves | None, client: str, missed: int) -> None:
        """Show a client's curves; ``missed`` is its verdict's count."""
        self.curves, self.client, self.missed = curves, client, missed
        self.setAccessibleDescription(self.summary())
        self.update()

    def summary(self) -> str:
        """The chart in words."""
        c = self.curves
        if c is None:
            return "Nothing is known of its updates."
        away = wording.duration(c.away[1] - c.away[0])
        told = f"{wording.many(len(c.published), 'update')} published, "
        told += f"{wording.count(len(c.received))} received by {self.client}, away {away}"
        return told + (f", {wording.count(self.missed)} never arrived" if self.missed else "")

    # --- painting -------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.curves is None:
            painter.setFont(ui(400, 13))
            words(painter, QRectF(self.rect()), self.summary(), "text3", CENTRE)
            return
        label = QFontMetricsF(ui(400, 11)).horizontalAdvance(str(self.curves.top)) + px(12)
        area = QRectF(self.rect()).adjusted(max(label, px(36)), px(8), -px(14), -px(24))
        plot = Plot(self.curves, area)
        self._grid(painter, plot)
        self._away(painter, plot)
        published, received = (plot.steps(t) for t in (self.curves.published, self.curves.received))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._owed(painter, published, received)
        self._curve(painter, published, "text2", 1.4)
        self._curve(painter, received, "info_mark", 2.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._labels(painter, plot)

    def _grid(self, painter: QPainter, plot: Plot) -> None:
        area, c = plot.area, plot.curves
        painter.setFont(ui(400, 11))
        step = _nice((plot.high - plot.low) * px(46) / max(area.height(), 1))
        line = theme().color("border")
        first = -(-plot.low // step) * step
        for value in range(first, plot.high + 1, step):
            y = round(plot.y(value))
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), line)
            place = QRectF(0, y - px(8), area.left() - px(8), px(16))
            words(painter, place, wording.count(value) if not c.ids else str(value), "text3", RIGHT)
        seconds = axis_step((c.end - c.start) / NS, area.width(), px(60))
        tick = round(seconds * NS)
        for moment in range(-(-c.start // tick) * tick, c.end, tick):
            text = wording.at(moment, self._zone, 0 if seconds >= 1 else 1)
            text = text[5:] if seconds < 60 else text
            place = QRectF(plot.x(moment) - px(30), area.bottom() + px(4), px(60), px(16))
            if place.right() <= self.width():
                words(painter, place, text, "text3", CENTRE)

    def _away(self, painter: QPainter, plot: Plot) -> None:
        start, end = plot.curves.away
        x0, x1 = plot.x(start), min(plot.x(end), plot.area.right())
        area = QRectF(x0, plot.area.top(), max(2.0, x1 - x0), plot.area.height())
        hatch(painter, area, "error_mark", "tint_error", edge=False, alpha=60)
        for x in (x0, x1):
            painter.fillRect(
                QRectF(round(x) - 1, area.top(), 2, area.height()), theme().color("text")
            )

    def _owed(self, painter: QPainter, above: list[QPointF], below: list[QPointF]) -> None:
        """The area between the curves.  Red remains where it was never paid."""
        path = QPainterPath(above[0])
        for point in above[1:]:
            path.lineTo(point)
        for point in reversed(below):
            path.lineTo(point)
        path.closeSubpath()
        colour = QColor(theme().color("error_mark" if self.missed else "info_mark"))
        colour.setAlpha(44)
        painter.fillPath(path, colour)

    def _curve(self, painter: QPainter, points: list[QPointF], token: str, width: float) -> None:
        pen = QPen(theme().color(token), width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(points)

    def _labels(self, painter: QPainter, plot: Plot) -> None:
        c, area = plot.curves, plot.area
        painter.setFont(ui(600, 12))
        text = f"away {wording.duration(c.away[1] - c.away[0])}"
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text) + px(8)
        x0, x1 = plot.x(c.away[0]), min(plot.x(c.away[1]), area.right())
        left = x0 + px(5)
        if wide > x1 - x0 - px(6):  # too narrow for its words: they stand beside it
            left = x0 - wide - px(4) if x0 - wide > area.left() else x1 + px(5)
        plate = QRectF(left, area.top() + px(5), wide, px(18))
        inside = theme().color("tint_error" if left > x0 and left < x1 else "panel")
        painter.fillRect(plate, inside)
        words(painter, plate, text, "error", CENTRE)
        self._names(painter, plot)
        if self.missed:
            self._never(painter, plot)

    def _names(self, painter: QPainter, plot: Plot) -> None:
        """Each curve by name, beside its own line, clear of the other."""
        c, area = plot.curves, plot.area
        painter.setFont(ui(500, 12))
        metrics = QFontMetricsF(painter.font())
        wide, left = metrics.horizontalAdvance("published"), plot.x(c.away[1]) + px(8)
        at = c.start + (left + wide - area.left()) / area.width() * (c.end - c.start)
        level = plot.low + int(np.searchsorted(c.published, at))
        place = QRectF(left, plot.y(level) - px(20), wide + 2, px(16))
        if place.left() > area.left() and place.right() < area.right() and place.top() > area.top():
            words(painter, place, "published", "text2")
        name = f"received by {wording.plain(self.client, 40)}"
        wide = metrics.horizontalAdvance(name)
        words(painter, self._below(plot, wide), name, "info")

    @staticmethod
    def _below(plot: Plot, wide: float) -> QRectF:
        """A place under the received curve that covers neither curve nor hatching."""
        c, area = plot.curves, plot.area
        left, right = plot.x(c.away[1]) + px(8), area.right() - px(4)
        if right - left < wide:  # no room after the gap: before it, at the bottom
            x = max(area.left() + px(4), plot.x(c.away[0]) - wide - px(8))
            return QRectF(x, area.bottom() - px(20), wide + 2, px(16))
        x = max(left, min(plot.x(c.away[1] + (c.end - c.away[1]) * 0.55), right - wide))
        at = c.start + (x - area.left()) / area.width() * (c.end - c.start)
        level = plot.low + int(np.searchsorted(c.received, at))
        y = min(plot.y(level) + px(8), area.bottom() - px(18))
        return QRectF(x, y, wide + 2, px(16))

    def _never(self, painter: QPainter, plot: Plot) -> None:
        c, area = plot.curves, plot.area
        at = c.away[1] + (c.end - c.away[1]) * 0.42
        high = plot.y(plot.low + int(np.searchsorted(c.published, at)))
        low = plot.y(plot.low + int(np.searchsorted(c.received, at)))
        x, colour = plot.x(at), theme().color("error_mark")
        painter.fillRect(QRectF(x - 1, high, 2, low - high), colour)
        for y in (high, low):
            painter.fillRect(QRectF(x - px(4), y - 1, px(8), 2), colour)
        text = f"{wording.count(self.missed)} never arrived"
        painter.setFont(ui(600, 12))
        wide = chip_width(text, weight=600)
        left = x + px(7) if x + px(7) + wide < area.right() else x - px(7) - wide
        chip(painter, QRectF(left, (high + low) / 2 - px(10), wide, px(21)), text, "error")


def _nice(step: float) -> int:
    """The next of 1, 2, 5, 10, 20, 50, … that is at least ``step``."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if factor * size >= step:
                return factor * size
        size *= 10
