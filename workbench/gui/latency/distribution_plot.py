"""How many took how long: bars on a logarithmic scale, with the percentiles marked."""

from __future__ import annotations

import math
from datetime import tzinfo

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from workbench.gui.latency.plot import Plot, Target
from workbench.gui.latency.scales import Span, linear_step, log_steps
from workbench.gui.latency.tip import Tip
from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import words
from workbench.panels import wording
from workbench.panels.clock import Clock
from workbench.panels.latency import Latency
from workbench.panels.latency_chart import Bars
from workbench.panels.latency_figures import axis_words, value_words

CENTRE = Qt.AlignmentFlag.AlignHCenter


class DistributionPlot(Plot):
    """Give it bars and percentiles with ``show_bars``."""

    def __init__(self, latency: Latency, clock: Clock, zone: tzinfo | None) -> None:
        self.latency = latency
        self.bars: Bars | None = None
        self.across = Span(1e6, 1e9, True)
        self.marks: list[tuple[str, float]] = []  # percentiles in ns
        self._live = pg.BarGraphItem(x0=[0], y0=[0], height=[0], width=[0])
        self._again = pg.BarGraphItem(x0=[0], y0=[0], height=[0], width=[0])
        super().__init__("Distribution", clock, zone)
        self.box.addItem(self._live)
        self.box.addItem(self._again)

    def margins(self) -> tuple[int, int, int, int]:
        return px(48), px(30), px(14), px(24)

    def show_bars(self, bars: Bars, marks: list[tuple[str, float]]) -> None:
        """Draw these."""
        self.bars, self.marks = bars, marks
        top = max(int((bars.live + bars.replayed).max()), 4)
        step = max(1.0, linear_step(top / 3))
        self.span = Span(0.0, math.ceil(top * 1.02 / step) * step)
        self.steps = [step * i for i in range(round(self.span.high / step) + 1)]
        low, high = float(bars.edges[0]), float(bars.edges[-1])
        room = (high / low) ** 0.04
        self.across = Span(low / max(room, 1.1), high * max(room, 1.1), True)
        self.current = min(self.current, self.count() - 1)
        self._draw()

    def _dress(self) -> None:
        super()._dress()
        self._draw()

    def _draw(self) -> None:
        if self.bars is None:
            return
        x = self.across.place(self.bars.edges)
        wide = np.diff(x) * 0.86
        foot, live = np.zeros(len(wide)), self.span.place(self.bars.live)
        again = self.span.place(self.bars.replayed)
        ink, other = theme().color("info_mark"), theme().color("replay_mark")
        self._live.setOpts(x0=x[:-1], y0=foot, width=wide, height=live, brush=ink, pen=None)
        self._again.setOpts(x0=x[:-1], y0=live, width=wide, height=again, brush=other, pen=None)
        self.viewport().update()

    def drag(self, left: float, right: float) -> None:
        """Across goes how long, not when: there is no time to zoom into."""

    # --- points ---------------------------------------------------------------------------

    def _shown(self) -> np.ndarray:
        assert self.bars is not None
        return np.flatnonzero(self.bars.live + self.bars.replayed)

    def count(self) -> int:
        return len(self._shown()) if self.bars is not None else 0

    def _x(self, value: float) -> float:
        return self.area.left() + float(self.across.place(value)) * self.area.width()

    def point(self, i: int) -> QPointF:
        assert self.bars is not None
        n = int(self._shown()[i])
        edges = self.bars.edges
        count = float(self.bars.live[n] + self.bars.replayed[n])
        return QPointF((self._x(float(edges[n])) + self._x(float(edges[n + 1]))) / 2, self.y(count))

    def near(self, at: QPointF) -> int:
        if self.bars is None:
            return -1
        value = self.across.value((at.x() - self.area.left()) / self.area.width())
        n = int(np.searchsorted(self.bars.edges, value, "right")) - 1
        found = np.flatnonzero(self._shown() == n)
        return int(found[0]) if len(found) else -1

    def tip(self, i: int) -> Tip | None:
        assert self.bars is not None
        n = int(self._shown()[i])
        low, high = (value_words(float(self.bars.edges[n + k])) for k in (0, 1))
        told = [wording.many(int(self.bars.live[n] + self.bars.replayed[n]), "sample")]
        if self.bars.replayed[n]:
            told.append(f"{wording.count(int(self.bars.replayed[n]))} of them replayed")
        action = "Enter or click: show the slowest in timeline"
        return Tip(f"{low} to {high}", "", tuple(told), action)

    def target(self, i: int) -> Target | None:
        assert self.bars is not None
        n = int(self._shown()[i])
        name = self.latency.space.lanes.names[int(self.bars.lane[n])]
        return Target(int(self.bars.row[n]), int(self.bars.moment[n]), name)

    # --- painting -------------------------------------------------------------------------

    def step_words(self, value: float) -> str:
        return wording.count(round(value))

    def paint_axis(self, painter: QPainter, area: QRectF) -> None:
        metrics, free = painter.fontMetrics(), -1e9
        for value in log_steps(self.across.low, self.across.high):
            x, text = self._x(value), axis_words(value)
            wide = metrics.horizontalAdvance(text) + 2
            if area.left() <= x <= area.right() and x - wide / 2 > free:
                place = QRectF(x - wide / 2, area.bottom() + px(5), wide, px(16))
                words(painter, place, text, "text3", CENTRE)
                free = x + wide / 2 + px(12)

    def paint_above(self, painter: QPainter, area: QRectF) -> None:
        """The percentiles: the first left of its line, the last right, the one between above."""
        painter.setFont(ui(600, 11))
        metrics = QFontMetricsF(painter.font())
        for i, (text, value) in enumerate(self.marks):
            if not np.isfinite(value):
                continue
            x, wide = self._x(value), metrics.horizontalAdvance(text) + px(4)
            left = (x - wide + px(1), x - wide / 2, x - px(1))[i]
            left = min(max(left, area.left()), self.viewport().width() - wide - px(2))
            y = area.top() - px(28 if i == 1 else 15)
            painter.setPen(QPen(theme().color("text"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            words(painter, QRectF(left, y, wide, px(14)), text, "text", CENTRE)
