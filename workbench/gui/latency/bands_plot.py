"""Percentiles over time: the median's line, two bands, replayed messages beside them."""

from __future__ import annotations

from datetime import tzinfo

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from workbench.gui.latency import picture
from workbench.gui.latency.plot import NEAR, Plot, Target
from workbench.gui.latency.scales import value_span
from workbench.gui.latency.shades import paint_deploys, paint_faults, paint_gaps
from workbench.gui.latency.tip import Tip
from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import words
from workbench.panels import wording
from workbench.panels.clock import Clock
from workbench.panels.latency import Latency
from workbench.panels.latency_chart import Bands, Dots, Query, Window
from workbench.panels.latency_figures import axis_words, value_words
from workbench.panels.latency_table import dot_words

SLOWEST = "Enter or click: show the slowest in timeline"
CENTRE = Qt.AlignmentFlag.AlignHCenter


class BandsPlot(Plot):
    """Give it what ``panels.latency_chart`` makes with ``show_bands``."""

    def __init__(self, latency: Latency, clock: Clock, zone: tzinfo | None) -> None:
        self.latency = latency
        self.kind = "lag"
        self.log = True
        self.bands: Bands | None = None
        self.dots: Dots | None = None
        self.windows: list[Window] = []
        self.order = np.zeros((0, 2), dtype=np.int64)  # (0 column / 1 dot, its number)
        self._image = pg.ImageItem()
        self._median = pg.PlotCurveItem(connect="finite")
        self._upper = pg.PlotCurveItem(connect="finite")
        self._spots = pg.ScatterPlotItem()
        super().__init__("Percentiles over time", clock, zone)
        for item in (self._image, self._upper, self._median, self._spots):
            self.box.addItem(item)

    def margins(self) -> tuple[int, int, int, int]:
        return px(54), px(44), px(14), px(24)

    # --- data -----------------------------------------------------------------------------

    def show_bands(self, query: Query, bands: Bands, dots: Dots, windows: list[Window]) -> None:
        """Draw these."""
        held = self.held()
        self.kind, self.bands, self.dots, self.windows = query.metric, bands, dots, windows
        self.start, self.end = query.start, query.end
        low, high = self._range(bands, dots)
        self.span, self.steps = value_span(low, high, self.log)
        columns = np.flatnonzero(bands.count > 0)
        made = [(np.zeros(len(columns), int), columns, bands.time[columns])]
        made.append((np.ones(len(dots), int), np.arange(len(dots)), dots.time))
        kind, number, time = (np.concatenate(part) for part in zip(*made, strict=True))
        self.order = np.stack([kind, number], axis=1)[np.argsort(time, kind="stable")]
        self._draw()
        self._hold(held)

    def held(self) -> int:
        """The record that the hover is on, or -1."""
        target = self.target(self.current) if 0 <= self.current < self.count() else None
        return target.record if target is not None else -1

    def _hold(self, record: int) -> None:
        """Keep the hover on its record while the data change."""
        if record < 0 or self.bands is None or self.dots is None:
            self.current = -1
            return
        rows = np.where(
            self.order[:, 0] == 0,
            self.bands.row[np.minimum(self.order[:, 1], len(self.bands.row) - 1)],
            self.dots.row[np.minimum(self.order[:, 1], len(self.dots) - 1)] if len(self.dots)
            else -1,
        )  # fmt: skip
        found = np.flatnonzero(rows == record)
        self.current = int(found[0]) if len(found) else -1

    def _range(self, bands: Bands, dots: Dots) -> tuple[float, float]:
        every = np.concatenate([bands.p50, bands.p99, dots.value.astype(float)])
        every = every[np.isfinite(every)]
        return (float(every.min()), float(every.max())) if len(every) else (1e6, 1e8)

    def _dress(self) -> None:
        super()._dress()
        self._draw()

    def _fit(self) -> None:
        super()._fit()
        self._draw()

    def _draw(self) -> None:
        if self.bands is None or self.dots is None:
            return
        x = self.over(self.bands.time)
        p50, p95, p99 = (self.span.place(y) for y in (self.bands.p50, self.bands.p95,
                                                      self.bands.p99))  # fmt: skip
        half = self.bands.width / (self.end - self.start) / 2
        pixels = max(2, round(self.area.width()))
        lines = [picture.stretched(x, y, half, pixels) for y in (p50, p95, p99)]
        near, far = self.tints()
        tall = max(2, round(self.area.height()))
        self._image.setImage(picture.bands(lines, tall, near, far), autoLevels=False)
        self._image.setRect(QRectF(0, 0, 1, 1))
        at = (np.arange(pixels) + 0.5) / pixels
        self._median.setData(at, lines[0], pen=pg.mkPen(theme().color("text"), width=2))
        edge = QColor(theme().color("info_mark"))
        edge.setAlpha(170)
        self._upper.setData(at, lines[2], pen=pg.mkPen(edge, width=1))
        self._spots.setData(
            self.over(self.dots.time), self.span.place(self.dots.value), symbol="d",
            size=px(8), brush=theme().color("replay_mark"), pen=None,
        )  # fmt: skip
        self.viewport().update()

    @staticmethod
    def tints() -> tuple[QColor, QColor]:
        """The colours of the bands to p95 and to p99."""
        near, far = QColor(theme().color("info_mark")), QColor(theme().color("info_mark"))
        near.setAlpha(125)
        far.setAlpha(60)
        return near, far

    # --- points ---------------------------------------------------------------------------

    def count(self) -> int:
        return len(self.order)

    def point(self, i: int) -> QPointF:
        assert self.bands is not None
        assert self.dots is not None
        kind, n = self.order[i]
        if kind:
            return QPointF(self.x(int(self.dots.time[n])), self.y(float(self.dots.value[n])))
        return QPointF(self.x(int(self.bands.time[n])), self.y(float(self.bands.p50[n])))

    def near(self, at: QPointF) -> int:
        if self.bands is None or self.dots is None or not len(self.order):
            return -1
        spots = np.flatnonzero(self.order[:, 0] == 1)
        if len(spots):
            n = self.order[spots, 1]
            x = self.over(self.dots.time[n]) * self.area.width() + self.area.left()
            y = self.area.bottom() - self.span.place(self.dots.value[n]) * self.area.height()
            far = np.hypot(x - at.x(), y - at.y())
            if far.min() <= NEAR:
                return int(spots[far.argmin()])
        column = (self.moment(at.x()) - int(self.bands.time[0])) + self.bands.width // 2
        found = np.flatnonzero(
            (self.order[:, 0] == 0) & (self.order[:, 1] == column // self.bands.width)
        )
        return int(found[0]) if len(found) else -1

    def tip(self, i: int) -> Tip | None:
        assert self.bands is not None
        assert self.dots is not None
        kind, n = (int(v) for v in self.order[i])
        if kind:
            what, again, took = dot_words(self.latency, self.kind, self.dots, n)
            return Tip(what, again, (took,))
        b = self.bands
        at = wording.at(int(b.time[n]) - b.width // 2, self.zone, 1)
        told = (f"{k} {value_words(float(v[n]))}" for k, v in
                (("p50", b.p50), ("p95", b.p95), ("p99", b.p99)))  # fmt: skip
        who = wording.plain(self.latency.space.lanes.names[int(b.lane[n])], 40)
        worst = f"slowest {value_words(float(b.slowest[n]))} on {who}"
        heading = f"{at}, {wording.many(int(b.count[n]), 'sample')}"
        return Tip(heading, "", (" · ".join(told), worst), SLOWEST)

    def target(self, i: int) -> Target | None:
        assert self.bands is not None
        assert self.dots is not None
        kind, n = self.order[i]
        rows, moments, lanes = (
            (self.dots.row, self.dots.time, self.dots.lane)
            if kind
            else (self.bands.row, self.bands.moment, self.bands.lane)
        )
        name = self.latency.space.lanes.names[int(lanes[n])]
        return Target(int(rows[n]), int(moments[n]), name)

    # --- painting -------------------------------------------------------------------------

    def step_words(self, value: float) -> str:
        return axis_words(value)

    def paint_below(self, painter: QPainter, area: QRectF) -> None:
        paint_gaps(painter, self, [w for w in self.windows if w.kind == "gap"])
        paint_faults(painter, self, [w for w in self.windows if w.kind == "fault"])

    def paint_above(self, painter: QPainter, area: QRectF) -> None:
        self.paint_lines(painter, area)
        paint_deploys(painter, self, self.latency.space.story.deploys)
        self._names(painter, area)

    def _names(self, painter: QPainter, area: QRectF) -> None:
        """p50, p95 and p99 at the right end of what they name."""
        if self.bands is None:
            return
        there = np.flatnonzero(np.isfinite(self.bands.p50))
        if not len(there):
            return
        last, free = there[-1], area.bottom() + px(8)
        painter.setFont(ui(600, 11))
        high = px(16)
        for text, values in (("p50", self.bands.p50), ("p95", self.bands.p95),
                             ("p99", self.bands.p99)):  # fmt: skip
            wide = QFontMetricsF(painter.font()).horizontalAdvance(text) + px(8)
            y = min(self.y(float(values[last])), free - high)
            ends = int(self.bands.time[last]) + self.bands.width // 2
            x = min(self.x(ends), area.right() - wide)
            place = QRectF(x, y - high / 2, wide, high)
            painter.setPen(QPen(Qt.PenStyle.NoPen))
            ground = QColor(theme().color("input"))
            ground.setAlpha(215)
            painter.fillRect(place, ground)
            words(painter, place, text, "text", CENTRE)
            free = y
