"""The frame of the window: toolbar above; rail, connections and the views below it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget


def framed(
    toolbar: QWidget, rail: QWidget, dock: QWidget, guide: QWidget, views: QWidget, side: QWidget
) -> tuple[QWidget, QSplitter]:
    """The frame, and the splitter between the dock and the views."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.addWidget(toolbar)
    body = QHBoxLayout()
    body.addWidget(rail)
    split = QSplitter(Qt.Orientation.Horizontal)
    split.setHandleWidth(1)
    split.setChildrenCollapsible(False)
    right = QWidget()
    over = QVBoxLayout(right)
    over.addWidget(guide)
    over.addWidget(views, 1)
    for part in (dock, right):
        split.addWidget(part)
    split.setStretchFactor(1, 1)
    body.addWidget(split, 1)
    body.addWidget(side)
    column.addLayout(body, 1)
    for box in (column, body, over):
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
    return made, split
