"""A view that has nothing to show yet: why, and the next step (UX section 4)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.gui.actions import Commands
from workbench.gui.look.dress import button, label
from workbench.gui.look.icons import pixmap
from workbench.gui.look.theme import px, theme
from workbench.panels.empty import Nothing


class EmptyView(QWidget):
    """Drawing, heading, sentences, and buttons that carry out commands."""

    def __init__(self, commands: Commands, nothing: Nothing) -> None:
        super().__init__()
        self._drawing = nothing.icon
        column = QVBoxLayout(self)
        column.setContentsMargins(px(40), px(24), px(40), px(24))
        column.setSpacing(px(8))
        column.addStretch(2)
        self._sign = QLabel()
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(self._sign, 0, middle)
        column.addSpacing(px(4))
        column.addWidget(label(nothing.title, "heading"), 0, middle)
        words = label(nothing.words, "second", wrap=True)
        words.setAlignment(middle)
        words.setMaximumWidth(px(560))
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(words, 100)
        across.addStretch(1)
        column.addLayout(across)
        column.addSpacing(px(8))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addStretch(1)
        for name in nothing.offers:
            command = commands[name]
            made = button(command.text, command.icon)
            made.clicked.connect(lambda _=False, n=name: commands.run(n))
            row.addWidget(made)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(3)
        theme().changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self._sign.setPixmap(pixmap(self._drawing, "text3", px(32), self.devicePixelRatioF()))
