"""A sheet: a small form over the window that does not block it.  Esc closes it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.gui.look.dress import label, set_icon, set_look
from workbench.gui.look.theme import px, theme

Entry = QLineEdit | QComboBox | QCheckBox


class Sheet(QFrame):
    """Stands at the top of the middle of ``over``; the focus goes back where it was."""

    closed = Signal()

    def __init__(self, over: QWidget, title: str, wide: int = 520) -> None:
        super().__init__(over)
        self._over, self._wide = over, wide
        self._before: QWidget | None = None
        self.setProperty("look", "sheet")
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(20), px(16), px(20), px(16))
        outer.setSpacing(px(12))
        self._head = head = QHBoxLayout()
        self.title = label(title, "heading")
        head.addWidget(self.title, 1)
        self.shut = QToolButton()
        self.shut.setProperty("look", "quiet")
        self.shut.setProperty("square", True)
        self.shut.setAccessibleName(f"Close {title.rstrip('…')}")
        self.shut.setToolTip("Close (Esc)")
        self.shut.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(self.shut, "close")
        self.shut.clicked.connect(self.leave)
        head.addWidget(self.shut)
        outer.addLayout(head)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = inner = QWidget()
        inner.setObjectName("body")
        self._scroll.setWidget(inner)
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(px(4), px(4), px(4), px(4))
        self.body.setSpacing(px(10))
        outer.addWidget(self._scroll, 1)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(px(8))
        outer.addLayout(self.foot)
        over.installEventFilter(self)
        inner.installEventFilter(self)
        theme().changed.connect(self.place)
        self.hide()

    def come(self, focus: QWidget | None = None) -> None:
        """Show it, with the focus on its first field."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self.show()
        self.place()
        self.raise_()
        if focus is None:
            focus = self.shut
        focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Close it; the focus goes back where it was."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def place(self) -> None:
        """Fit it to the window."""
        wide = min(px(self._wide), self._over.width() - px(32))
        needed = max(self.body.heightForWidth(wide - px(40)), self._inner.sizeHint().height())
        foot = self.foot.sizeHint().height() + px(12) if self.foot.count() else 0
        tall = needed + self._head.sizeHint().height() + foot + px(16 + 12 + 16) + 4
        top = px(56) if self._over.height() > px(500) else px(16)
        tall = min(tall, self._over.height() - top - px(16))
        self.setGeometry(QRect((self._over.width() - wide) // 2, top, wide, tall))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        again = QEvent.Type.Resize if watched is self._over else QEvent.Type.LayoutRequest
        if self.isVisible() and event.type() == again:
            self.place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)


class Line(QWidget):
    """A field with its name above and, when it is wrong, the reason below it."""

    def __init__(self, name: str, entry: Entry, hint: str = "") -> None:
        super().__init__()
        self.entry = entry
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        if not isinstance(entry, QCheckBox):
            title = label(name, "small")
            title.setBuddy(entry)
            column.addWidget(title)
        entry.setAccessibleName(name)
        if isinstance(entry, QComboBox):
            entry.view().setAccessibleName(name)
        column.addWidget(entry)
        self._hint = label(hint, "third", wrap=True)
        self._hint.setVisible(bool(hint))
        self._wrong: QLabel = label("", "error", wrap=True)
        self._wrong.hide()
        column.addWidget(self._hint)
        column.addWidget(self._wrong)
        if isinstance(entry, QLineEdit):
            entry.textChanged.connect(lambda _: self.show_wrong(""))

    @property
    def text(self) -> str:
        """What is entered."""
        if isinstance(self.entry, QLineEdit):
            return self.entry.text().strip()
        return self.entry.currentText() if isinstance(self.entry, QComboBox) else ""

    def show_wrong(self, reason: str) -> None:
        """Say what is wrong, beside the field; nothing takes it back."""
        self._wrong.setText(reason)
        self._wrong.setVisible(bool(reason))
        self.entry.setAccessibleDescription(reason)
        set_look(self.entry, wrong=bool(reason))

    @property
    def wrong(self) -> str:
        """The reason shown now."""
        return self._wrong.text()


def check(line: Line, rule: Callable[[str], str]) -> bool:
    """Check a field; say beside it what is wrong and put the focus there."""
    reason = rule(line.text)
    line.show_wrong(reason)
    if reason:
        line.entry.setFocus(Qt.FocusReason.OtherFocusReason)
    return not reason
