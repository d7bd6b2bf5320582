"""The connections as a list model: rows come ready-made from the panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from workbench.panels.connections import ConnectionRow, GroupRow, Row

ROW = Qt.ItemDataRole.UserRole
Bars = Callable[[str], list[tuple[float, str]]]
Index = QModelIndex | QPersistentModelIndex


class ConnectionModel(QAbstractListModel):
    """Takes whole lists of rows; tells views only what changed, so nothing jumps.

    ``bars`` gives the small curve of a connection (37 pairs); ``strip`` leaves headings out.
    """

    def __init__(self, bars: Bars, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bars = bars
        self.strip = False
        self._rows: list[Row] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title if isinstance(row, GroupRow) else row.key
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(row)
        return None

    def show_rows(self, rows: list[Row]) -> None:
        """Show these from now on."""
        if self.strip:
            rows = [row for row in rows if isinstance(row, ConnectionRow)]
        if [_frame(r) for r in rows] != [_frame(r) for r in self._rows]:
            self._replace(rows)
            return
        old, self._rows = self._rows, rows
        for place, (before, now) in enumerate(zip(old, rows, strict=True)):
            if before is not now and before != now:
                index = self.index(place, 0)
                self.dataChanged.emit(index, index)

    def _replace(self, rows: list[Row]) -> None:
        """The set of rows changed: views keep their selection by the persistent indexes."""
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        names = [_key(self._rows[i.row()]) for i in held]
        self._rows = rows
        place = {_key(row): n for n, row in enumerate(rows)}
        moved = [self.index(place[n], 0) if n in place else QModelIndex() for n in names]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def row(self, place: int) -> Row | None:
        """The row at a place, or None."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def place_of(self, name: str) -> int:
        """Where a connection is, -1 when it is not shown."""
        for place, row in enumerate(self._rows):
            if isinstance(row, ConnectionRow) and row.key == name:
                return place
        return -1


def _key(row: Row) -> tuple[bool, str]:
    return isinstance(row, GroupRow), row.key


def _frame(row: Row) -> tuple[bool, str, bool]:
    """What decides about a row's place and height."""
    tall = bool(row.sub) if isinstance(row, GroupRow) else bool(row.last)
    return (*_key(row), tall)


def _tip(row: Row) -> str:
    """Never markup: a peer chose the words (Qt reads tooltips that look like HTML)."""
    text = row.spoken.replace(", ", "\n", 1)
    return text.replace("<", "‹")
