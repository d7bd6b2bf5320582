"""The Latency view: how late messages are, for whom, and what happened then (UX section 10)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from workbench.door.state import Mirror
from workbench.gui.latency.bar import LatencyBar
from workbench.gui.latency.cards import Cards
from workbench.gui.latency.strip import ServiceStrip
from workbench.gui.look.dress import label
from workbench.gui.look.theme import px, theme
from workbench.panels import latency_words
from workbench.panels.latency import Latency
from workbench.panels.latency_chart import Query
from workbench.panels.latency_figures import Figure, figures
from workbench.panels.latency_table import as_csv
from workbench.panels.notices import Notice
from workbench.panels.workspace import Workspace

if TYPE_CHECKING:
    from workbench.gui.latency.charts import Charts

BEAT_MS = 33
FIGURES = "figures"


class Bridge(Protocol):
    """What a view needs of the window's bridge."""

    mirror: Mirror


class LatencyView(QWidget):
    """Give it the window's bridge and the shared workspace.

    ``refresh()`` is the beat; the view beats by itself while it is shown, and each beat draws
    one part.  ``show_record`` asks for the Timeline on (record, moment, client); ``told`` hands
    out notices.
    """

    show_record = Signal(object, object, str)
    told = Signal(object)  # Notice

    def __init__(self, bridge: Bridge, space: Workspace) -> None:
        super().__init__()
        self.space = space
        self.latency = Latency(space)
        self.bar = LatencyBar(space)
        self.strip = ServiceStrip(space)
        self.cards = Cards()
        self.note = label(look="second", wrap=True)
        self.empty = label(look="lead", wrap=True)
        self.charts: Charts | None = None
        self._seen: dict[str, tuple[object, ...]] = {}
        self._turn = 0
        self._dialog: QFileDialog | None = None
        self._lay_out()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self.refresh)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.bar)
        whole.addWidget(self.strip)
        self.body = QWidget()
        self._column = QVBoxLayout(self.body)
        self._column.setContentsMargins(px(14), px(12), px(14), px(12))
        self._column.setSpacing(px(11))
        self._column.addWidget(self.note)
        self._column.addWidget(self.cards)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        whole.addWidget(self.body, 1)
        whole.addWidget(self.empty, 1)
        self.note.hide()
        self.empty.hide()

    def _connect(self) -> None:
        self.bar.changed.connect(self.refresh)
        self.bar.csv_wanted.connect(lambda: self._choose("CSV (*.csv)", "latency.csv", self.write))
        self.bar.png_wanted.connect(lambda: self._choose("PNG (*.png)", "latency.png", self.write))
        self.bar.table_wanted.connect(self.toggle_table)
        self.cards.chosen.connect(self._figure_chosen)
        keys = QShortcut(QKeySequence("Ctrl+Shift+T"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.toggle_table)
        theme().changed.connect(self._seen.clear)

    def _load(self) -> Charts:
        """The charts, imported when they are first wanted."""
        if self.charts is None:
            from workbench.gui.latency.charts import Charts

            self.charts = Charts(self.latency)
            self._column.addWidget(self.charts, 1)
            self.charts.chosen.connect(
                lambda t: self.show_record.emit(t.record, t.moment, t.client)
            )
            self.charts.log_chosen.connect(self._seen.clear)
            self.setFocusProxy(self.charts.bands)
        return self.charts

    # --- the beat -------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self._load()
        self._timer.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.bar.fit(self.width())

    def query(self) -> Query:
        """What is shown now."""
        clock = self.space.clock
        wanted = str(self.bar.kind.currentData())
        return Query(
            self.latency.shown(wanted),
            str(self.bar.scope.currentData() or ""),
            clock.start,
            clock.end,
            self.bar.replayed.isChecked(),
        )

    def refresh(self) -> None:
        """One beat: a bounded step of reading, then one part that has changed."""
        self.space.step()
        busy = self.latency.step()
        self.bar.refresh()
        query, charts = self.query(), self._load()
        wanted = str(self.bar.kind.currentData())
        told = latency_words.nothing(self.latency)
        self._say(told, "" if told else latency_words.note(self.latency, wanted, query, busy))
        if told:
            return
        space = self.space
        state = (query, self.latency.version, space.generation, space.story.version, space.last,
                 charts.size())  # fmt: skip
        parts = (*charts.PARTS, FIGURES)
        for i in range(len(parts)):
            part = parts[(self._turn + i) % len(parts)]
            if self._seen.get(part) != state:
                self._seen[part] = state
                self._turn += i + 1
                self._draw(part, query)
                return
        for plot in charts.plots:
            plot.follow_cursor()

    def _draw(self, part: str, query: Query) -> None:
        assert self.charts is not None
        if part != FIGURES:
            self.charts.draw(part, query)
            return
        self.cards.show_figures(figures(self.latency, query, self.space.zone))
        self.strip.refresh()

    def _say(self, nothing: str, note: str) -> None:
        self.empty.setVisible(bool(nothing))
        self.body.setVisible(not nothing)
        if self.empty.text() != nothing:
            self.empty.setText(nothing)
        if self.note.text() != note:
            self.note.setText(note)
            self.note.setVisible(bool(note))

    # --- what is asked of it --------------------------------------------------------------

    def toggle_table(self) -> None:
        """The bands as a table, and back."""
        charts = self._load()
        charts.show_table(not charts.table.isVisibleTo(charts))

    def _figure_chosen(self, figure: Figure) -> None:
        self.show_record.emit(figure.row, figure.moment, figure.client)

    def _choose(self, kinds: str, name: str, then: Any) -> None:
        """A file dialog that does not block the loop."""
        dialog = QFileDialog(self, "Export", name, kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(name.rpartition(".")[2])
        dialog.selectFile(name)
        dialog.fileSelected.connect(then)
        self._dialog = dialog
        dialog.open()

    def write(self, path: str) -> None:
        """Write what is shown: a name that ends in .csv as a table, else as a picture."""
        charts = self._load()
        try:
            if path.lower().endswith(".csv"):
                made = charts.made
                text = as_csv(made, self.query().metric) if made is not None else ""
                Path(path).write_text(text, "utf-8")
            elif not self.grab().save(path):
                raise OSError("it is not a place that can be written to, or not a kind of picture")
        except OSError as error:
            why = str(error.strerror or error)
            self.told.emit(
                Notice("error", f"Could not write {path}.", why, "Choose another place.")
            )
        else:
            self.told.emit(Notice("ok", f"Written to {path}."))
