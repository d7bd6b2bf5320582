"""The keys of the message table (UX section 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from workbench.panels.rows import Row

if TYPE_CHECKING:
    from workbench.gui.timeline.table import MessageTable

Key = Qt.Key
FAR = 5000  # rows looked at for the next one of a kind


def press_key(t: MessageTable, event: QKeyEvent) -> bool:
    """Carry a key out; False: it is none of ours."""
    if event.matches(QKeySequence.StandardKey.Copy):
        t.copy()
        return True
    key, mods = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    shift = bool(mods & Qt.KeyboardModifier.ShiftModifier)
    if mods & ~Qt.KeyboardModifier.ShiftModifier:
        return False
    if _move(t, key):
        return True
    if key == Key.Key_End:
        go_to_end(t)
    elif key in (Key.Key_Period, Key.Key_Comma):
        same_connection(t, 1 if key == Key.Key_Period else -1)
    elif key == Key.Key_G:
        next_gap(t, -1 if shift else 1)
    elif key in (Key.Key_Return, Key.Key_Enter):
        _enter(t)
    else:
        return False
    return True


def _move(t: MessageTable, key: int) -> bool:
    steps = {
        Key.Key_Up: -1,
        Key.Key_Down: 1,
        Key.Key_PageUp: -t.page,
        Key.Key_PageDown: t.page,
    }
    if key == Key.Key_Home:
        t.select(0)
    elif key in steps:
        at = t.current if t.current >= 0 else t.top - 1
        t.select(at + steps[Key(key)])
    else:
        return False
    return True


def go_to_end(t: MessageTable) -> None:
    """The newest row, and Follow on."""
    t.select(len(t.space.messages) - 1, follow=True)
    t.follow(True)


def _enter(t: MessageTable) -> None:
    row = t.current_row()
    if row is not None and row.event is not None and row.event.action:
        t.explain.emit(row)
    else:
        t.entered.emit()


def same_connection(t: MessageTable, by: int) -> None:
    """The next or previous row of this connection."""
    row = t.current_row()
    if row is not None:
        name = _client(row)
        _seek(t, by, lambda other: _client(other) == name)


def next_gap(t: MessageTable, by: int) -> None:
    """The next or previous gap."""
    _seek(t, by, lambda row: row.key % 2 == 0)


def _client(row: Row) -> str:
    return row.event.client if row.event is not None else row.connection


def _seek(t: MessageTable, by: int, wanted: object) -> None:
    assert callable(wanted)
    i = t.current + by
    end = len(t.space.messages)
    for _ in range(FAR):
        if not 0 <= i < end:
            return
        if wanted(t.row(i)):
            t.select(i, centre=True)
            return
        i += by
