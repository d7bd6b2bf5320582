"""The six figures: each a card; one that comes from a single record leads to it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import words
from workbench.panels.latency_figures import Figure

TONES = {"": "text", "grey": "text3", "replay": "replay"}


class Card(QAbstractButton):
    """One figure."""

    def __init__(self) -> None:
        super().__init__()
        self.figure = Figure("", "", "", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(px(150), px(78))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(96), px(78))

    def show_figure(self, figure: Figure) -> None:
        """Show this one."""
        if figure == self.figure:
            return
        self.figure = figure
        leads = figure.row >= 0
        self.setAccessibleName(figure.name)
        self.setAccessibleDescription(figure.spoken)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if leads else Qt.FocusPolicy.NoFocus)
        shape = Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self.setToolTip("Show in timeline" if leads else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, f = QPainter(self), self.figure
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over = self.underMouse() and f.row >= 0
        painter.setPen(QPen(theme().color("border"), 1))
        painter.setBrush(theme().color("hover" if over else "panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), px(6), px(6))
        line = QRectF(px(13), px(9), self.width() - px(18), px(18))
        painter.setFont(ui(400, 12))
        words(painter, line, f.name, "text2")
        painter.setFont(ui(600, 22))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(f.number)
        tone = TONES.get(f.tone, "text")
        high = px(28)
        words(painter, QRectF(line.left(), px(27), line.width(), high), f.number, tone)
        painter.setFont(ui(400, 13))
        unit = QRectF(line.left() + wide + px(5), px(29), line.width() - wide - px(5), high)
        words(painter, unit, f.unit, "text2" if f.tone != "grey" else "text3")
        painter.setFont(ui(400, 12))
        room = line.right() - line.left()
        fits = QFontMetricsF(painter.font()).horizontalAdvance(f.below) <= room
        below = f.below if fits or not f.brief else f.brief
        words(painter, QRectF(line.left(), px(55), line.width(), px(17)), below, "text3")


class Cards(QWidget):
    """A row of them; ``chosen`` asks for the record of one."""

    chosen = Signal(object)  # Figure

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(10))
        self.cards = [Card() for _ in range(6)]
        for card in self.cards:
            line.addWidget(card, 1)
            card.clicked.connect(lambda _=False, c=card: self._clicked(c))

    def _clicked(self, card: Card) -> None:
        if card.figure.row >= 0:
            self.chosen.emit(card.figure)

    def show_figures(self, figures: list[Figure]) -> None:
        """Show these, in their order."""
        for card, figure in zip(self.cards, figures, strict=True):
            card.show_figure(figure)
