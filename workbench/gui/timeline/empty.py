"""What the message table says while it has nothing to show (UX section 4)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.gui.look.dress import button, label
from workbench.gui.look.theme import px
from workbench.panels import wording
from workbench.panels.workspace import Workspace


class EmptyMessages(QWidget):
    """Words and the next step."""

    cleared = Signal()

    def __init__(self, space: Workspace) -> None:
        super().__init__()
        self.space = space
        column = QVBoxLayout(self)
        column.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.setSpacing(px(12))
        self.text = label("", "lead", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.clear = button("Clear filter", "close")
        column.addWidget(self.text)
        column.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignCenter)
        self.clear.clicked.connect(self.cleared)
        self.refresh()

    def refresh(self) -> None:
        """Say why there is nothing."""
        self.text.setText(self.words())
        self.clear.setVisible(self._filtered())

    def _filtered(self) -> bool:
        chosen = self.space.messages.filter
        return bool(chosen.clients or chosen.text)

    def words(self) -> str:
        """Why there is nothing to see."""
        space = self.space
        if space.error is not None:
            return str(space.error)
        if self._filtered():
            chosen = space.messages.filter
            asked = chosen.text or " ".join(f"conn:{name}" for name in sorted(chosen.clients))
            hidden = int(space.mirror["session"].get("current", {}).get("messages") or 0)
            more = f" {wording.many(hidden, 'message')} are hidden." if hidden > 1 else ""
            return f"Nothing matches {wording.plain(asked, 120)}.{more}"
        if space.mirror["connection"]:
            return "Connected. No messages yet."
        return "No connections yet."
