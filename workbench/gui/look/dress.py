"""Small makers for labels and buttons in the window's dress."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from workbench.gui.look.icons import icon
from workbench.gui.look.theme import mono, px, theme


def set_look(widget: QWidget, **properties: str | bool) -> None:
    """Set the dynamic properties that the style sheet knows (see ``look/sheet.py``)."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def label(text: str = "", look: str = "", *, wrap: bool = False) -> QLabel:
    """Words that are never read as markup: whatever a peer sent is shown as it is."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if look:
        made.setProperty("look", look)
    return made


def button(
    text: str, drawing: str = "", look: str = "", *, small: bool = False, token: str = ""
) -> QPushButton:
    """A push button; ``drawing`` names its icon, ``token`` the icon's colour."""
    made = QPushButton(text.replace("&", "&&"))
    made.setAccessibleName(text)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if look:
        made.setProperty("look", look)
    if small:
        made.setProperty("small", True)
    if drawing:
        tints = {"primary": "on_accent", "danger": "error"}
        set_icon(made, drawing, token or tints.get(look, "text"))
    return made


def set_icon(button: QAbstractButton, drawing: str, token: str = "text2", side: int = 16) -> None:
    """Put one of the project's drawings on a button, with room between it and the words."""
    button.setIcon(icon(drawing, token))
    button.setIconSize(QSize(px(side + 4 if button.text() else side), px(side)))


class CodeLine(QLineEdit):
    """A line for an address or a filter: the code font, no ligatures, at the theme's size."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        theme().changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setFont(mono())


def frame(look: str) -> QFrame:
    """A plain frame: ``card``, ``panel``, ``bar``, ``rule`` (horizontal), ``rise`` (vertical)."""
    made = QFrame()
    made.setProperty("look", look)
    return made
