"""What Recovery says while there is no outage (UX section 4)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.gui.look.dress import label
from workbench.gui.look.theme import px
from workbench.panels import wording
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
        if not space.clients():
            self.text.setText("No outage yet.")
            self.more.setText("Connect clients first, or run the demo.")
            return
        length = wording.duration(space.last - space.first)
        gaps = any(space.story.gaps.values())
        calm = "" if gaps else f" Clients have been connected for {length} without a break."
        self.text.setText(f"No outage yet.{calm}" if not gaps else "An outage is being judged…")
        self.more.setText("Use Cut now (F8) or Deploy… (F9) to make one." if not gaps else "")
