"""The runs of this session: when, what it took, checks, missed, verdict, recording."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.gui.look.dress import frame, label
from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import chip, chip_width
from workbench.panels import words
from workbench.panels.scenario_runs import SIGNS, Run

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("Run", "When", "Took", "Checks", "Missed", "Verdict", "Recording")
WIDTHS = (52, 96, 90, 90, 80, 140, 120)
RUN = Qt.ItemDataRole.UserRole
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
ALIGN = (RIGHT, LEFT, RIGHT, RIGHT, RIGHT, LEFT, LEFT)


class RunModel(QAbstractTableModel):
    """Newest first."""

    def __init__(self, zone: tzinfo | None, parent: QObject) -> None:
        super().__init__(parent)
        self.runs: list[Run] = []
        self._zone = zone

    def put(self, runs: Sequence[Run]) -> None:
        """Show these."""
        if list(runs) != self.runs:
            self.beginResetModel()
            self.runs = list(runs)
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN[section]
        return COLUMNS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        run = self.runs[index.row()]
        if role == RUN:
            return run
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._texts(run)[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return run.why.replace("<", "‹") or None
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(run, index.column())
        if role == Qt.ItemDataRole.FontRole and index.column() in (0, 2, 3, 4):
            return theme().mono(12, 600 if index.column() == 4 and run.missed else 400)
        return None

    def _texts(self, run: Run) -> tuple[str, ...]:
        judged = run.state != "Could not run"
        return (
            str(run.number),
            words.clock(run.started, self._zone),
            words.duration(run.took),
            f"{run.passed} of {run.checks}" if run.checks else "–",
            words.number(run.missed) if judged else "–",
            run.state,
            "Open" if run.recording else "–",
        )

    def _ink(self, run: Run, column: int) -> object:
        if column == 4 and run.missed:
            return theme().color("error")
        if column == 6 and run.recording:
            return theme().color("accent")
        return theme().color("text2" if column in (0, 6) else "text")


class VerdictDelegate(QStyledItemDelegate):
    """The verdict as a chip."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = QStyleOptionViewItem(option)
        self.initStyleOption(style, index)
        style.text = ""
        drawn = option.widget.style()
        drawn.drawControl(QStyle.ControlElement.CE_ItemViewItem, style, painter, option.widget)
        icon, state = SIGNS[index.data(RUN).state]
        painter.save()
        painter.setFont(ui(500, 12))
        text = str(index.data())
        area = QRectF(option.rect)
        high = px(20)
        box = QRectF(
            area.left() + px(8), area.center().y() - high / 2, chip_width(text, icon), high
        )
        chip(painter, box, text, state, icon)
        painter.restore()


class Results(QWidget):
    """``recording_wanted`` gives the folder of a run's recording."""

    recording_wanted = Signal(str)

    def __init__(self, zone: tzinfo | None = None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(px(14), px(7), px(10), px(7))
        line.setSpacing(px(8))
        self.note = label("", "second")
        line.addWidget(label("Results", "strong"))
        line.addWidget(self.note)
        line.addStretch(1)
        self.model_ = RunModel(zone, self)
        self.table = self._table()
        column.addWidget(frame("rule"))
        column.addLayout(line)
        column.addWidget(self.table, 1)
        theme().changed.connect(self._dress)
        self._dress()

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model_)
        table.setItemDelegateForColumn(5, VerdictDelegate(table))
        table.setAccessibleName("Results")
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setCornerButtonEnabled(False)
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setStretchLastSection(True)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.activated.connect(self._open)
        table.clicked.connect(lambda index: self._open(index) if index.column() == 6 else None)
        return table

    def _dress(self) -> None:
        for n, width in enumerate(WIDTHS):
            self.table.setColumnWidth(n, px(width))
        self.table.verticalHeader().setDefaultSectionSize(px(28))
        self.table.viewport().update()

    def _open(self, index: QModelIndex) -> None:
        run = index.data(RUN)
        if run is not None and run.recording:
            self.recording_wanted.emit(run.recording)

    def show_runs(self, runs: Sequence[Run]) -> None:
        """The runs of the file that is shown."""
        self.model_.put(runs)
        self.note.setText("this file, this session" if runs else "not run in this session")
