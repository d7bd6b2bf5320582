"""Keys of the shared window, the same in every chart (UX section 17)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from workbench.panels.clock import Clock

Key = Qt.Key
ZOOM = 0.7


def clock_key(clock: Clock, event: QKeyEvent) -> bool:
    """Carry a key out; False: it is none of these."""
    key, mods = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if mods == Qt.KeyboardModifier.AltModifier and key in (Key.Key_Left, Key.Key_Right):
        clock.earlier() if key == Key.Key_Left else clock.later()
        return True
    if mods != Qt.KeyboardModifier.NoModifier:
        return False
    if key in (Key.Key_A, Key.Key_D):
        clock.pan(clock.width // 5 * (1 if key == Key.Key_D else -1))
    elif key in (Key.Key_W, Key.Key_S):
        clock.zoom(ZOOM if key == Key.Key_W else 1 / ZOOM, clock.cursor)
    elif key == Key.Key_0:
        clock.fit()
    elif key == Key.Key_Backspace:
        clock.earlier()
    elif key == Key.Key_F and clock.cursor is not None:
        half = clock.width // 2
        clock.select(clock.cursor - half, clock.cursor + half)
    else:
        return False
    return True
