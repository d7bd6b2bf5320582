"""Why a client missed something, what to change, and the ids it missed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from workbench.gui.look.dress import button, label, set_look
from workbench.gui.look.theme import mono, px, theme, ui
from workbench.gui.recovery.flow import FlowLayout
from workbench.panels import recovery, wording
from workbench.panels.wording import plain

CHIPS = 60  # ids shown one by one; more of them are shown as ranges


class WhyPanel(QFrame):
    """Explains one client's verdict; ``shown_in_timeline`` asks for its gap."""

    shown_in_timeline = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._client: dict[str, Any] = {}
        self._seen: Any = None
        set_look(self, look="card")
        self.setAccessibleName("Explanation")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setAccessibleName("Explanation, scrolled")
        self.area.viewport().setAutoFillBackground(False)
        self.area.verticalScrollBar().setAccessibleName("Scroll the explanation")
        outer.addWidget(self.area)
        self._inner = QWidget()
        self.area.setWidget(self._inner)
        self._inner.setAutoFillBackground(False)  # setWidget switches it on
        self._inner.setMinimumWidth(1)  # words wrap; nothing goes under the scroll bar
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(px(16), px(12), px(16), px(10))
        self._column.setSpacing(px(8))
        self._build()
        theme().changed.connect(self._again)

    def _build(self) -> None:
        self.title, self.why = label("", "strong", wrap=True), label("", "second", wrap=True)
        self.change_title = label("What to change", "strong")
        self._changes = QVBoxLayout()
        self._changes.setSpacing(px(7))
        self._missed = QWidget()
        head = QHBoxLayout(self._missed)
        head.setContentsMargins(0, px(2), 0, 0)
        head.setSpacing(px(8))
        self.missed_title, self.missed_count = label("Missed ids", "strong"), label(look="second")
        self.copy = button("Copy", "copy", small=True)
        self.copy.setAccessibleName("Copy the missed ids")
        self.to_timeline = button("Show in timeline", "timeline", small=True)
        head.addWidget(self.missed_title)
        head.addWidget(self.missed_count)
        head.addStretch(1)
        head.addWidget(self.copy)
        head.addWidget(self.to_timeline)
        self._ids = QWidget()
        self._flow = FlowLayout(px(6))
        self._ids.setLayout(self._flow)
        for part in (self.title, self.why, self.change_title):
            self._column.addWidget(part)
        self._column.addLayout(self._changes)
        self._column.addWidget(self._missed)
        self._column.addWidget(self._ids)
        self._column.addStretch(1)
        self.copy.clicked.connect(self.copy_ids)
        self.to_timeline.clicked.connect(
            lambda: self.shown_in_timeline.emit(str(self._client.get("name") or ""))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.copy.setText("Copy" if self.width() >= px(390) else "")

    def _again(self) -> None:
        client, self._seen = self._client, None
        self.show_client(client)

    def show_client(self, client: dict[str, Any]) -> None:
        """Explain this client's verdict (empty: nothing to explain)."""
        if client == self._seen:
            return
        self._seen = self._client = client
        told = recovery.why(client) if client else recovery.Why("", "", ())
        self.title.setText(plain(told.title, 200))
        self.title.setFont(ui(600, 13))
        self.why.setText(plain(told.why, 2000))
        self.change_title.setVisible(bool(told.changes))
        while (item := self._changes.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for i, change in enumerate(told.changes, 1):
            self._changes.addWidget(_change(i, change))
        self._show_missed(recovery.missed(client) if client else recovery.Missed(0))

    def _show_missed(self, missed: recovery.Missed) -> None:
        self._flow.clear()
        self.missed_count.setText(wording.count(missed.count))
        away = bool(self._client.get("affected", True)) and bool(self._client)
        self._missed.setVisible(away)
        lost = missed.count > 0
        for part in (self.missed_title, self.missed_count, self.copy):
            part.setVisible(lost)
        self._ids.setVisible(lost)
        texts = missed.ids if len(missed.ids) <= CHIPS else missed.ranges
        for text in texts[:CHIPS]:
            self._flow.addWidget(_id(plain(text, 60)))
        if missed.count > len(missed.ids):
            more = missed.count - len(missed.ids)
            self._flow.addWidget(_id(f"and {wording.count(more)} more"))

    def copy_ids(self) -> None:
        """The missed ids to the clipboard, one a line."""
        QGuiApplication.clipboard().setText("\n".join(recovery.missed(self._client).ids))


def _id(text: str) -> QLabel:
    made = label(text, "chip")
    made.setFont(mono(12))
    return made


def _change(number: int, text: str) -> QWidget:
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(px(12))
    figure = label(str(number), "figure")
    figure.setFont(ui(600, 13))
    figure.setStyleSheet(f"color: {theme().palette.accent};")
    words = label(plain(text, 1000), "second", wrap=True)
    line.addWidget(figure, 0)
    line.addWidget(words, 1)
    for part in (figure, words):
        part.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    return made
