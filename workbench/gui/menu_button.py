"""A button that opens a menu, with the arrow in the theme's ink; and one with two halves."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton

from workbench.gui.look import icons
from workbench.gui.look.dress import set_icon, set_look
from workbench.gui.look.shapes import chip, chip_width
from workbench.gui.look.theme import px, theme

ARROW = 22


class MenuButton(QPushButton):
    """Opens ``choices`` on a click; with ``split`` only on its arrow, or on Alt+Down, and the
    rest is a button of its own.  ``narrow`` shows the drawing alone; the name stays."""

    def __init__(self, text: str, drawing: str, look: str = "", *, split: bool = False) -> None:
        super().__init__(text)
        self._words = text
        self._look = look
        self._split = split
        self._count = 0
        self.choices = QMenu(self)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_look(self, look=look, arrow=True)
        self._drawing, self._token = drawing, "error" if look == "danger" else "text"
        set_icon(self, drawing, self._token)
        if not split:
            self.clicked.connect(self.open)

    def open(self) -> None:
        """Show the menu under the button."""
        self.choices.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def say(self, text: str) -> None:
        """Other words on the button."""
        self._words = text
        self.setAccessibleName(text)
        if not self.property("narrow"):
            self.setText(text.replace("&", "&&"))
        self.updateGeometry()

    def show_count(self, n: int, meaning: str) -> None:
        """A number in a chip behind the words; 0 takes it away."""
        if n == self._count:
            return
        self._count = n
        self.setAccessibleDescription(meaning if n else "")
        set_look(self, counted=bool(n))  # the words stay left, the chip stands behind them
        self.updateGeometry()
        self.update()

    def narrow(self, on: bool) -> None:
        """The drawing alone, or with its words."""
        set_look(self, narrow=on)
        self.setText("" if on else self._words.replace("&", "&&"))
        set_icon(self, self._drawing, self._token)
        self.setToolTip(self._words if on else "")

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        extra = chip_width(str(self._count)) + px(6) if self._count else 0
        return QSize(hint.width() + extra, hint.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._split and event.position().x() >= self.width() - px(ARROW + 4):
            self.open()
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.open()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        p, painter = theme().palette, QPainter(self)
        middle, side = self.height() // 2, px(12)
        ink = p.error if self._look == "danger" else p.text2
        where = QRect(self.width() - px(ARROW), middle - side // 2, side, side)
        icons.paint(painter, "chev-down", where, ink if self.isEnabled() else p.text3)
        if self._count:
            wide = chip_width(str(self._count))
            chip(painter, where.left() - px(6) - wide, middle, str(self._count), "warn")
        painter.end()
