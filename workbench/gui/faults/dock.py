"""The dock at the right: scope and direction, once, while on, and what is active."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.door.commands import Heal, Inject, ListUnits
from workbench.gui.actions import Commands
from workbench.gui.bridge import Bridge
from workbench.gui.faults.rows import FaultPart, OnceCard, WhileRow
from workbench.gui.look.dress import button, frame, label, set_look
from workbench.gui.look.theme import px, theme
from workbench.gui.picker import Picker
from workbench.gui.sheets import Segments
from workbench.panels import faults, words
from workbench.panels.faults import Fault
from workbench.panels.notices import Notice

WIDTH, CARD, WIDE_CARD, TICK_MS = 376, 160, 200, 500
SCOPES = (("", "Everything"), ("one", "Selected"))


class FaultsDock(QWidget):
    """376 px wide.  ``left`` asks to close it; the scope follows the selected connection until
    it is pinned."""

    left = Signal()

    def __init__(self, bridge: Bridge, commands: Commands) -> None:
        super().__init__()
        self._bridge, self._commands = bridge, commands
        self.name = ""  # the selected connection
        self.parts: list[FaultPart] = []
        self._build()
        self._connect()
        self.ask_units()

    # --- parts ----------------------------------------------------------------------------

    def _build(self) -> None:
        ground = frame("side")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        self._list = QWidget()
        self._list.setObjectName("body")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, px(4), 0, px(8))
        self._column.setSpacing(0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("Faults")
        area.setWidget(self._list)
        column.addWidget(area, 1)
        column.addWidget(self._footer())
        self.setFixedWidth(px(WIDTH))
        self.setFocusProxy(self.scope.group.button(0))

    def _head(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(px(14), px(8), px(10), px(8))
        column.setSpacing(px(8))
        line = QHBoxLayout()
        self.close_ = button("", "close", "quiet", small=True)
        self.close_.setAccessibleName("Close the faults dock")
        self.close_.setToolTip("Close (Ctrl+J)")
        line.addWidget(label("Faults", "strong"))
        line.addStretch(1)
        line.addWidget(self.close_)
        scope = QHBoxLayout()
        self.scope = Segments("Scope", SCOPES)
        self.pin = button("", "pin", "quiet", small=True)
        self.pin.setCheckable(True)
        self.pin.setAccessibleName("Pin the scope")
        self.pin.setToolTip("Keep this scope when another connection is selected")
        scope.addWidget(self.scope, 1)
        scope.addWidget(self.pin)
        way = QHBoxLayout()
        self.way = Segments("Direction", faults.WAYS)
        way.addWidget(label("Direction", "small"))
        way.addWidget(self.way, 1)
        for row in (line, scope, way):
            column.addLayout(row)
        return column

    def _dress(self) -> None:
        self.setFixedWidth(px(WIDTH))

    def _footer(self) -> QWidget:
        foot = frame("foot")
        line = QHBoxLayout(foot)
        line.setContentsMargins(px(14), px(9), px(12), px(9))
        line.setSpacing(px(8))
        self.count = label("No fault active", "second")
        self.undo = button("Undo", "undo", small=True)
        self.clear = button("Clear all", small=True)
        self.clear.setToolTip(self._commands.tip("clear-faults"))
        line.addWidget(self.count, 1)
        line.addWidget(self.undo)
        line.addWidget(self.clear)
        return foot

    def _connect(self) -> None:
        self.close_.clicked.connect(self.left)
        self.scope.group.idClicked.connect(lambda _: self.refresh())
        self.way.group.idClicked.connect(lambda _: self._hand_on())
        self.undo.clicked.connect(self._undo)
        self.clear.clicked.connect(lambda: self._bridge.ask(Heal()))
        self._bridge.changed.connect(self._changed)
        self._bridge.attached.connect(self.ask_units)
        theme().changed.connect(self._dress)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.refresh)

    # --- units ----------------------------------------------------------------------------

    def ask_units(self) -> None:
        """What there is to break with, as the engine declares it."""
        if self._bridge.alive and not self.parts:
            self._bridge.ask(ListUnits(), self.show_units)

    def show_units(self, told: Mapping[str, Any]) -> None:
        """Build the dock from a ``list-units`` answer."""
        known = faults.read_units(told)
        if not known:
            return
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.parts = []
        self._fill_once([f for f in known if not f.lasts])
        lasting = [f for f in known if f.lasts]
        if lasting:
            self._fill_while(lasting)
        self._column.addStretch(1)
        self._hand_on()
        self.refresh()

    def _fill_once(self, known: list[Fault]) -> None:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(px(14), px(2), px(12), px(8))
        grid.setSpacing(px(8))
        grid.addWidget(label("Once", "strong"), 0, 0, 1, 2)
        cards = [OnceCard(f) for f in sorted(known, key=lambda f: f.name != "cut")]
        # A card with a long name takes a row for itself; those come last.
        cards.sort(key=lambda card: card.minimumSizeHint().width() > px(WIDE_CARD))
        place = 0
        for card in cards:
            wide = card.minimumSizeHint().width() > px(WIDE_CARD)
            place += place % 2 if wide else 0
            grid.addWidget(card, 1 + place // 2, place % 2, 1, 2 if wide else 1)
            place += 2 if wide else 1
            self._take(card)
        for side in (0, 1):
            grid.setColumnStretch(side, 1)
            grid.setColumnMinimumWidth(side, px(CARD))
        self._column.addWidget(box)

    def _fill_while(self, known: list[Fault]) -> None:
        self._column.addWidget(frame("rule"))
        box = QWidget()
        line = QHBoxLayout(box)
        line.setContentsMargins(px(14), px(7), px(12), px(5))
        line.setSpacing(px(8))
        self.span = Picker("Switched off again after", "Durations")
        for key, text in faults.SPANS:
            self.span.addItem(text, key)
        self.span.setCurrentIndex(1)
        self.span.currentIndexChanged.connect(lambda _: self._hand_on())
        line.addWidget(label("While switched on", "strong"), 1)
        line.addWidget(label("for", "small"))
        line.addWidget(self.span)
        self._column.addWidget(box)
        for fault in known:
            row = WhileRow(fault)
            row.healed.connect(lambda key: self._bridge.ask(Heal(id=key)))
            self._column.addWidget(row)
            self._take(row)

    def _take(self, part: FaultPart) -> None:
        part.wanted.connect(lambda name, settings, p=part: self._inject(p, name, settings))
        self.parts.append(part)

    def _hand_on(self) -> None:
        span = str(self.span.currentData()) if hasattr(self, "span") else "30"
        for part in self.parts:
            part.way, part.span = self.way.chosen, span

    # --- scope ----------------------------------------------------------------------------

    def select(self, name: str) -> None:
        """A connection is selected in the window."""
        if self.pin.isChecked() or name == self.name:
            return
        self.name = name
        self.scope.choose("one" if name else "")
        self.refresh()

    @property
    def names(self) -> list[str]:
        """The connections in scope; none: everything."""
        return [self.name] if self.scope.chosen == "one" and self.name else []

    # --- doing ----------------------------------------------------------------------------

    def _inject(self, part: FaultPart, name: str, settings: dict[str, Any]) -> None:
        scope = ",".join(self.names)
        command = Inject(fault=name, scope=scope, settings=json.dumps(settings))

        def wrong(notice: Notice) -> None:
            part.say_wrong(notice.text)
            self.refresh()

        self._bridge.ask(command, lambda _: part.say_wrong(""), wrong)

    def _undo(self) -> None:
        """Switch the newest one off."""
        on = self._bridge.mirror["fault"]
        newest = max(on.values(), key=lambda v: int(v.get("since") or 0), default=None)
        if newest is not None:
            self._bridge.ask(Heal(id=str(newest["id"])))

    # --- what is shown --------------------------------------------------------------------

    def _changed(self, keys: frozenset[tuple[str, str]]) -> None:
        if self.isVisible() and {topic for topic, _ in keys} & {"fault", "connection", "proxy"}:
            self.refresh()

    def refresh(self) -> None:
        """What is on, what can be had, how long it lasts."""
        mirror, names = self._bridge.mirror, self.names
        one = self.scope.group.button(1)
        one.setText(words.shown(self.name, 24).replace("&", "&&") or "Selected")
        one.setAccessibleName(f"Scope: {self.name or 'the selected connection'}")
        one.setEnabled(bool(self.name))
        now, alive = self._bridge.clock(), self._bridge.alive
        for part in self.parts:
            why = faults.why_not(mirror, part.fault, names)
            why = why if alive else "The engine is not running."
            if isinstance(part, OnceCard):
                part.able(why)
            elif isinstance(part, WhileRow):
                on = faults.on_value(mirror, part.fault, names)
                part.show_on(dict(on) if on else None, now, why)
        active = len(mirror["fault"])
        self.count.setText(
            f"{words.count(active, 'fault')} active" if active else "No fault active"
        )
        set_look(self.count, look="second", state="warn" if active else "")
        self.undo.setEnabled(bool(active))
        self.clear.setEnabled(bool(active))

    def showEvent(self, event: QShowEvent) -> None:
        self._tick.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick.stop()

    def sizeHint(self) -> QSize:
        return QSize(px(WIDTH), px(600))
