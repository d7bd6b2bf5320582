"""A combo box with the project's own arrow (a style sheet cannot tint a drawing)."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from workbench.gui.look.theme import px
from workbench.gui.marks import draw_icon


class Picker(QComboBox):
    """Named by ``name`` for screen readers, its list by ``listed``."""

    def __init__(self, name: str, listed: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.view().setAccessibleName(listed)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        side = px(12)
        draw_icon(painter, "chev-down", "text2", self.width() - side - px(8),
                  (self.height() - side) / 2, 12)  # fmt: skip
