"""Toasts at the bottom right, and the list behind the bell.  Nothing is read as markup."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.gui.look.dress import button, label, set_icon
from workbench.gui.look.icons import pixmap
from workbench.gui.look.theme import px
from workbench.gui.sheet import Sheet
from workbench.panels.notices import KEPT, Notice
from workbench.panels.words import clock

SHOWN_MS = 6000
MOST = 2
WIDE = 380
ABOVE = 26 + 44 + 14  # status bar, composer, air
NOTHING = "Nothing to tell. Notices of this run stay here."
ICONS = {"error": ("error", "error"), "warn": ("warn", "warn"), "ok": ("check", "ok")}


class Note(QFrame):
    """One notice: what, why, to do; *Copy details* where there are any."""

    def __init__(self, notice: Notice, *, when: bool = False) -> None:
        super().__init__()
        self.notice = notice
        self.setProperty("look", "note")
        self.setAccessibleName(notice.text)
        grid = QGridLayout(self)
        grid.setContentsMargins(px(14), px(11), px(8), px(11))
        grid.setHorizontalSpacing(px(10))
        grid.setVerticalSpacing(px(3))
        drawing, token = ICONS.get(notice.level, ("info", "info"))
        sign = QLabel()
        sign.setPixmap(pixmap(drawing, token, px(16), self.devicePixelRatioF()))
        grid.addWidget(sign, 0, 0)
        grid.addWidget(label(notice.what, "strong", wrap=True), 0, 1)
        more = " ".join(filter(None, (notice.why, notice.to_do)))
        row = 1
        if more:
            grid.addWidget(label(more, "small", wrap=True), row, 1)
            row += 1
        grid.addLayout(self._below(notice, when), row, 1)
        grid.setColumnStretch(1, 1)
        self.grid = grid

    def _below(self, notice: Notice, when: bool) -> QHBoxLayout:
        line = QHBoxLayout()
        if when and notice.time:
            line.addWidget(label(clock(notice.time), "third"))
        if notice.details:
            copy = button("Copy details", look="link", small=True)
            copy.clicked.connect(lambda: QApplication.clipboard().setText(notice.details))
            line.addWidget(copy)
        line.addStretch(1)
        return line


class Toast(Note):
    """A note that goes by itself after six seconds, unless it is looked at."""

    gone = Signal(object)

    def __init__(self, notice: Notice, over: QWidget) -> None:
        super().__init__(notice)
        self.setParent(over)
        self.setProperty("look", "toast")
        shut = QToolButton()
        shut.setProperty("look", "quiet")
        shut.setProperty("square", True)
        shut.setAccessibleName("Dismiss this notice")
        shut.setToolTip("Dismiss")
        set_icon(shut, "close", "text2", 13)
        shut.clicked.connect(lambda: self.gone.emit(self))
        self.grid.addWidget(shut, 0, 2)
        self._left = QTimer(self)
        self._left.setSingleShot(True)
        self._left.setInterval(SHOWN_MS)
        self._left.timeout.connect(lambda: self.gone.emit(self))
        self._left.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._left.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._left.start()


class Notices(QObject):
    """All notices of this run (the newest 200), and the toasts over ``over``."""

    counted = Signal(int)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.kept: list[Notice] = []
        self.toasts: list[Toast] = []
        self.left_out = 0
        over.installEventFilter(self)

    def show(self, notice: Notice) -> None:
        """Tell a person; it stays in the bell list."""
        self.kept.append(notice)
        if len(self.kept) > KEPT:
            self.left_out += len(self.kept) - KEPT
            del self.kept[:-KEPT]
        self.counted.emit(len(self.kept))
        while len(self.toasts) >= MOST:
            self._drop(self.toasts[0])
        toast = Toast(notice, self._over)
        toast.gone.connect(self._drop)
        self.toasts.append(toast)
        toast.show()
        self._place()

    def clear(self) -> None:
        """Empty the list."""
        self.kept.clear()
        self.left_out = 0
        self.put_away()
        self.counted.emit(0)

    def put_away(self) -> None:
        """Take the toasts away; the list keeps them."""
        for toast in tuple(self.toasts):
            self._drop(toast)

    def _drop(self, toast: Toast) -> None:
        if toast in self.toasts:
            self.toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        bottom = self._over.height() - px(ABOVE)  # never over the composer
        for toast in reversed(self.toasts):
            wide = min(px(WIDE), self._over.width() - px(32))
            tall = max(toast.heightForWidth(wide), toast.minimumSizeHint().height())
            left = self._over.width() - wide - px(16)
            toast.setGeometry(left, bottom - tall, wide, tall)
            toast.raise_()
            bottom -= tall + px(8)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False


class NoticeList(Sheet):
    """What the bell opens: newest first."""

    def __init__(self, over: QWidget, notices: Notices) -> None:
        super().__init__(over, "Notices", 520)
        self._notices = notices
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(6))
        self.body.addWidget(self._list)
        self.body.addStretch(1)
        self.clear = button("Clear the list")
        self.clear.clicked.connect(self._clear)
        self.foot.addStretch(1)
        self.foot.addWidget(self.clear)

    def ask(self) -> None:
        """Come up with what there is."""
        self._fill()
        self._notices.put_away()
        self.come(self.shut)

    def _fill(self) -> None:
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        kept = self._notices.kept
        if not kept:
            self._column.addWidget(label(NOTHING, "second"))
        for notice in reversed(kept):
            self._column.addWidget(Note(notice, when=True))
        if self._notices.left_out:
            self._column.addWidget(label(f"{self._notices.left_out} older ones are gone.", "third"))
        self.clear.setVisible(bool(kept))

    def _clear(self) -> None:
        self._notices.clear()
        self._fill()
        self.place()
