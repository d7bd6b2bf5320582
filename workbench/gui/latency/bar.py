"""The bar of the Latency view: what is measured, of whom, when, and what leaves as a file."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from workbench.gui.look.dress import button, label, set_icon, set_look
from workbench.gui.look.theme import px, theme
from workbench.gui.menu_button import MenuButton
from workbench.gui.picker import Picker
from workbench.panels import wording
from workbench.panels.latency import METRICS
from workbench.panels.workspace import Workspace

EVERYBODY = "All connections"
SPANS = ((10, "Last 10 seconds"), (30, "Last 30 seconds"), (60, "Last minute"),
         (300, "Last 5 minutes"))  # fmt: skip
MOST = 500  # connections in the list
NS = 1_000_000_000
SEPARATE, TOGETHER = "Replayed counted separately", "Replayed counted in"


class LatencyBar(QWidget):
    """``changed``: another metric, scope or counting was chosen."""

    changed = Signal()
    csv_wanted = Signal()
    png_wanted = Signal()
    table_wanted = Signal()

    def __init__(self, space: Workspace) -> None:
        super().__init__()
        self.space = space
        self.kind = Picker("Metric", "Metrics")
        for metric in METRICS.values():
            self.kind.addItem(metric.title, metric.key)
        self.scope = Picker("Connection", "Connections")
        self.scope.addItem(EVERYBODY, "")
        self.time = MenuButton(" – ", "clock")
        self.replayed = button(SEPARATE, "info", small=True, token="text2")
        self.replayed.setCheckable(True)
        self.export = MenuButton("Export", "export")
        self._fill_menus()
        line = QHBoxLayout(self)
        line.setContentsMargins(px(14), 0, px(12), 0)
        line.setSpacing(px(8))
        line.addWidget(label("Latency", "strong"))
        line.addSpacing(px(4))
        for part in (self.kind, self.scope, self.time):
            line.addWidget(part)
        line.addStretch(1)
        line.addWidget(self.replayed)
        line.addWidget(self.export)
        self.kind.activated.connect(self.changed)
        self.scope.activated.connect(self.changed)
        self.replayed.toggled.connect(self._counted)
        theme().changed.connect(self._size)
        self._size()

    def _fill_menus(self) -> None:
        clock = self.space.clock
        for seconds, text in SPANS:
            self.time.choices.addAction(text).triggered.connect(
                lambda _=False, s=seconds: self._last(s)
            )
        self.time.choices.addSeparator()
        self.time.choices.addAction("Whole session").triggered.connect(lambda: clock.fit())
        self.time.choices.addAction("Follow the newest").triggered.connect(lambda: clock.follow())
        self.time.choices.addAction("Window before").triggered.connect(lambda: clock.earlier())
        for text, signal in (("Table as CSV…", self.csv_wanted), ("Picture as PNG…",
                             self.png_wanted)):  # fmt: skip
            self.export.choices.addAction(text).triggered.connect(
                lambda _=False, s=signal: s.emit()
            )
        self.export.choices.addSeparator()
        table = self.export.choices.addAction("Show as table\tCtrl+Shift+T")
        table.triggered.connect(lambda: self.table_wanted.emit())

    def _size(self) -> None:
        self.setFixedHeight(px(46))
        self.kind.setMinimumWidth(px(195))
        self.scope.setMinimumWidth(px(155))

    def _last(self, seconds: int) -> None:
        clock = self.space.clock
        clock.select(clock.last - seconds * NS, clock.last)
        clock.follow()

    def _counted(self, together: bool) -> None:
        text = TOGETHER if together else SEPARATE
        self.replayed.setAccessibleName(text)
        self.replayed.setText(text)
        self.changed.emit()

    def fit(self, width: int) -> None:
        """Fewer words in a narrow window."""
        narrow = width < px(1000)
        set_look(self.replayed, narrow=narrow)
        text = TOGETHER if self.replayed.isChecked() else SEPARATE
        self.replayed.setText("" if narrow else text)
        self.replayed.setToolTip(text if narrow else "")
        set_icon(self.replayed, "info", "text2")
        self.export.narrow(width < px(720))

    def show_names(self, names: list[str]) -> None:
        """Offer these connections."""
        held = [self.scope.itemData(i) for i in range(1, self.scope.count())]
        if held == names[:MOST]:
            return
        chosen = self.scope.currentData()
        self.scope.clear()
        self.scope.addItem(EVERYBODY, "")
        for name in names[:MOST]:
            self.scope.addItem(wording.plain(name, 40), name)
        self.scope.setCurrentIndex(max(0, self.scope.findData(chosen)))

    def refresh(self) -> None:
        """The window's time in words, and who there is."""
        clock, zone = self.space.clock, self.space.zone
        digits = 0 if clock.width >= 5 * NS else 3
        span = f"{wording.at(clock.start, zone, digits)} – {wording.at(clock.end, zone, digits)}"
        if span != self.time.text():
            self.time.say(span)
        self.show_names(self.space.clients())
