"""Single samples of each connection, each connection with a marker of its own shape."""

from __future__ import annotations

from datetime import tzinfo

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from workbench.gui.latency.markers import SHAPES
from workbench.gui.latency.plot import NEAR, Plot, Target
from workbench.gui.latency.scales import value_span
from workbench.gui.latency.tip import Tip
from workbench.gui.look.theme import px, theme
from workbench.panels.clock import Clock
from workbench.panels.latency import Latency
from workbench.panels.latency_chart import NAMED, Dots, Query
from workbench.panels.latency_figures import axis_words
from workbench.panels.latency_table import dot_words


class ScatterPlot(Plot):
    """Give it dots with ``show_dots``; ``named`` says which lanes have a shape."""

    def __init__(self, latency: Latency, clock: Clock, zone: tzinfo | None) -> None:
        self.latency = latency
        self.kind = "ping"
        self.log = True
        self.dots: Dots | None = None
        self.named: list[int] = []
        self._spots = [pg.ScatterPlotItem() for _ in range(NAMED + 1)]
        super().__init__("Samples by connection", clock, zone)
        for item in self._spots:
            self.box.addItem(item)

    def margins(self) -> tuple[int, int, int, int]:
        return px(58), px(8), px(14), px(24)

    def show_dots(self, query: Query, dots: Dots, named: list[int]) -> None:
        """Draw these."""
        held = self.target(self.current) if 0 <= self.current < self.count() else None
        self.kind, self.named = query.metric, named[:NAMED]
        self.start, self.end = query.start, query.end
        order = np.argsort(dots.time, kind="stable")
        self.dots = dots.picked(order)
        low, high = (float(dots.value.min()), float(dots.value.max())) if len(dots) else (1e6, 1e8)
        self.span, self.steps = value_span(low, high, self.log)
        found = np.flatnonzero(self.dots.row == (held.record if held is not None else -1))
        self.current = int(found[0]) if len(found) else -1
        self._draw()

    def _dress(self) -> None:
        super()._dress()
        self._draw()

    def _draw(self) -> None:
        if self.dots is None:
            return
        colours = theme().palette.series
        x, y = self.over(self.dots.time), self.span.place(np.maximum(self.dots.value, 1))
        taken = np.zeros(len(self.dots), dtype=bool)
        for i, item in enumerate(self._spots):
            shape = SHAPES[i] if i < NAMED else SHAPES[-1]
            if i < len(self.named):
                mine = self.dots.lane == self.named[i]
            else:
                mine = ~taken if i == NAMED else np.zeros(len(self.dots), dtype=bool)
            taken |= mine
            ink = pg.mkColor(colours[i]) if i < NAMED else theme().color("text3")
            item.setData(
                x[mine], y[mine], symbol=shape.symbol, size=px(shape.size),
                pen=pg.mkPen(ink, width=1.6) if shape.line else None,
                brush=None if shape.line else ink,
            )  # fmt: skip
        self.viewport().update()

    # --- points ---------------------------------------------------------------------------

    def count(self) -> int:
        return len(self.dots) if self.dots is not None else 0

    def point(self, i: int) -> QPointF:
        assert self.dots is not None
        return QPointF(self.x(int(self.dots.time[i])), self.y(float(self.dots.value[i])))

    def near(self, at: QPointF) -> int:
        if self.dots is None or not len(self.dots):
            return -1
        area = self.area
        x = self.over(self.dots.time) * area.width() + area.left()
        y = area.bottom() - self.span.place(self.dots.value) * area.height()
        far = np.hypot(x - at.x(), y - at.y())
        return int(far.argmin()) if far.min() <= NEAR else -1

    def tip(self, i: int) -> Tip | None:
        assert self.dots is not None
        what, again, took = dot_words(self.latency, self.kind, self.dots, i)
        return Tip(what, again, (took,))

    def target(self, i: int) -> Target | None:
        assert self.dots is not None
        name = self.latency.space.lanes.names[int(self.dots.lane[i])]
        return Target(int(self.dots.row[i]), int(self.dots.time[i]), name)

    def step_words(self, value: float) -> str:
        return axis_words(value)

    def paint_above(self, painter: QPainter, area: QRectF) -> None:
        self.paint_lines(painter, area)
        for mark in self.latency.space.story.deploys[-200:]:
            x = round(self.x(mark.start))
            if area.left() <= x <= area.right():
                painter.fillRect(QRectF(x - 1, area.top(), 2, area.height()), theme().color("text"))
