"""The list of connections: keys, folding, and which one is current."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from workbench.gui.dock_model import ConnectionModel, Index
from workbench.panels.connections import ConnectionRow, GroupRow

REASON = Qt.FocusReason
KEYS = (REASON.TabFocusReason, REASON.BacktabFocusReason, REASON.ShortcutFocusReason)


class ConnectionList(QListView):
    """The list itself.  ``chosen`` gives the name of the current connection or ""."""

    chosen = Signal(str)
    folded = Signal(str)
    only = Signal(str)  # Enter: show only this connection

    def __init__(self, model: ConnectionModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName("Connections")
        self.setProperty("own_ring", True)  # the delegate draws it round the current row
        self.by_key = False
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.by_key = event.reason() in KEYS
        if not self.currentIndex().isValid() and self._model.rowCount():
            self.setCurrentIndex(self._model.index(0, 0))  # a screen reader needs a current row

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        row = self._model.row(current.row())
        self.chosen.emit(row.key if isinstance(row, ConnectionRow) else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        row = self._model.row(self.indexAt(event.position().toPoint()).row())
        if isinstance(row, GroupRow) and event.button() == Qt.MouseButton.LeftButton:
            self.folded.emit(row.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self._model.row(self.currentIndex().row()), event.key()
        if isinstance(row, GroupRow) and self._folds(row, key):
            self.folded.emit(row.key)
        elif isinstance(row, ConnectionRow) and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.only.emit(row.key)
        else:
            super().keyPressEvent(event)

    def _folds(self, row: GroupRow, key: int) -> bool:
        if key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return True
        return key == (Qt.Key.Key_Right if row.folded else Qt.Key.Key_Left)
