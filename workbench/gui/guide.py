"""The lines above the views: how far the demo is, and that the engine stopped."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from workbench.gui.bridge import Bridge
from workbench.gui.dock_delegate import LEFT, text
from workbench.gui.look import icons
from workbench.gui.look.dress import button, label
from workbench.gui.look.icons import pixmap
from workbench.gui.look.theme import px, theme, ui
from workbench.panels.demo import Guide, guide

OFFERS = {
    "cut-selected": ("Cut a connection", "cut", ""),
    "make-b-naive-resume": ("Make b-naive resume", "reconnect", ""),
    "run-demo": ("Run again", "play", ""),
    "stop-demo": ("Close demo", "close", "quiet"),
}


class StepLine(QWidget):
    """``Start · Deploy · Gap · Verdict`` with the running one marked by a filled number."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: tuple[tuple[str, str], ...] = ()

    def show_steps(self, steps: tuple[tuple[str, str], ...]) -> None:
        """Each is (name, done / running / ahead)."""
        self._steps = steps
        self.setAccessibleName(", ".join(f"{name} {state}" for name, state in steps))
        self.updateGeometry()
        self.update()

    def _width(self, name: str) -> int:
        return px(24) + QFontMetrics(ui(600)).horizontalAdvance(name) + px(30)

    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(name) for name, _ in self._steps), px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        p, painter, left = theme().palette, QPainter(self), 0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() // 2
        for n, (name, state) in enumerate(self._steps):
            self._sign(painter, QRect(left, middle - px(9), px(18), px(18)), n, state)
            ink = p.text if state == "running" else p.text2 if state == "done" else p.text3
            area = QRect(left + px(24), 0, self._width(name), self.height())
            font = ui(600 if state == "running" else 500)
            used = text(painter, area, name, font, ink, LEFT)
            left += px(24) + used
            if n + 1 < len(self._steps):
                painter.fillRect(QRect(left + px(8), middle, px(14), 1), QColor(p.border_strong))
            left += px(30)
        painter.end()

    def _sign(self, painter: QPainter, box: QRect, n: int, state: str) -> None:
        p = theme().palette
        if state == "done":
            icons.paint(painter, "check", box.adjusted(px(2), px(2), -px(2), -px(2)), p.ok)
            return
        running = state == "running"
        painter.setPen(QPen(QColor(p.accent_fill if running else p.border_strong), 1))
        painter.setBrush(QColor(p.accent_fill) if running else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
        ink = p.on_accent if running else p.text3
        text(painter, box, str(n + 1), ui(600, 11), ink, Qt.AlignmentFlag.AlignCenter)


class GuideLine(QFrame):
    """``pressed`` names a command."""

    pressed = Signal(str)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._shown: Guide | None = None
        self.setProperty("look", "bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(14), px(6), px(12), px(6))
        row.setSpacing(px(8))
        self._lead = label("", "strong")
        self._steps = StepLine()
        row.addWidget(self._lead)
        row.addSpacing(px(4))
        row.addWidget(self._steps)
        self.offers = {}
        for name, (words, drawing, look) in OFFERS.items():
            made = button(words, drawing, look, small=True)
            made.clicked.connect(lambda _=False, n=name: self.pressed.emit(n))
            self.offers[name] = made
            if name == "stop-demo":
                row.addStretch(1)
            row.addWidget(made)
        bridge.changed.connect(self._changed)
        self.hide()

    def _changed(self, keys: frozenset[tuple[str, str]]) -> None:
        if any(topic == "demo" for topic, _ in keys):
            self.refresh()

    def refresh(self) -> None:
        """Read the mirror again."""
        shown = guide(self._bridge.mirror)
        if shown == self._shown:
            return
        self._shown = shown
        self._lead.setText(shown.lead)
        self._steps.show_steps(shown.steps)
        self._steps.setVisible(bool(shown.steps))
        for name, made in self.offers.items():
            made.setVisible(name in shown.offers)
        running = bool(shown.steps)
        self.offers["stop-demo"].setText("Stop demo" if running else "Close demo")
        self.offers["stop-demo"].setAccessibleName(self.offers["stop-demo"].text())
        self.setVisible(bool(shown.lead))


class Banner(QFrame):
    """Something that needs a decision, above everything: one sentence and one button."""

    pressed = Signal()

    def __init__(self, verb: str) -> None:
        super().__init__()
        self.setProperty("look", "banner-error")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(14), px(9), px(10), px(9))
        row.setSpacing(px(10))
        self._sign = QLabel()
        self.words = label("", "", wrap=True)
        self.press = button(verb, "reconnect")
        self.press.clicked.connect(self.pressed)
        row.addWidget(self._sign)
        row.addWidget(self.words, 1)
        row.addWidget(self.press)
        theme().changed.connect(self._dress)
        self._dress()
        self.hide()

    def say(self, sentence: str) -> None:
        """Show it."""
        self.words.setText(sentence)
        self.setAccessibleName(sentence)
        self.press.setEnabled(True)
        self.show()

    def _dress(self) -> None:
        self._sign.setPixmap(pixmap("error", "error", px(18), self.devicePixelRatioF()))
