"""The list of scenario files, in the place of the connections dock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workbench.gui.dock_delegate import LEFT, ground, ring, text
from workbench.gui.look import icons
from workbench.gui.look.dress import button, frame, label
from workbench.gui.look.theme import px, theme, ui
from workbench.gui.scenarios.rows import ROW, Index, RowList
from workbench.panels.scenario_runs import SIGNS, File

EMPTY = "No scenario files in this folder."


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file, or with ``file`` None the heading of a folder."""

    key: str
    title: str
    file: File | None = None
    edited: bool = False

    @property
    def fixed(self) -> bool:
        return self.file is None

    @property
    def spoken(self) -> str:
        if self.file is None:
            return self.title
        more = ", not saved" if self.edited else ""
        return f"{self.title}, {self.file.words}{more}"


class FileDelegate(QStyledItemDelegate):
    """A file has two lines: its name, and how it went."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = index.data(ROW)
        return QSize(px(120), px(28 if row is None or row.fixed else 50))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, area, p = index.data(ROW), option.rect, theme().palette
        painter.save()
        if row.file is None:
            inner = area.adjusted(px(14), 0, -px(12), 0)
            text(painter, inner, row.title, theme().mono(12), p.text2, LEFT)
        else:
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            ground(painter, area, selected, bool(option.state & QStyle.StateFlag.State_MouseOver))
            self._file(painter, area, row, row.file, selected)
            ring(painter, option)
        painter.restore()

    def _file(
        self, painter: QPainter, area: QRect, row: FileRow, file: File, selected: bool
    ) -> None:
        p = theme().palette
        icon, state = SIGNS[file.state]
        side = px(14)
        spot = QRect(area.left() + px(14), area.top() + px(9), side, side)
        icons.paint(painter, icon, spot, getattr(p, state or "text2"))
        first = QRect(area.left() + px(38), area.top() + px(7), area.width() - px(50), px(18))
        wide = text(painter, first, row.title, ui(600), p.text, LEFT)
        if row.edited:
            dot = first.adjusted(wide + px(6), 0, 0, 0)
            text(painter, dot, "not saved", ui(400, 12), p.warn, LEFT)
        loud = state in ("error", "warn")
        colour = getattr(p, state) if loud and not selected else p.text2
        text(painter, first.translated(0, px(19)), file.words, ui(400, 12), colour, LEFT)


class FilePanel(QWidget):
    """``folder_wanted`` and ``new_wanted`` ask for what their buttons say."""

    chosen = Signal(str)
    opened = Signal(str)
    folder_wanted = Signal()
    new_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        panel = frame("panel")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(panel)
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = label("Scenarios", "strong")
        head.setContentsMargins(px(14), px(11), px(12), px(7))
        self.list = RowList("Scenario files", FileDelegate(self))
        self.nothing = label(EMPTY, "second", wrap=True)
        self.nothing.setContentsMargins(px(14), px(6), px(12), px(6))
        self.nothing.hide()
        foot = frame("foot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(px(14), px(9), px(12), px(9))
        row.setSpacing(px(8))
        self.folder = button("Open folder…", "folder", small=True)
        self.new = button("New", "plus", small=True)
        row.addWidget(self.folder)
        row.addWidget(self.new)
        row.addStretch(1)
        column.addWidget(head)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        column.addWidget(foot)
        self.setFocusProxy(self.list)
        self.list.chosen.connect(self.chosen)
        self.list.opened.connect(self.opened)
        self.folder.clicked.connect(self.folder_wanted)
        self.new.clicked.connect(self.new_wanted)

    def show_files(
        self, groups: Sequence[tuple[str, Sequence[File]]], edited: frozenset[str], current: str
    ) -> None:
        """Headings with their files; ``edited`` are the paths that are not saved."""
        rows: list[FileRow] = []
        for title, files in groups:
            rows.append(FileRow(f"heading {title}", title))
            rows += [FileRow(f.path, f.name, f, f.path in edited) for f in files]
        self.list.put(rows)
        self.list.select(current)
        self.nothing.setVisible(bool(groups) and not groups[0][1])

    def sizeHint(self) -> QSize:
        return QSize(px(264), px(400))
