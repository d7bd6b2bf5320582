"""The filter field: one place for all views.  It hands its text on and shows what came of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from workbench.gui.look.dress import CodeLine, label, set_icon, set_look
from workbench.gui.look.icons import pixmap
from workbench.gui.look.theme import px, theme

HISTORY = 100


class FilterBar(QFrame):
    """``edited`` gives the text while it is typed, ``left`` that Esc gave the focus away."""

    edited = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "field")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(9), 0, px(5), 0)
        row.setSpacing(px(9))
        self._sign = QLabel()
        self.field = CodeLine()
        self.field.setProperty("look", "bare")
        self.field.setPlaceholderText("Filter messages and events (Ctrl+F)")
        self.field.setAccessibleName("Filter messages and events")
        self._count = label("", "third")
        self._clear = QToolButton()
        self._clear.setProperty("look", "quiet")
        self._clear.setProperty("square", True)
        self._clear.setAccessibleName("Clear the filter")
        self._clear.setToolTip("Clear the filter")
        self._clear.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._clear.hide()
        for part in (self._sign, self.field, self._count, self._clear):
            row.addWidget(part)
        self._past: list[str] = []
        self._place = 0
        self.field.textChanged.connect(self._changed)
        self.field.editingFinished.connect(self.remember)
        self.field.installEventFilter(self)
        self._clear.clicked.connect(self.clear)
        theme().changed.connect(self._dress)
        self._dress()

    @property
    def text(self) -> str:
        """What is asked for."""
        return self.field.text()

    def put(self, text: str) -> None:
        """Ask for this."""
        self.field.setText(text)
        self.remember()

    def add(self, part: str) -> None:
        """Add a part such as ``conn:b-naive``, once."""
        if part not in self.text.split():
            self.put(f"{self.text} {part}".strip())

    def clear(self) -> None:
        """Ask for nothing: everything is shown."""
        self.remember()
        self.field.clear()

    def show_count(self, text: str) -> None:
        """``187 of 18 420``."""
        self._count.setText(text)

    def show_wrong(self, reason: str) -> None:
        """Why the text cannot be understood; nothing: it can."""
        self._count.setText(reason)
        set_look(self._count, look="error" if reason else "third")
        self.field.setAccessibleDescription(reason)

    def remember(self) -> None:
        """Keep the text for Alt+Up."""
        text = self.text.strip()
        if text and (not self._past or self._past[-1] != text):
            self._past = [*self._past, text][-HISTORY:]
        self._place = len(self._past)

    def _changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self.edited.emit(text)

    def _walk(self, by: int) -> None:
        if self._past:
            self._place = min(max(self._place + by, 0), len(self._past))
            past = self._past[self._place] if self._place < len(self._past) else ""
            self.field.setText(past)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            set_look(self, focused=event.type() == QEvent.Type.FocusIn)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._walk(-1 if event.key() == Qt.Key.Key_Up else 1)
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return True
        return False

    def _dress(self) -> None:
        self.setFixedHeight(px(30))
        self._sign.setPixmap(pixmap("filter", "text2", px(15), self.devicePixelRatioF()))
        set_icon(self._clear, "close", "text2", 13)
