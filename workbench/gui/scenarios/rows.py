"""A list of painted rows: keys, focus and what a screen reader hears, once for all lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate

from workbench.gui.look.theme import theme

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
REASON = Qt.FocusReason
KEYS = (REASON.TabFocusReason, REASON.BacktabFocusReason, REASON.ShortcutFocusReason)


class Shown(Protocol):
    """A row: ``key`` stays the same while its words change."""

    @property
    def key(self) -> str: ...

    @property
    def spoken(self) -> str: ...

    @property
    def fixed(self) -> bool:
        """A heading: it cannot be chosen."""
        ...


class RowModel(QAbstractListModel):
    """Rows that are replaced all together; the same rows change their words in place."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Shown] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if 0 <= index.row() < len(self.rows) and self.rows[index.row()].fixed:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def put(self, rows: Sequence[Shown]) -> bool:
        """Show these; True when other rows came (not only other words)."""
        fresh = [row.key for row in rows] != [row.key for row in self.rows]
        if fresh:
            self.beginResetModel()
            self.rows = list(rows)
            self.endResetModel()
        elif list(rows) != self.rows:
            self.rows = list(rows)
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
        return fresh


class RowList(QListView):
    """``chosen`` gives the key of the current row, ``entered`` that of one that Enter or a
    double click was on."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, name: str, delegate: QStyledItemDelegate) -> None:
        super().__init__()
        self.model_ = RowModel(self)
        self.by_key = False
        self._quiet = False
        self.setModel(self.model_)
        self.setItemDelegate(delegate)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setProperty("own_ring", True)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.key_at(index.row())))
        theme().changed.connect(self.scheduleDelayedItemsLayout)

    def key_at(self, row: int) -> str:
        """The key of a row, or ""."""
        rows = self.model_.rows
        return rows[row].key if 0 <= row < len(rows) else ""

    @property
    def current(self) -> str:
        """The key of the current row, or ""."""
        return self.key_at(self.currentIndex().row())

    def put(self, rows: Sequence[Shown]) -> None:
        """Show these rows; the current one stays current."""
        kept, self._quiet = self.current, True
        if self.model_.put(rows):
            self.select(kept)
        self._quiet = False

    def select(self, key: str) -> None:
        """Make a row current, without ``chosen``."""
        place = next((n for n, row in enumerate(self.model_.rows) if row.key == key), -1)
        quiet, self._quiet = self._quiet, True
        index = self.model_.index(place)
        if place < 0:
            self.selectionModel().clear()
        elif self.currentIndex() != index:
            self.setCurrentIndex(index)
        self._quiet = quiet

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._quiet and current.isValid():
            self.chosen.emit(self.key_at(current.row()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.by_key = event.reason() in KEYS
        if not self.currentIndex().isValid():
            free = [n for n, row in enumerate(self.model_.rows) if not row.fixed]
            if free:
                self.setCurrentIndex(self.model_.index(free[0]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current:
            self.opened.emit(self.current)
            return
        super().keyPressEvent(event)
