"""Many lines of coloured words, painted as they are seen: Pretty, Raw, Hex, Frame, Diff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from workbench.gui.look.theme import mono, px, theme
from workbench.gui.marks import draw_icon

ROW = 18


@dataclass(frozen=True, slots=True)
class Shown:
    """One line: (words, token) spans after an indent; ``ground`` a token or ""."""

    spans: tuple[tuple[str, str], ...]
    indent: int = 0
    ground: str = ""
    fold: str = ""  # "open", "folded" or ""


class LinesView(QAbstractScrollArea):
    """Shows ``count`` lines that ``line(i)`` gives; ``folded`` names the line clicked to fold."""

    toggled = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._count = 0
        self._line: Callable[[int], Shown] = lambda i: Shown(())
        self.current = 0
        self._x = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.horizontalScrollBar().setAccessibleName(f"{name}: scroll sideways")
        self.verticalScrollBar().setAccessibleName(f"{name}: scroll")
        self.verticalScrollBar().valueChanged.connect(lambda: self.viewport().update())
        self.horizontalScrollBar().valueChanged.connect(lambda: self.viewport().update())
        theme().changed.connect(self._restyled)

    def show_lines(self, count: int, line: Callable[[int], Shown], *, keep: bool = False) -> None:
        """Show other lines, from their beginning unless ``keep``."""
        self._count, self._line = count, line
        if not keep:
            self.verticalScrollBar().setValue(0)
            self.horizontalScrollBar().setValue(0)
            self.current = 0
        self._range()
        self._describe()
        self.viewport().update()

    @property
    def row_height(self) -> int:
        """Pixels of one line."""
        return px(ROW)

    def content_height(self) -> int:
        """Pixels that all lines need."""
        return self._count * self.row_height + px(8)

    def sizeHint(self) -> QSize:
        return QSize(px(200), px(120))

    def _restyled(self) -> None:
        self._range()
        self.viewport().update()

    def _range(self) -> None:
        page = max(1, self.viewport().height() // self.row_height)
        bar = self.verticalScrollBar()
        bar.setPageStep(page)
        bar.setRange(0, max(0, self._count - page))
        metrics = QFontMetricsF(mono(12))
        seen = range(bar.value(), min(self._count, bar.value() + page + 1))
        widest = max((self._width(self._line(i), metrics) for i in seen), default=0.0)
        across = self.horizontalScrollBar()
        across.setPageStep(self.viewport().width())
        across.setRange(0, max(0, round(widest) - self.viewport().width()))

    def _width(self, shown: Shown, metrics: QFontMetricsF) -> float:
        text = "".join(words for words, _ in shown.spans)
        return px(14) + shown.indent * px(14) + metrics.averageCharWidth() * len(text) + px(10)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._range()

    # --- keys and mouse -------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        page = self.verticalScrollBar().pageStep()
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -self._count,
            Qt.Key.Key_End: self._count,
        }
        if key in steps:
            self._go(self.current + steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggled.emit(self.current)
        else:
            super().keyPressEvent(event)

    def _go(self, i: int) -> None:
        self.current = min(max(0, i), max(0, self._count - 1))
        bar = self.verticalScrollBar()
        if self.current < bar.value():
            bar.setValue(self.current)
        elif self.current >= bar.value() + bar.pageStep():
            bar.setValue(self.current - bar.pageStep() + 1)
        self._describe()
        self.viewport().update()

    def _describe(self) -> None:
        if self.current < self._count:
            words = "".join(text for text, _ in self._line(self.current).spans)
            self.setAccessibleDescription(words[:500])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        i = self.verticalScrollBar().value() + int(event.position().y() - px(4)) // self.row_height
        if not 0 <= i < self._count:
            return
        self._go(i)
        if self._line(i).fold:
            self.toggled.emit(i)

    # --- painting -------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme().color("panel"))
        painter.setFont(mono(12))
        metrics = QFontMetricsF(painter.font())
        first = self.verticalScrollBar().value()
        last = min(self._count, first + self.viewport().height() // self.row_height + 2)
        for i in range(first, last):
            y = px(4) + (i - first) * self.row_height
            self._paint(painter, metrics, y, i)

    def _paint(self, painter: QPainter, metrics: QFontMetricsF, y: int, i: int) -> None:
        shown, width = self._line(i), self.viewport().width()
        if shown.ground:
            area = QRect(0, y, width, self.row_height)
            painter.fillRect(area, theme().color(shown.ground))
        if self.hasFocus() and i == self.current:
            painter.fillRect(QRect(0, y, px(2), self.row_height), theme().color("accent"))
        x = float(px(14) + shown.indent * px(14) - self.horizontalScrollBar().value())
        if shown.fold:
            icon = "chev-down" if shown.fold == "open" else "chev-right"
            draw_icon(painter, icon, "text3", x - px(13), y + px(3), 12)
        flags = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
        for text, token in shown.spans:
            wide = metrics.horizontalAdvance(text)
            if x < width and x + wide > 0:
                painter.setPen(theme().color(token))
                painter.drawText(QRectF(x, y, wide + 4, self.row_height), flags, text)
            x += wide
