"""The header of the message table: titles, and edges that can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import words
from workbench.gui.timeline.columns import NARROWEST, Column, Columns

PAD = 8


class Header(QWidget):
    """Draws the titles of the columns."""

    resized = Signal()

    def __init__(self, columns: Columns, parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = columns
        self._held: tuple[Column, float, int] | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Columns of the messages")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme().color("border"))
        painter.setFont(ui(500, 12))
        for column, x, wide in self._columns.places(self.width()):
            area = QRectF(x + px(PAD), 0, wide - 2 * px(PAD), self.height() - 1)
            words(painter, area, column.title, "text2", column.align)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        column = self._columns.edge_at(round(event.position().x()), self.width())
        if column is not None:
            self._held = (column, event.position().x(), column.width)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._held is not None:
            column, begin, width = self._held
            scale = px(100) / 100
            column.width = max(NARROWEST, width + round((x - begin) / scale))
            self.resized.emit()
            self.update()
            return
        over = self._columns.edge_at(round(x), self.width()) is not None
        shape = Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
