"""A combo box with names for screen readers (its arrow comes from the style sheet)."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox


class Picker(QComboBox):
    """Named by ``name`` for screen readers, its list by ``listed``."""

    def __init__(self, name: str, listed: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.view().setAccessibleName(listed)
