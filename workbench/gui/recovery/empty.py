"""What Recovery says while there is no outage (UX section 4)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.gui.look.dress import label
from workbench.gui.look.theme import px
from workbench.panels.calm import calm
from workbench.panels.workspace import Workspace


class EmptyRecovery(QWidget):
    """Words; Cut now and Deploy stand in the toolbar and on the bar above."""

    def __init__(self, space: Workspace) -> None:
        super().__init__()
        self.space = space
        column = QVBoxLayout(self)
        column.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.setSpacing(px(8))
        self.text = label("", "lead", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.more = label("", "second", wrap=True)
        self.more.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.text)
        column.addWidget(self.more)

    def refresh(self) -> None:
        """How long all has been well."""
        space = self.space
        if space.error is not None:
            self.text.setText(space.error.what)
            self.more.setText(f"{space.error.why} {space.error.to_do}".strip())
            return
        broken = any(space.story.gaps.values())
        told = calm(space.mirror, span=space.last - space.first, broken=broken)
        self.text.setText(told.text)
        self.more.setText(told.more)
