"""The Recovery view: which client missed what, and why (UX section 12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from workbench.door.commands import Judge
from workbench.door.state import Mirror
from workbench.gui.look.dress import frame, label, set_look
from workbench.gui.look.theme import px, theme
from workbench.gui.picker import Picker
from workbench.gui.recovery.cards_view import Cards
from workbench.gui.recovery.chart import Chart
from workbench.gui.recovery.empty import EmptyRecovery
from workbench.gui.recovery.header import Banner, OutageLine
from workbench.gui.recovery.matrix import Matrix
from workbench.gui.recovery.strategy_bar import StrategyBar
from workbench.gui.recovery.why import WhyPanel
from workbench.panels import recovery, strategies
from workbench.panels.curves import curves
from workbench.panels.wording import plain
from workbench.panels.workspace import Workspace

BEAT_MS = 33
LOWER = 164  # the chart and the explanation are at least this high
CURVES_EVERY = 8  # beats between looks at the curves while records come in


class Bridge(Protocol):
    """What a view needs of the window's bridge."""

    mirror: Mirror

    def ask(self, command: Any) -> object:
        """Have a command carried out."""
        ...


class RecoveryView(QWidget):
    """Give it the window's bridge, the shared workspace, and the strategies to offer.

    ``refresh()`` is the beat; the view beats by itself while it is shown.  ``show_moment``
    asks for the Timeline on (moment, client); ``verdict_ready`` gives the banner's words.
    """

    show_moment = Signal(object, str)
    verdict_ready = Signal(str)

    def __init__(
        self,
        bridge: Bridge,
        space: Workspace,
        known: Sequence[strategies.Strategy] = strategies.DEFAULT,
    ) -> None:
        super().__init__()
        self.space = space
        self._ask = bridge.ask
        self.number = 0  # the outage shown, 0: the newest
        self.client = ""
        self._picked = False  # the user has chosen the client
        self._groups: frozenset[str] = frozenset()
        self._seen: tuple[object, ...] = ()
        self._beats = 0
        self._folder = ""
        self._said: dict[int, str] = {}  # what was said of each outage
        self.bar = StrategyBar(space.mirror, bridge.ask, known)
        self.cards = Cards(space)
        self.line = OutageLine(space)
        self.banner = Banner()
        self.matrix = Matrix()
        self.chart = Chart(space.zone)
        self.why = WhyPanel()
        self.empty = EmptyRecovery(space)
        self._lay_out()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self.refresh)
        self._deaf = space.mirror.listen(self._told)
        self.destroyed.connect(self._deaf)

    def _lay_out(self) -> None:
        self._verdict = QWidget()
        inner = QVBoxLayout(self._verdict)
        inner.setContentsMargins(px(14), px(11), px(14), px(12))
        inner.setSpacing(px(11))
        inner.addWidget(self.banner)
        inner.addWidget(self.matrix)
        inner.addWidget(self._lower(), 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.bar)
        whole.addWidget(self.cards)
        whole.addWidget(self.line)
        whole.addWidget(frame("rule"))
        whole.addWidget(self._scrolled(), 1)
        whole.addWidget(self.empty, 1)
        self.empty.hide()

    def _scrolled(self) -> QScrollArea:
        """Large text in a small window scrolls; nothing overlaps."""
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setAccessibleName("Verdict")
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self._verdict)
        self._verdict.setAutoFillBackground(False)
        return self.area

    def _lower(self) -> QSplitter:
        card = QFrame()
        set_look(card, look="card")
        column = QVBoxLayout(card)
        column.setContentsMargins(px(2), px(8), px(2), px(4))
        column.setSpacing(px(4))
        head = QHBoxLayout()
        head.setContentsMargins(px(13), 0, px(10), 0)
        head.setSpacing(px(8))
        self.who = Picker("Client shown in the chart", "Clients")
        self.who.setMinimumWidth(px(110))
        self.axis = label("cumulative update id", "third")
        head.addWidget(label("Published and received", "strong"))
        head.addWidget(self.who)
        head.addStretch(1)
        head.addWidget(self.axis)
        column.addLayout(head)
        column.addWidget(self.chart, 1)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(px(11))
        self.split.setChildrenCollapsible(False)
        self.split.setStyleSheet("QSplitter::handle { background: transparent; }")
        self.split.addWidget(card)
        self.split.addWidget(self.why)
        self.split.setSizes([600, 440])
        self.split.setMinimumHeight(px(LOWER))
        self.split.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        return self.split

    def _connect(self) -> None:
        self.matrix.chosen.connect(self.choose_client)
        self.matrix.toggled.connect(self._toggle)
        self.line.picked.connect(self.show_outage)
        self.line.rejudge.connect(lambda: self._ask(Judge()))
        self.why.shown_in_timeline.connect(self._in_timeline)
        self.who.activated.connect(lambda: self.choose_client(str(self.who.currentData())))
        theme().changed.connect(self._fit)

    # --- the beat -------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        self.bar.fit(self.width())
        self.split.setMinimumHeight(px(LOWER))
        self._seen = ()

    def refresh(self) -> None:
        """One beat: a bounded step of reading, then whatever has changed."""
        space = self.space
        space.step()
        self._beats += 1
        self._reserve()
        seen = (space.generation, space.version, self.number, self.client, self._groups)
        if seen == self._seen:
            return
        self._seen = seen
        self.bar.refresh()
        self.cards.refresh()
        outage = self.outage()
        for part in (self.line, self.area):
            part.setVisible(outage is not None)
        self.empty.setVisible(outage is None)
        if outage is None:
            self.empty.refresh()
            return
        self._show(outage)

    def outage(self) -> dict[str, Any] | None:
        """The outage shown: the one chosen, else the newest."""
        outages = self.space.outages()
        chosen = next((o for o in outages if int(o["number"]) == self.number), None)
        shown = chosen or (outages[-1] if outages else None)
        return dict(shown) if shown is not None else None

    def _show(self, outage: dict[str, Any]) -> None:
        space = self.space
        self.line.show_outage(outage, len(space.outages()) - 1)
        shown = recovery.banner(outage, space.last)
        self.banner.show_banner(shown)
        self._say(outage)
        protocols = {n: str(v.get("protocol", "")) for n, v in space.mirror["connection"].items()}
        clients = list(outage.get("clients", ()))
        names = [str(c.get("name")) for c in clients]
        if not self._picked or self.client not in names:
            self.client = names[0] if names else ""
            self._picked = False
        self.matrix.show_rows(recovery.matrix(outage, protocols, self._groups), self.client)
        self._fill_who(names)
        client = next((c for c in clients if c.get("name") == self.client), None)
        self.why.show_client(dict(client) if client else {})
        self._show_curves(outage, client)

    def _reserve(self) -> None:
        """How high the parts are at this width; less room than that scrolls."""
        wide = max(1, self.area.viewport().width() - 2 * px(14))
        parts = self.banner.heightForWidth(wide) + self.matrix.height() + px(LOWER)
        high = parts + 2 * px(11) + px(11) + px(12)
        if self._verdict.minimumHeight() != high:
            self._verdict.setMinimumSize(px(300), high)

    def _told(self, topic: str, key: str, value: dict[str, Any] | None) -> None:
        """A verdict is said also while nobody looks at this view."""
        if topic == "session":
            folder = str((value or {}).get("folder") or "")
            if folder != self._folder:
                self._folder = folder
                self._said.clear()
        elif topic == "outage" and value is not None and not self.isVisible():
            self._say(value)

    def _say(self, outage: dict[str, Any]) -> None:
        number, shown = int(outage.get("number") or 0), recovery.banner(outage, self.space.last)
        if number > 0 and shown.tone != "info" and self._said.get(number) != shown.text:
            self._said[number] = shown.text
            self.verdict_ready.emit(shown.text)

    def _fill_who(self, names: list[str]) -> None:
        held = [self.who.itemData(i) for i in range(self.who.count())]
        if held != names[:500]:
            self.who.clear()
            for name in names[:500]:
                self.who.addItem(plain(name, 40), name)
        at = self.who.findData(self.client)
        if at != self.who.currentIndex():
            self.who.setCurrentIndex(at)

    def _show_curves(self, outage: dict[str, Any], client: Any) -> None:
        same = self.chart.client == self.client and self.chart.curves is not None
        if same and self._beats % CURVES_EVERY:
            self._seen = ()  # look again on a later beat
            return
        found = curves(self.space, outage, client) if client else None
        missed = int(client.get("missed") or 0) if client else 0
        self.chart.show_curves(found, self.client, missed)
        ids = found is not None and found.ids
        self.axis.setText("cumulative update id" if ids else "updates, counted")

    # --- choosing -------------------------------------------------------------------------

    def choose_client(self, name: str) -> None:
        """Show a client in chart and explanation."""
        self.client, self._picked = name, True
        self.chart.client = ""
        self.refresh()

    def show_outage(self, number: int, client: str = "") -> None:
        """Show an outage (0: always the newest), and a client of it."""
        self.number = number
        self._picked = bool(client)
        self.client = client
        self.chart.client = ""
        self.refresh()

    def _toggle(self, word: str) -> None:
        self._groups = self._groups ^ {word}
        self.refresh()

    def _in_timeline(self, name: str) -> None:
        outage = self.outage()
        for client in (outage or {}).get("clients", ()):
            if client.get("name") == name:
                length = client.get("away_ms")
                end = int(length * 1e6) if length is not None else 0
                self.show_moment.emit(int(client.get("away_from_ns") or 0) + end, name)
