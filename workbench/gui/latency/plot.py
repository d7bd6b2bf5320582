"""What the charts have in common: axes, the hover, the drag that zooms the shared window, keys.

Everything is put into pyqtgraph in places from 0 to 1 (``scales``), so that moments of nineteen
digits lose nothing.  Only ``charts.py`` imports this, and that when the view is first shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent

from workbench.gui.latency.keys import clock_key
from workbench.gui.latency.scales import Span, time_steps
from workbench.gui.latency.tip import Tip, paint_tip
from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import words
from workbench.panels import wording
from workbench.panels.clock import Clock

pg.setConfigOptions(exitCleanup=False, antialias=True, imageAxisOrder="row-major")
RIGHT, CENTRE = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
NEAR = 12  # pixels from the pointer to a point that it means
DRAG = 4


@dataclass(frozen=True, slots=True)
class Target:
    """A record to show: its number, moment, client."""

    record: int
    moment: int
    client: str


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """A chart over the shared window.  ``chosen`` asks for a record in the Timeline."""

    chosen = Signal(object)
    hovered = Signal(object)  # moment, or None

    def __init__(self, name: str, clock: Clock, zone: tzinfo | None) -> None:
        super().__init__(enableMenu=False)
        self.clock, self.zone = clock, zone
        self.start, self.end = 0, 1
        self.span = Span(0.0, 1.0)
        self.steps: list[float] = []
        self.current = -1  # the point under the pointer or the keys
        self.elsewhere: int | None = None  # the moment that another chart's pointer is at
        self._cursor: int | None = None
        self._press: QPointF | None = None
        self._band: tuple[float, float] | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        item = self.getPlotItem()
        item.hideButtons()
        for side in ("left", "bottom"):
            item.hideAxis(side)
        self.box: Any = item.getViewBox()
        self.box.setMouseEnabled(False, False)
        self.box.setRange(xRange=(0, 1), yRange=(0, 1), padding=0)
        self.box.disableAutoRange()
        theme().changed.connect(self._dress)
        self._dress()

    # --- places ---------------------------------------------------------------------------

    def margins(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the drawing area."""
        return px(52), px(26), px(12), px(24)

    @property
    def area(self) -> QRectF:
        """The drawing area."""
        left, top, right, bottom = self.margins()
        return QRectF(left, top, max(10, self.viewport().width() - left - right),
                      max(10, self.viewport().height() - top - bottom))  # fmt: skip

    def x(self, moment: float) -> float:
        """Where a moment lies."""
        area = self.area
        return area.left() + (moment - self.start) / (self.end - self.start) * area.width()

    def y(self, value: float) -> float:
        """Where a value lies."""
        return self.area.bottom() - float(self.span.place(value)) * self.area.height()

    def moment(self, x: float) -> int:
        """The moment at a place."""
        area = self.area
        share = (x - area.left()) / area.width()
        return self.start + round(share * (self.end - self.start))

    def over(self, times: Any) -> Any:
        """Places from 0 to 1 of moments."""
        return (times - self.start) / (self.end - self.start)

    def _dress(self) -> None:
        self.setBackground(theme().color("panel"))
        self._fit()

    def _fit(self) -> None:
        self.getPlotItem().layout.setContentsMargins(*self.margins())
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "box"):
            self._fit()

    def follow_cursor(self) -> None:
        """Draw again where only the shared cursor has moved."""
        if self._cursor != self.clock.cursor:
            self._cursor = self.clock.cursor
            self.viewport().update()

    # --- points ---------------------------------------------------------------------------

    def count(self) -> int:
        """How many points the keys can walk along, in order of time."""
        return 0

    def point(self, i: int) -> QPointF:
        """Where a point lies."""
        raise IndexError(i)

    def near(self, at: QPointF) -> int:
        """The point that a place means, or -1."""
        return -1

    def tip(self, i: int) -> Tip | None:
        """What a point says."""
        return None

    def target(self, i: int) -> Target | None:
        """The record that a point leads to."""
        return None

    def go(self, i: int) -> None:
        """Ask for a point's record."""
        target = self.target(i) if 0 <= i < self.count() else None
        if target is not None:
            self.chosen.emit(target)

    def point_at(self, i: int) -> None:
        """Put the hover onto a point."""
        self.current = i
        tip = self.tip(i) if i >= 0 else None
        if tip is not None and self.hasFocus():
            self.setAccessibleDescription(tip.text)
        self.viewport().update()

    # --- mouse ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._press = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._press is not None and abs(at.x() - self._press.x()) > DRAG:
            self._band = self._within(self._press.x()), self._within(at.x())
        inside = self.area.contains(at)
        self.hovered.emit(self.moment(at.x()) if inside else None)
        self.point_at(self.near(at) if inside and self._band is None else -1)

    def _within(self, x: float) -> float:
        return min(max(x, self.area.left()), self.area.right())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._press = self._press, None
        band, self._band = self._band, None
        if pressed is None:
            return
        if band is not None:
            self.drag(*sorted(band))
        else:
            self.go(self.near(event.position()))
        self.viewport().update()

    def drag(self, left: float, right: float) -> None:
        """A stretch was chosen with the mouse."""
        self.clock.select(self.moment(left), self.moment(right))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._press = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turns = event.angleDelta().y() / 120
            self.clock.zoom(0.8**turns, self.moment(event.position().x()))
            event.accept()
        else:
            event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(None)
        self.point_at(-1)

    # --- keys -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self.count():
            by = 1 if key == Qt.Key.Key_Right else -1
            begin = -1 if by > 0 else self.count()
            now = self.current if self.current >= 0 else begin
            self.point_at(min(max(now + by, 0), self.count() - 1))
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go(self.current)
        elif not clock_key(self.clock, event):
            event.ignore()

    # --- painting -------------------------------------------------------------------------

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        super().drawBackground(painter, rect)
        area = self.area
        painter.setFont(ui(400, 11))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        high = painter.fontMetrics().height()
        free = area.bottom() + 2 * high
        for value in self.steps:
            y = round(self.y(value))
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), theme().color("border"))
            if free - y >= high + 2 and y - high / 2 >= 0:
                place = QRectF(0, y - high / 2, area.left() - px(8), high)
                words(painter, place, self.step_words(value), "text3", RIGHT)
                free = y
        self.paint_below(painter, area)

    def step_words(self, value: float) -> str:
        """A line's label."""
        return f"{value:g}"

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        area = self.area
        painter.setFont(ui(400, 11))
        self.paint_axis(painter, area)
        self.paint_above(painter, area)
        if self._band is not None:
            tint = QColor(theme().color("accent"))
            tint.setAlpha(60)
            x0, x1 = sorted(self._band)
            painter.fillRect(QRectF(x0, area.top(), x1 - x0, area.height()), tint)
        tip = self.tip(self.current) if 0 <= self.current < self.count() else None
        if tip is not None:
            paint_tip(painter, QRectF(self.viewport().rect()), self.point(self.current), tip, area)

    def paint_axis(self, painter: QPainter, area: QRectF) -> None:
        """The labels below."""
        moments, digits = time_steps(self.start, self.end, area.width(), px(110))
        metrics = painter.fontMetrics()
        for moment in moments:
            text, x = wording.at(moment, self.zone, digits), self.x(moment)
            wide = metrics.horizontalAdvance(text) + 2
            left = min(max(x - wide / 2, px(2)), self.viewport().width() - wide)
            place = QRectF(left, area.bottom() + px(5), wide, px(16))
            words(painter, place, text, "text3", CENTRE)

    def paint_lines(self, painter: QPainter, area: QRectF) -> None:
        """The shared cursor, and where another chart's pointer is."""
        for moment, token, style in (
            (self.elsewhere, "border_strong", Qt.PenStyle.SolidLine),
            (self.clock.cursor, "accent", Qt.PenStyle.DashLine),
        ):
            if moment is not None and self.start <= moment <= self.end:
                x = round(self.x(moment)) + 0.5
                painter.setPen(QPen(theme().color(token), 1, style))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def paint_below(self, painter: QPainter, area: QRectF) -> None:
        """What lies under the curves."""

    def paint_above(self, painter: QPainter, area: QRectF) -> None:
        """What lies over the curves."""
