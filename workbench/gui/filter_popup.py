"""Under the filter bar: what is wrong with the text, or what could be typed next (UX section 8).

It never takes the focus: keys go to the field, which hands the arrows on.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Signal
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from workbench.gui.dock_delegate import LEFT, text
from workbench.gui.look.dress import label, set_look
from workbench.gui.look.shapes import badge
from workbench.gui.look.theme import px, theme, ui
from workbench.panels.completion import Offer

WIDTH, HEAD, ROW, FOOT = 540, 30, 28, 36
FOOTER = "↑ ↓ choose     Tab or Enter take     Esc close"


class FilterPopup(QFrame):
    """``taken`` gives the place of the option that was clicked."""

    taken = Signal(int)
    shown = Signal(bool)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.over = over
        self.offer = Offer(0, 0, ())
        self.current = -1
        self.setAccessibleName("Suggestions for the filter")
        self.setMouseTracking(True)
        theme().changed.connect(self.hide)
        self.hide()

    def show_offer(self, offer: Offer, under: QPoint) -> None:
        """Show these with none chosen; without any it goes away."""
        self.offer, self.current = offer, -1
        if not offer.options:
            self.hide()
            return
        self.current = 0
        room = self.over.width() - px(16)
        self.resize(min(px(WIDTH), room), self.sizeHint().height())
        self.move(max(px(8), min(under.x(), room + px(8) - self.width())), under.y())
        self.raise_()
        self.show()
        self._describe()

    def sizeHint(self) -> QSize:
        rows = len(self.offer.options)
        return QSize(px(WIDTH), px(HEAD * len(self.offer.groups) + ROW * rows + FOOT) + 2)

    def walk(self, by: int) -> None:
        """The next or the previous one."""
        self.current = (self.current + by) % max(1, len(self.offer.options))
        self._describe()

    def _describe(self) -> None:
        option = self.offer.options[self.current]
        self.setAccessibleDescription(f"{option.text}, {option.about}".strip(", "))
        self.update()

    def _rects(self) -> list[QRect]:
        y, found = 1, []
        for _, options in self.offer.groups:
            y += px(HEAD)
            for _ in options:
                found.append(QRect(1, y, self.width() - 2, px(ROW)))
                y += px(ROW)
        return found

    def showEvent(self, event: QShowEvent) -> None:
        self.shown.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self.shown.emit(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, p = QPainter(self), theme().palette
        painter.fillRect(self.rect(), QColor(p.raised))
        painter.setPen(QColor(p.border_strong))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        places, n, y = self._rects(), 0, 1
        for title, options in self.offer.groups:
            head = QRect(px(12), y, self.width() - px(24), px(HEAD))
            text(painter, head, title, ui(400, 12), p.text2, LEFT)
            y += px(HEAD) + px(ROW) * len(options)
            for option in options:
                self._row(painter, places[n], option.text, option.about, n == self.current)
                n += 1
        foot = QRect(px(12), y, self.width() - px(24), px(FOOT))
        painter.fillRect(QRect(1, y, self.width() - 2, 1), QColor(p.border))
        text(painter, foot, FOOTER, ui(400, 12), p.text2, LEFT)

    def _row(self, painter: QPainter, area: QRect, words: str, about: str, on: bool) -> None:
        p = theme().palette
        if on:
            painter.fillRect(area, QColor(p.selection))
            badge(painter, area.right() - px(40), area.center().y(), "Tab", True)
        first = QRect(area.left() + px(11), area.top(), px(178), area.height())
        text(painter, first, words, theme().mono(12), p.accent if on else p.text, LEFT)
        rest = area.adjusted(px(196), 0, -px(48), 0)
        text(painter, rest, about, ui(400, 12), p.text2, LEFT)

    def _at(self, event: QMouseEvent) -> int:
        spot = event.position().toPoint()
        return next((n for n, area in enumerate(self._rects()) if area.contains(spot)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._at(event)
        if place >= 0 and place != self.current:
            self.current = place
            self._describe()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._at(event)
        if place >= 0:
            self.taken.emit(place)


class FilterReason(QFrame):
    """Why a filter is not understood, under the bar."""

    def __init__(self, bar: QWidget, over: QWidget) -> None:
        super().__init__(over)
        self._bar, self._over, self._reason, self._free = bar, over, "", True
        set_look(self, look="banner-error")
        line = QHBoxLayout(self)
        line.setContentsMargins(px(10), px(5), px(10), px(5))
        self.words = label("", wrap=True)
        line.addWidget(self.words)
        self.hide()

    def say(self, reason: str) -> None:
        """Nothing hides it."""
        self.words.setText(reason + (" Tab puts it in." if "Did you mean" in reason else ""))
        self.setAccessibleName(reason)
        self._reason = reason
        self._place()

    def give_way(self, other: bool) -> None:
        """Suggestions stand in the same place."""
        self._free = not other
        self._place()

    def _place(self) -> None:
        self.setVisible(bool(self._reason) and self._free)
        if self._reason:
            self.setFixedWidth(min(self._bar.width(), px(WIDTH)))
            self.adjustSize()
            under = QPoint(0, self._bar.height() + px(4))
            self.move(self._bar.mapTo(self._over, under))
            self.raise_()
