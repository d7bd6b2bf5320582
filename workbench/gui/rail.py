"""The rail at the left: which view is shown, and below it keys and settings."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from workbench.gui.look import icons
from workbench.gui.look.dress import frame
from workbench.gui.look.theme import px, theme, ui

WIDE, NARROW = 72, 48
VIEWS = (
    ("timeline", "Timeline", "timeline"),
    ("latency", "Latency", "latency"),
    ("recovery", "Recovery", "recovery"),
    ("scenarios", "Scenarios", "scenarios"),
)


class RailButton(QAbstractButton):
    """A drawing above its word; the word goes when the rail is narrow, its name stays."""

    def __init__(self, drawing: str, text: str) -> None:
        super().__init__()
        self._drawing = drawing
        self.badge = 0
        self.narrow = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("ring_inside", True)

    def sizeHint(self) -> QSize:
        return QSize(px(NARROW), px(38)) if self.narrow else QSize(px(WIDE), px(54))

    def show_badge(self, n: int) -> None:
        """A red number at the drawing's corner; 0 takes it away."""
        if n != self.badge:
            self.badge = n
            self.setAccessibleDescription(f"{n} not looked at" if n else "")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        p, painter = theme().palette, QPainter(self)
        on = self.isChecked()
        if on:
            painter.fillRect(QRect(0, px(7), 3, self.height() - px(14)), QColor(p.accent))
        side = px(18)
        top = (self.height() - side) // 2 if self.narrow else px(7)
        box = QRect((self.width() - side) // 2, top, side, side)
        ink = p.accent if on else p.text if self.underMouse() else p.text2
        icons.paint(painter, self._drawing, box, ink)
        if self.badge:
            self._paint_badge(painter, box)
        if not self.narrow:
            painter.setFont(ui(600 if on else 400, 11))
            painter.setPen(QColor(p.text if on else p.text2))
            line = QRect(0, box.bottom() + px(5), self.width(), px(16))
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def _paint_badge(self, painter: QPainter, box: QRect) -> None:
        p, side = theme().palette, px(15)
        text = str(self.badge) if self.badge < 100 else "99+"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(p.error))
        wide = side if len(text) < 2 else px(9 + 6 * len(text))
        spot = QRect(box.right() - px(2), box.top() - px(6), wide, side)
        painter.drawRoundedRect(QRectF(spot), side / 2, side / 2)
        painter.setPen(QColor(p.window))
        painter.setFont(ui(600, 10))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QWidget):
    """``chosen`` gives the view's name, ``pressed`` that of a command (keys, settings)."""

    chosen = Signal(str)
    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, RailButton] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        ground = frame("rail")
        outer.addWidget(ground)
        self._column = QVBoxLayout(ground)
        self._column.setSpacing(0)
        self._column.setContentsMargins(0, px(6), 0, px(6))
        group = QButtonGroup(self)
        for name, text, drawing in VIEWS:
            made = self._add(name, text, drawing)
            made.setCheckable(True)
            group.addButton(made)
            made.clicked.connect(lambda _=False, n=name: self.chosen.emit(n))
        self._column.addStretch(1)
        for name, text, drawing in (
            ("shortcuts", "Keys", "keyboard"),
            ("settings", "Settings", "gear"),
        ):
            made = self._add(name, text, drawing)
            made.clicked.connect(lambda _=False, n=name: self.pressed.emit(n))
        theme().changed.connect(self._dress)
        self.narrow(False)

    def _add(self, name: str, text: str, drawing: str) -> RailButton:
        made = self.buttons[name] = RailButton(drawing, text)
        self._column.addWidget(made)
        return made

    def show_view(self, name: str) -> None:
        """Mark the view that is shown."""
        if name in self.buttons:
            self.buttons[name].setChecked(True)

    def narrow(self, on: bool) -> None:
        """Words away (48 px) or there (72 px); tooltips say them when they are away."""
        self._narrow = on
        for made in self.buttons.values():
            made.narrow = on
            made.setToolTip(made.text() if on else "")
        self._dress()

    def _dress(self) -> None:
        self.setFixedWidth(px(NARROW if self._narrow else WIDE))
        for made in self.buttons.values():
            made.setFixedSize(made.sizeHint())
            made.update()
