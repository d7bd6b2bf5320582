"""What a screen reader meets in the painted parts (UX section 18).

The message table is a list with one child per visible row, named by the whole row in words;
the overview is a chart whose value is one sentence.  The Python halves of these objects are
kept here for as long as the program runs.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QWindow
from PySide6.QtWidgets import QAccessibleWidget

from workbench.gui.timeline.overview import Overview
from workbench.gui.timeline.table import MessageTable

KEPT = 400  # row interfaces alive at once
Text = QAccessible.Text
_made: list[QAccessibleInterface] = []
_installed: list[Any] = []


class OverviewAccess(QAccessibleWidget):
    """The overview as a chart."""

    def __init__(self, overview: Overview) -> None:
        super().__init__(overview, QAccessible.Role.Chart, "Overview")
        self._overview = overview

    def text(self, which: QAccessible.Text) -> str:
        """Name, and the lanes in one sentence."""
        if which == Text.Value:
            return self._overview.summary()
        return super().text(which)


class RowAccess(QAccessibleInterface):
    """One visible row, ``place`` rows below the first one seen."""

    def __init__(self, table: MessageTable, parent: TableAccess, place: int) -> None:
        super().__init__()
        self._table = table
        self._parent = parent
        self._place = place

    @property
    def index(self) -> int:
        """The row's place among all rows."""
        return self._table.top + self._place

    def isValid(self) -> bool:
        return self.index < len(self._table.space.messages)

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]
        return self._parent.window()

    def parent(self) -> QAccessibleInterface:
        return self._parent

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def relations(self, match: Any = None) -> list[Any]:
        return []

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def text(self, which: QAccessible.Text) -> str:
        """The row as one sentence."""
        return self._table.row(self.index).spoken if which == Text.Name and self.isValid() else ""

    def setText(self, which: QAccessible.Text, text: str) -> None:
        """Rows are not edited."""

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.readOnly = state.selectable = state.focusable = True
        state.selected = state.focused = self.index == self._table.current
        return state

    def rect(self) -> QRect:
        area = self._table.row_rect(self.index)
        return QRect(self._table.viewport().mapToGlobal(area.topLeft()), area.size())

    def foregroundColor(self) -> QColor:
        return QColor()

    def backgroundColor(self) -> QColor:
        return QColor()


class TableAccess(QAccessibleWidget):
    """The message table as a list."""

    def __init__(self, table: MessageTable) -> None:
        super().__init__(table, QAccessible.Role.List, "Messages")
        self._table = table
        self._rows: dict[int, RowAccess] = {}

    def childCount(self) -> int:
        left = len(self._table.space.messages) - self._table.top
        return max(0, min(self._table.page, left, KEPT))

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        if not 0 <= index < self.childCount():
            return None
        if index not in self._rows:
            made = RowAccess(self._table, self, index)
            QAccessible.registerAccessibleInterface(made)
            self._rows[index] = made
        return self._rows[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child._place if isinstance(child, RowAccess) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        for i in range(self.childCount()):
            row = self.child(i)
            if row is not None and row.rect().contains(x, y):
                return row
        return None

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        return self.child(self._table.current - self._table.top)

    def text(self, which: QAccessible.Text) -> str:
        """Name, and the current row."""
        if which == Text.Description:
            row = self._table.current_row()
            return row.spoken if row is not None else ""
        return super().text(which)


def _make(_class_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    made: QAccessibleInterface | None = None
    if isinstance(thing, MessageTable):
        made = TableAccess(thing)
    elif isinstance(thing, Overview):
        made = OverviewAccess(thing)
    if made is not None:
        _made.append(made)  # Qt's cache deletes what it wraps; Python must not do it again
    return made


def install() -> None:
    """Make the painted parts known to screen readers; once is enough."""
    if not _installed:
        _installed.append(_make)
        QAccessible.installFactory(_make)
