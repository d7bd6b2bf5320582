"""The three charts in their cards.  Imported when the Latency view is first shown: pyqtgraph
takes a quarter of a second."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from workbench.gui.latency.bands_plot import BandsPlot
from workbench.gui.latency.distribution_plot import DistributionPlot
from workbench.gui.latency.markers import Key
from workbench.gui.latency.plot import Plot
from workbench.gui.latency.scatter_plot import ScatterPlot
from workbench.gui.latency.table import BandsTable
from workbench.gui.look.dress import button, label, set_look
from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import diamond, words
from workbench.panels import latency_chart as chart
from workbench.panels.latency import METRICS, Latency
from workbench.panels.latency_chart import NAMED, Bands, Query
from workbench.panels.latency_figures import summary, value_words
from workbench.panels.latency_table import rows, sentence

SCATTER = {"lag": "ping"}  # beside the lag stands what the network alone takes


class Charts(QWidget):
    """``draw(part, query)`` brings one of PARTS up to date; each is well within a frame."""

    PARTS = ("bands", "distribution", "scatter")
    chosen = Signal(object)  # Target
    log_chosen = Signal()

    def __init__(self, latency: Latency) -> None:
        super().__init__()
        self.latency, space = latency, latency.space
        self.bands = BandsPlot(latency, space.clock, space.zone)
        self.distribution = DistributionPlot(latency, space.clock, space.zone)
        self.scatter = ScatterPlot(latency, space.clock, space.zone)
        self.table = BandsTable()
        self.made: Bands | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(px(11))
        whole.addWidget(self._upper(), 58)
        lower = QHBoxLayout()
        lower.setSpacing(px(11))
        self.foot = QWidget()
        self.foot.setLayout(lower)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.addWidget(self._left(), 38)
        lower.addWidget(self._right(), 62)
        whole.addWidget(self.foot, 42)
        self.table.hide()
        for plot in self.plots:
            plot.chosen.connect(self.chosen)
            plot.hovered.connect(self._hovered)
        self.table.entered.connect(self._entered)

    @property
    def plots(self) -> tuple[Plot, ...]:
        """All three."""
        return self.bands, self.distribution, self.scatter

    # --- cards ----------------------------------------------------------------------------

    def _upper(self) -> QFrame:
        self.title, self.about = label(look="strong"), label(look="third")
        self.linear = _segment("Linear", "last")
        self.log = _segment("Log", "first")
        self.log.setChecked(True)
        self.log.clicked.connect(lambda: self.show_log(True))
        self.linear.clicked.connect(lambda: self.show_log(False))
        self.legend = BandLegend()
        scale = QHBoxLayout()
        scale.setSpacing(0)
        scale.addWidget(self.log)
        scale.addWidget(self.linear)
        card, column = _card([self.title, self.about], [self.legend], scale)
        column.addWidget(self.bands, 1)
        column.addWidget(self.table, 1)
        return card

    def _left(self) -> QFrame:
        self.per = label(look="third")
        card, column = _card([label("Distribution", "strong"), self.per], [])
        column.addWidget(self.distribution, 1)
        return card

    def _right(self) -> QFrame:
        self.scatter_title, self.scatter_about = label(look="strong"), label(look="third")
        self.key = Key()
        card, column = _card([self.scatter_title, self.scatter_about], [self.key])
        column.addWidget(self.scatter, 1)
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:
        roomy = self.width() >= px(900)
        self.scatter_about.setVisible(roomy)
        self.per.setVisible(roomy)
        self.about.setVisible(self.width() >= px(760))

    # --- drawing --------------------------------------------------------------------------

    def draw(self, part: str, query: Query) -> None:
        """Bring one part up to date."""
        {"bands": self._bands, "distribution": self._distribution, "scatter": self._scatter}[part](
            query
        )

    def _bands(self, query: Query) -> None:
        latency, space = self.latency, self.latency.space
        self.made = chart.bands(latency, query)
        dots = chart.dots(latency, query, only_replayed=True)
        if query.replayed:  # they are in the percentiles: not beside them too
            dots = dots.picked(np.zeros(0, dtype=np.int64))
        windows = chart.windows(space.story, query, space.last)
        self.title.setText(METRICS[query.metric].title)
        self.about.setText(latency.about(query.metric))
        self.bands.show_bands(query, self.made, dots, windows)
        self.bands.setAccessibleDescription(sentence(latency, query, self.made, space.zone))
        if self.table.isVisibleTo(self):
            self.table.show_rows(rows(self.made, space.zone))

    def _distribution(self, query: Query) -> None:
        cells, _ = chart.cells_of(self.latency, query)
        found = summary(chart.counted(cells, query.replayed))
        marks = [("p50", found.p50), ("p95", found.p95), ("p99", found.p99)]
        told = [(f"{name} {value_words(value)}", value) for name, value in marks]
        self.per.setText("how many took how long, same window")
        self.distribution.show_bars(chart.distribution(self.latency, query), told)
        self.distribution.setAccessibleDescription(", ".join(text for text, _ in told))

    def _scatter(self, query: Query) -> None:
        latency, lanes = self.latency, self.latency.space.lanes
        other = SCATTER.get(query.metric, query.metric)
        if latency.cells[other].count:
            query = Query(other, query.client, query.start, query.end, query.replayed)
        dots = chart.dots(latency, query)
        seen = np.unique(dots.lane).tolist()
        self.scatter_title.setText(METRICS[query.metric].title)
        shown = f"{len(dots)} of {dots.total}, the slowest of each spot"
        about = "each one, by connection" if len(dots) == dots.total else shown
        self.scatter_about.setText(about)
        self.key.show_names([lanes.names[n] for n in seen[:NAMED]], max(0, len(seen) - NAMED))
        self.scatter.show_dots(query, dots, seen)
        self.scatter.setAccessibleDescription(
            f"{METRICS[query.metric].title}, {dots.total} samples of {len(seen)} connections"
        )

    # --- choosing -------------------------------------------------------------------------

    def show_log(self, log: bool) -> None:
        """Values by octaves, or evenly."""
        self.log.setChecked(log)
        self.linear.setChecked(not log)
        self.bands.log = self.scatter.log = log
        self.log_chosen.emit()

    def show_table(self, on: bool) -> None:
        """Words instead of the bands, or the bands again."""
        held = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.table.setVisible(on)
        self.bands.setVisible(not on)
        if on and self.made is not None:
            self.table.show_rows(rows(self.made, self.latency.space.zone))
        if held or on:
            (self.table if on else self.bands).setFocus(Qt.FocusReason.OtherFocusReason)

    def _entered(self, row: int) -> None:
        if self.made is None:
            return
        column = int(np.flatnonzero(self.made.count > 0)[row])
        for i in range(self.bands.count()):
            if tuple(self.bands.order[i]) == (0, column):
                self.bands.go(i)
                return

    def _hovered(self, moment: object) -> None:
        at = moment if isinstance(moment, int) and self.sender() is not self.distribution else None
        for plot in (self.bands, self.scatter):
            plot.elsewhere = at if plot is not self.sender() else None
            plot.viewport().update()


def _segment(text: str, edge: str) -> QPushButton:
    made = button(text, look="segment", small=True)
    made.setCheckable(True)
    set_look(made, edge=edge)
    return made


def _card(
    left: list[QWidget], right: list[QWidget], last: QHBoxLayout | None = None
) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    set_look(card, look="card")
    column = QVBoxLayout(card)
    column.setContentsMargins(px(2), px(8), px(2), px(2))
    column.setSpacing(0)
    head = QHBoxLayout()
    head.setContentsMargins(px(13), 0, px(10), 0)
    head.setSpacing(px(10))
    for part in left:
        head.addWidget(part)
    if not right:
        head.addStretch(1)
    for part in right:
        head.addWidget(part, 1)
    if last is not None:
        head.addLayout(last)
    column.addLayout(head)
    return card, column


class BandLegend(QWidget):
    """What line, bands and diamonds mean."""

    PARTS = ("median", "to p95", "to p99", "replayed")

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Marks: " + ", ".join(self.PARTS))
        self.setMinimumSize(px(40), px(22))
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(ui(400, 11))
        metrics, middle = painter.fontMetrics(), self.height() / 2
        texts = list(self.PARTS)
        wide = [metrics.horizontalAdvance(text) + px(30) for text in texts]
        while texts and sum(wide) > self.width():
            texts.pop()
            wide.pop()
        x = self.width() - sum(wide)
        near, far = BandsPlot.tints()
        for text, room in zip(texts, wide, strict=True):
            self._mark(painter, text, x, middle, near if text == "to p95" else far)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(theme().color("text2"))
            box = self.rect().adjusted(0, 0, 0, 0)
            box.setLeft(int(x + px(20)))
            words(painter, box.toRectF(), text, "text2")
            x += room

    def _mark(self, painter: QPainter, text: str, x: float, middle: float, tint: QColor) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if text == "median":
            painter.setPen(QPen(theme().color("text"), 2))
            painter.drawLine(int(x), int(middle), int(x + px(14)), int(middle))
        elif text == "replayed":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("replay_mark"))
            diamond(painter, x + px(10), middle, px(4))
        else:
            painter.fillRect(int(x), int(middle - px(5)), px(14), px(10), tint)
