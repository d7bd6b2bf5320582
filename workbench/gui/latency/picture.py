"""The percentile bands as one picture, made with numpy: filled curves of as many points cost a
fifth of a core."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor

from workbench.panels.source import Array


def runs(there: Array) -> list[tuple[int, int]]:
    """Stretches [first, last] of neighbouring places that are True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], there.astype(np.int8), [0]])))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]


def stretched(x: Array, y: Array, half: float, pixels: int) -> Array:
    """Values at each of ``pixels`` places from 0 to 1: straight between neighbours, ``half`` a
    column beyond the first and the last of each run, and NaN in between (no smoothing over a
    hole)."""
    found = np.full(pixels, np.nan)
    at = (np.arange(pixels) + 0.5) / pixels
    for first, last in runs(np.isfinite(y)):
        inside = (at >= x[first] - half) & (at <= x[last] + half)
        found[inside] = np.interp(at[inside], x[first : last + 1], y[first : last + 1])
    return found


def bands(lines: list[Array], height: int, near: QColor, far: QColor) -> Array:
    """An RGBA picture [row from the bottom, column]: ``near`` from the first line to the second,
    ``far`` from there to the third; places are 0 to 1, NaN is left clear."""
    lower, middle, upper = lines
    y = ((np.arange(height) + 0.5) / height)[:, None]
    made = np.zeros((height, len(lower), 4), dtype=np.ubyte)
    with np.errstate(invalid="ignore"):
        made[(y >= lower) & (y < middle)] = (near.red(), near.green(), near.blue(), near.alpha())
        made[(y >= middle) & (y < upper)] = (far.red(), far.green(), far.blue(), far.alpha())
    return made
