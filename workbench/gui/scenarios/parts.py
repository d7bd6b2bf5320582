"""Where the parts of the Scenarios view stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from workbench.gui.look.theme import px

if TYPE_CHECKING:
    from workbench.gui.scenarios.view import ScenariosView

FILES = (264, 208, 130)  # widths of the list of files, from wide to narrow
RESULTS = 190


def lay_out(view: ScenariosView) -> tuple[QWidget, QSplitter]:
    """Fill the view; what holds the source, and the splitter beside the files."""
    source = QWidget()
    _column(source, view.source, view.reason, grows=view.source)
    both = _split(Qt.Orientation.Horizontal, view.steps, source)
    both.setSizes([640, 360])
    top, inner = QWidget(), QWidget()
    _column(top, view.running, view.disk, view.wrong, both, grows=both)
    upper = _split(Qt.Orientation.Vertical, top, view.results)
    upper.setStretchFactor(0, 1)
    upper.setSizes([560, px(RESULTS)])
    _column(inner, view.bar, upper, grows=upper)
    split = _split(Qt.Orientation.Horizontal, view.files, inner)
    split.setStretchFactor(1, 1)
    split.setSizes([px(FILES[0]), 1000])
    _column(view, split, grows=split)
    view.setFocusProxy(view.files)
    view.setProperty("in_place_of_dock", True)  # the files stand where the connections do
    return source, split


def _column(holder: QWidget, *parts: QWidget, grows: QWidget) -> None:
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for part in parts:
        column.addWidget(part, 1 if part is grows else 0)


def _split(way: Qt.Orientation, *parts: QWidget) -> QSplitter:
    split = QSplitter(way)
    split.setHandleWidth(1)
    split.setChildrenCollapsible(False)
    for part in parts:
        split.addWidget(part)
    return split
