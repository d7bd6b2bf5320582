"""The shapes that tell connections apart, and the line that says whose each is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import words
from workbench.panels import wording


@dataclass(frozen=True, slots=True)
class Shape:
    """pyqtgraph's name of a shape, its size, drawn as a line or filled, and its name in words."""

    symbol: str
    size: int
    line: bool
    word: str


SHAPES = (
    Shape("o", 8, True, "ring"),
    Shape("s", 7, False, "square"),
    Shape("t1", 8, False, "triangle"),
    Shape("d", 9, True, "diamond"),
    Shape("+", 9, False, "plus"),
    Shape("x", 8, False, "cross"),
    Shape("o", 4, False, "dot"),
)


class Key(QWidget):
    """Names beside their shapes, from the right; those without room are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.others = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_names(self, names: list[str], others: int) -> None:
        """Whose shapes to show, and how many more there are."""
        if (names, others) == (self.names, self.others):
            return
        self.names, self.others = names, others
        told = [f"{n} {s.word}" for n, s in zip(names, SHAPES, strict=False)]
        self.setAccessibleName(
            "Marks: " + ", ".join(told + ([f"{others} others dot"] * bool(others)))
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(260), px(20))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(40), px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(ui(400, 11))
        metrics = painter.fontMetrics()
        shown = [wording.plain(name, 20) for name in self.names]
        texts = shown + ([f"{self.others} others"] if self.others else [])
        widths = [metrics.horizontalAdvance(text) + px(26) for text in texts]
        while texts and sum(widths) > self.width():  # the rest is in the accessible name
            texts.pop(), widths.pop()
        x = self.width() - sum(widths)
        for i, text in enumerate(texts):
            which = i if i < len(shown) else len(SHAPES) - 1
            draw(painter, which, QPointF(x + px(8), self.height() / 2))
            words(painter, QRectF(x + px(18), 0, widths[i], self.height()), text, "text2")
            x += widths[i]


def draw(painter: QPainter, which: int, at: QPointF) -> None:
    """One shape about a point, in its series' colour."""
    shape, p = SHAPES[which], theme().palette
    ink = QColor(p.series[which] if which < len(p.series) else p.text3)
    half = px(shape.size) / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, 1.6) if shape.line or shape.symbol in "+x" else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if shape.line else ink)
    x, y = at.x(), at.y()
    if shape.symbol == "o":
        painter.drawEllipse(at, half, half)
    elif shape.symbol == "s":
        painter.drawRect(QRectF(x - half, y - half, 2 * half, 2 * half))
    elif shape.symbol in ("+", "x"):
        h = half * (0.75 if shape.symbol == "x" else 1.0)
        ends = ((-h, -h, h, h), (-h, h, h, -h)) if shape.symbol == "x" else (
            (-h, 0, h, 0), (0, -h, 0, h))  # fmt: skip
        for a, b, c, d in ends:
            painter.drawLine(QPointF(x + a, y + b), QPointF(x + c, y + d))
    else:
        corners = ((0, -half), (half, half), (-half, half)) if shape.symbol == "t1" else (
            (0, -half), (half, 0), (0, half), (-half, 0))  # fmt: skip
        painter.drawPolygon(QPolygonF([QPointF(x + a, y + b) for a, b in corners]))
    painter.restore()
