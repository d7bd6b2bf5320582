"""The bands as a table of words, for reading and for a screen reader (Ctrl+Shift+T)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from workbench.gui.look.theme import px
from workbench.panels.latency_table import HEADINGS

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class BandsTable(QTableWidget):
    """``entered`` asks for the record of a row."""

    entered = Signal(int)  # row of the table

    def __init__(self) -> None:
        super().__init__(0, len(HEADINGS))
        self.setAccessibleName("Percentiles over time")
        self.setHorizontalHeaderLabels(list(HEADINGS))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setStyleSheet("QTableWidget::item { padding: 0 8px; }")
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(px(26))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setDefaultAlignment(RIGHT)
        self.horizontalHeader().setHighlightSections(False)
        self._rows: list[tuple[str, ...]] = []
        self.cellDoubleClicked.connect(lambda row, _column: self.entered.emit(row))

    def show_rows(self, rows: list[tuple[str, ...]]) -> None:
        """Show these; only what has changed is written."""
        if len(rows) != len(self._rows):
            self.setRowCount(len(rows))
        for r, row in enumerate(rows):
            if r < len(self._rows) and self._rows[r] == row:
                continue
            for c, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment(RIGHT)
                self.setItem(r, c, item)
        self._rows = rows

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.entered.emit(self.currentRow())
            return
        super().keyPressEvent(event)
