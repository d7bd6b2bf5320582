"""A view that scrolls where window and text size leave it too little room (UX section 18)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from workbench.gui.look.theme import px, theme


class Scrolled(QScrollArea):
    """Holds ``view`` at its least size (in lengths of the design) or larger."""

    def __init__(self, view: QWidget, least: tuple[int, int]) -> None:
        super().__init__()
        self._view, self._least = view, least
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(view)
        theme().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        wide, tall = self._least
        self._view.setMinimumSize(px(wide), px(tall))
