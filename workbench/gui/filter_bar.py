"""The filter field: one place for all views.  It hands its text on and shows what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from workbench.gui.look.dress import CodeLine, label, set_icon, set_look
from workbench.gui.look.icons import pixmap
from workbench.gui.look.theme import px, theme

if TYPE_CHECKING:
    from workbench.gui.filter_popup import FilterPopup

HISTORY = 100
PAUSE_MS = 120  # after a key press
TAKES = (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FilterLine(CodeLine):
    """A line that underlines a part of itself."""

    def __init__(self) -> None:
        super().__init__()
        self._span = (0, 0)

    def underline(self, start: int, stop: int) -> None:
        """Underline what is wrong; nothing where both are the same."""
        self._span = (start, stop)
        self.update()

    def x_of(self, place: int) -> int:
        """Where a letter begins, in this widget."""
        metrics, text, at = self.fontMetrics(), self.text(), self.cursorPosition()
        here = self.cursorRect().center().x()
        return here + metrics.horizontalAdvance(text[:place]) - metrics.horizontalAdvance(text[:at])

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        start, stop = self._span
        if stop <= start:
            return
        left, right = self.x_of(start), max(self.x_of(stop), self.x_of(start) + px(6))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().color("error"), 1.4))
        y, step = self.height() - px(4), px(3)
        wave = [QPointF(x, y - (n % 2) * 2) for n, x in enumerate(range(left, right + 1, step))]
        painter.drawPolyline(QPolygonF(wave))


class FilterBar(QFrame):
    """``edited`` gives the text while it is typed, ``left`` that Esc gave the focus away."""

    edited = Signal(str)
    left = Signal()
    wrong = Signal(str)  # the reason; nothing: the text is understood
    typed = Signal()  # by a person, at the cursor
    focused = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "field")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(9), 0, px(5), 0)
        row.setSpacing(px(9))
        self._sign = QLabel()
        self.field = FilterLine()
        self.popup: FilterPopup | None = None
        self._suggestion = (0, 0, "")
        self._applied = ""
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
        self.field.textEdited.connect(self._edited)
        self.field.editingFinished.connect(self.apply)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.apply)
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
        self._counted = text
        self._count.setText(text)

    def show_wrong(self, reason: str, start: int = 0, stop: int = 0, suggestion: str = "") -> None:
        """Why the text cannot be understood; nothing: it can.  The span is underlined, the
        suggestion would be right in its place."""
        self._suggestion = (start, stop, suggestion)
        self.field.underline(start, stop if reason else start)
        self.field.setAccessibleDescription(reason)
        self.wrong.emit(reason)

    def take(self, place: int) -> None:
        """Put an option in; a key waits for its value."""
        if self.popup is None or not 0 <= place < len(self.popup.offer.options):
            return
        made, option = self.popup.offer, self.popup.offer.options[place]
        more = option.text.endswith((":", "."))
        after = "" if more or self.text[made.stop :].startswith(" ") else " "
        if option.text.startswith("json.") and not more and ":" not in option.text:
            more, after = True, ""
        self.popup.hide()
        self.field.setText(self.text[: made.start] + option.text + after + self.text[made.stop :])
        self.field.setCursorPosition(made.start + len(option.text) + len(after))
        self.field.setFocus()
        if option.text.endswith((":", ".")):
            self.typed.emit()

    def _correct(self) -> bool:
        """Put the suggestion in the place of what is wrong."""
        start, stop, suggestion = self._suggestion
        if not suggestion:
            return False
        self.field.setText(self.text[:start] + suggestion + self.text[stop:])
        self.field.setCursorPosition(start + len(suggestion))
        return True

    def remember(self) -> None:
        """Keep the text for Alt+Up."""
        text = self.text.strip()
        if text and (not self._past or self._past[-1] != text):
            self._past = [*self._past, text][-HISTORY:]
        self._place = len(self._past)

    def apply(self) -> None:
        """Hand on what was typed, without waiting any longer."""
        self._pause.stop()
        if self.text != self._applied:
            self._applied = self.text
            self.edited.emit(self.text)

    def _edited(self, text: str) -> None:
        """Half a word is no filter: typing is waited for, for a moment."""
        self._pause.start()
        self.typed.emit()

    def _changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        if not self._pause.isActive() or not self.field.isModified():
            self.apply()

    def _walk(self, by: int) -> None:
        if self._past:
            self._place = min(max(self._place + by, 0), len(self._past))
            past = self._past[self._place] if self._place < len(self._past) else ""
            self.field.setText(past)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            set_look(self, focused=event.type() == QEvent.Type.FocusIn)
            self.focused.emit(event.type() == QEvent.Type.FocusIn)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return self._offers_for(event)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return False

    def _offers_for(self, event: QKeyEvent) -> bool:
        """Tab would leave the field before it is told of the key."""
        event.setAccepted(self.popup is not None and self.popup.isVisible())
        return False

    def _in_popup(self, event: QKeyEvent) -> bool:
        if self.popup is None or not self.popup.isVisible() or event.modifiers():
            return False
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.popup.walk(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in TAKES:
            self.take(self.popup.current)
        elif event.key() == Qt.Key.Key_Escape:
            self.popup.hide()
        else:
            return False
        return True

    def _key(self, event: QKeyEvent) -> bool:
        if self._in_popup(event):
            return True
        if event.key() == Qt.Key.Key_Tab and self._correct():
            return True
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
