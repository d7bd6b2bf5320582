"""A view that scrolls where window and text size leave it too little room (UX section 18)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from workbench.gui.look.theme import px, theme


class _Holder(QWidget):
    """Lets a view be as low as its least size: Qt would ask for the height of wrapped words at
    their most comfortable."""

    def __init__(self, view: QWidget) -> None:
        super().__init__()
        self.setObjectName("body")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(view)

    def hasHeightForWidth(self) -> bool:
        return False

    def heightForWidth(self, width: int) -> int:
        return -1


class Scrolled(QScrollArea):
    """Holds ``view`` at its least size (in lengths of the design) or larger."""

    def __init__(self, view: QWidget, least: tuple[int, int]) -> None:
        super().__init__()
        self._holder, self._least = _Holder(view), least
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._holder)
        theme().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        wide, tall = self._least
        self._holder.setMinimumSize(px(wide), px(tall))
