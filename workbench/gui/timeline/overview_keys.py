"""The overview's keys (UX section 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from workbench.gui.timeline.overview_marks import marks_of

if TYPE_CHECKING:
    from workbench.gui.timeline.overview import Overview

Key = Qt.Key
ZOOM = 0.7


def press_key(o: Overview, event: QKeyEvent) -> bool:
    """Carry a key out; False: it is none of ours."""
    key, mods = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if mods == Qt.KeyboardModifier.AltModifier:
        return _history(o, key)
    if mods not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
        return False
    if key in (Key.Key_Left, Key.Key_Right):
        step_mark(o, 1 if key == Key.Key_Right else -1, select=_shift(mods))
    elif key in (Key.Key_Up, Key.Key_Down):
        move_lane(o, 1 if key == Key.Key_Down else -1)
    elif key in (Key.Key_A, Key.Key_D):
        width = o.space.clock.width // 5
        o.space.clock.pan(width if key == Key.Key_D else -width)
    elif key in (Key.Key_W, Key.Key_S):
        o.space.clock.zoom(ZOOM if key == Key.Key_W else 1 / ZOOM, o.space.clock.cursor)
    else:
        return _plain(o, key)
    return True


def _shift(mods: Qt.KeyboardModifier) -> bool:
    return bool(mods & Qt.KeyboardModifier.ShiftModifier)


def _history(o: Overview, key: int) -> bool:
    if key == Key.Key_Left:
        return o.space.clock.earlier() or True
    if key == Key.Key_Right:
        return o.space.clock.later() or True
    return False


def _plain(o: Overview, key: int) -> bool:
    clock = o.space.clock
    if key == Key.Key_0:
        clock.fit()
    elif key == Key.Key_Backspace:
        clock.earlier()
    elif key == Key.Key_F:
        if clock.cursor is not None:
            half = clock.width // 2
            clock.select(clock.cursor - half, clock.cursor + half)
    elif key == Key.Key_P:
        pin(o)
    elif key in (Key.Key_Return, Key.Key_Enter):
        if clock.cursor is not None:
            o.chosen.emit(clock.cursor, lane_name(o))
    else:
        return False
    return True


def lane_name(o: Overview) -> str:
    """The client of the lane under the keys."""
    return o.names[o.current] if o.current < len(o.names) else ""


def move_lane(o: Overview, by: int) -> None:
    """The lane above or below."""
    last = max(0, len(o.names) - 1)
    o.current = min(max(0, o.current + by), last)
    g = o.geometry_now()
    if o.current < o.top:
        o.top = o.current
    elif o.current >= o.top + g.room:
        o.top = o.current - g.room + 1
    o.told.emit(lane_name(o))
    o.update()


def step_mark(o: Overview, by: int, *, select: bool) -> None:
    """The cursor to the next or previous mark of the lane; with ``select`` its window too."""
    clock, name = o.space.clock, lane_name(o)
    here = clock.cursor if clock.cursor is not None else (clock.start if by > 0 else clock.end)
    marks = marks_of(o.space, name)
    found = [m for m in marks if (m.moment > here if by > 0 else m.moment < here)]
    if not found:
        return
    mark = found[0] if by > 0 else found[-1]
    if select and clock.cursor is not None:
        clock.select(clock.cursor, mark.moment)
    o.go(mark.moment, name, mark)


def pin(o: Overview) -> None:
    """Pin the lane to the top, or let it go again."""
    name = lane_name(o)
    if not name:
        return
    if name in o.pinned:
        o.pinned.remove(name)
    else:
        o.pinned.append(name)
    o.current = o.names.index(name)
    o._seen = ()
