"""The columns of the message table: their order and widths."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt

from workbench.gui.look.theme import px

LEFT = Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignRight
NARROWEST = 28


@dataclass(slots=True)
class Column:
    """One column; ``width`` in pixels of the design."""

    key: str
    title: str
    width: int
    align: Qt.AlignmentFlag = LEFT
    hidden: bool = False


def standard() -> list[Column]:
    """The columns of UX section 7 that are on by default."""
    return [
        Column("number", "#", 52, RIGHT),
        Column("time", "Time", 108),
        Column("direction", "", 28),
        Column("connection", "Connection", 90),
        Column("type", "Type", 90),
        Column("id", "Id", 50, RIGHT),
        Column("size", "Size", 62, RIGHT),
        Column("lag", "Lag", 62, RIGHT),
        Column("preview", "Preview", 240),
    ]


class Columns:
    """The shown columns and where they lie; the last one takes the rest."""

    def __init__(self) -> None:
        self.all = standard()

    def shown(self) -> list[Column]:
        """Columns that are not hidden."""
        return [c for c in self.all if not c.hidden]

    def named(self, key: str) -> Column:
        """A column by its key."""
        return next(c for c in self.all if c.key == key)

    def places(self, width: int) -> list[tuple[Column, int, int]]:
        """(column, left edge, width) of each shown column in a row of some pixels."""
        found, x = [], 0
        shown = self.shown()
        for column in shown:
            wide = px(column.width)
            if column is shown[-1]:
                wide = max(px(80), width - x)
            found.append((column, x, wide))
            x += wide
        return found

    def left_of(self, key: str, width: int) -> int:
        """The left edge of a shown column (0 where it is hidden)."""
        return next((x for c, x, _ in self.places(width) if c.key == key), 0)

    def edge_at(self, x: int, width: int) -> Column | None:
        """The column whose right edge is at a place, for resizing."""
        for column, left, wide in self.places(width)[:-1]:
            if abs(left + wide - x) <= 4:
                return column
        return None

    def reset(self) -> None:
        """As they were at first."""
        hidden = {c.key for c in self.all if c.hidden and c.key == "connection"}
        self.all = standard()
        for key in hidden:
            self.named(key).hidden = True
