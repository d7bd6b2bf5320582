"""The entries of a fault's form, made from its declared settings; and the switch."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QGridLayout,
    QLineEdit,
    QWidget,
)

from workbench.gui.look.dress import CodeLine, label, set_look
from workbench.gui.look.theme import px, theme
from workbench.gui.picker import Picker
from workbench.panels import faults
from workbench.panels.faults import Fault, Field


class Switch(QAbstractButton):
    """On or off, by its place and its fill."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(px(32), px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, on = QPainter(self), self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(1, (self.height() - px(16)) / 2, px(28), px(16))
        usable = self.isEnabled()
        edge = "accent_fill" if on else "border_strong" if usable else "border"
        painter.setPen(QPen(theme().color(edge), 1))
        painter.setBrush(theme().color("accent_fill" if on else "input"))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        side = px(10)
        x = track.right() - side - px(3) if on else track.left() + px(3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(
            theme().color("on_accent" if on else "border_strong" if usable else "border")
        )
        painter.drawEllipse(QRectF(x, track.center().y() - side / 2, side, side))


class Entry(QWidget):
    """One setting: a choice, a check mark, or a line.  ``changed`` after each change."""

    changed = Signal()

    def __init__(self, fault: Fault, field: Field) -> None:
        super().__init__()
        self.field = field
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(8))
        name = field.name.replace("_", " ").capitalize()
        self.inner = self._made(fault, field)
        self.inner.setAccessibleName(f"{fault.title}: {name}")
        self.inner.setToolTip(field.help.replace("<", "‹"))
        grid.addWidget(label(name, "small"), 0, 0)
        grid.addWidget(self.inner, 0, 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, px(72))

    def _made(self, fault: Fault, field: Field) -> QWidget:
        value = fault.default(field)
        if field.choices:
            box = Picker(field.name, "Choices")
            for choice in field.choices:
                box.addItem(str(choice) or "–", choice)
            box.setCurrentIndex(max(0, box.findData(value)))
            box.currentIndexChanged.connect(lambda _: self.changed.emit())
            return box
        if field.type is bool:
            mark = QCheckBox()
            mark.setChecked(bool(value))
            mark.toggled.connect(lambda _: self.changed.emit())
            return mark
        line = CodeLine(faults.shown_value(field, value))
        line.setPlaceholderText("until healed" if field.name == "seconds" else "none")
        line.textEdited.connect(lambda _: self.changed.emit())
        return line

    @property
    def text(self) -> str:
        """The value as text."""
        if isinstance(self.inner, Picker):
            return str(self.inner.currentData())
        if isinstance(self.inner, QCheckBox):
            return "true" if self.inner.isChecked() else "false"
        return self.inner.text() if isinstance(self.inner, QLineEdit) else ""

    def put(self, text: str) -> None:
        """Show a value that came from the slider."""
        if isinstance(self.inner, QLineEdit):
            self.inner.setText(text)
            self.changed.emit()

    def show_wrong(self, wrong: bool) -> None:
        """Mark the line."""
        set_look(self.inner, wrong=wrong)
