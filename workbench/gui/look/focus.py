"""The focus ring: two pixels of accent, two pixels outside the control (UX section 18).

One overlay per window follows the focus, because a style sheet cannot draw outside a widget.
Text fields draw their own edge; large areas get the ring inside their own edge.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)

from workbench.gui.look.theme import theme

GAP = 2
WIDTH = 2
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class FocusRing(QWidget):
    """Draws the ring over ``window``; it never takes the mouse or the focus itself."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._window = window
        self._held: QWidget | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)
        theme().changed.connect(self._place)
        self.hide()

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._held is not None:
            self._held.removeEventFilter(self)
        self._held = new if self._wants(new) else None
        if self._held is not None:
            self._held.installEventFilter(self)
        self._place()

    def _wants(self, widget: QWidget | None) -> bool:
        if widget is None or widget.window() is not self._window:
            return False
        if QApplication.mouseButtons() or widget.property("own_ring"):
            return False  # a click shows by itself where it went
        return not isinstance(widget, QLineEdit | QComboBox | QAbstractSpinBox)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        elif event.type() == QEvent.Type.Destroy:
            self._held = None
        return False

    def _place(self) -> None:
        held, window = self._held, self._window
        if held is None or window is None or not held.isVisible():
            self.hide()
            return
        area = QRect(held.mapTo(window, QPoint(0, 0)), held.size())
        if not isinstance(held, QAbstractScrollArea) and not held.property("ring_inside"):
            area.adjust(-GAP - WIDTH, -GAP - WIDTH, GAP + WIDTH, GAP + WIDTH)
        self.setGeometry(area.intersected(window.rect()))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().color("accent"), WIDTH))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 7, 7)
