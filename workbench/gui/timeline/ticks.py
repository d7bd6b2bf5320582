"""The ticks of all lanes as one picture, made with numpy (UX section 20)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

Array = npt.NDArray[Any]


def heights(counts: Array, largest: int) -> Array:
    """Pixels of a tick for each count: one message has a visible tick, more grow with log."""
    low = max(3, round(largest * 0.78))
    grown = low + np.log2(np.maximum(counts, 1)) * largest * 0.11
    return np.where(counts > 0, np.minimum(grown, largest), 0).astype(np.int32)


def widened(tall: Array, by: int) -> Array:
    """Each tick ``by`` pixels wide, as long as no other begins there."""
    wide = tall.copy()
    for shift in range(1, by):
        moved = np.zeros_like(tall)
        moved[:, shift:] = tall[:, :-shift]
        wide = np.where(wide == 0, moved, wide)
    return wide


def picture(counts: Array, lane: int, received: QColor, sent: QColor, ratio: float = 1.0) -> QImage:
    """Lanes × 2 × pixels of counts as an image of ``lane`` device pixels a lane.

    Received ticks stand on the middle line, sent ones hang below it."""
    lanes, _, pixels = counts.shape
    middle = round(lane * 0.62)
    above = widened(heights(counts[:, 0], round(lane * 0.48)), max(1, round(2 * ratio)))
    below = widened(heights(counts[:, 1], round(lane * 0.24)), max(1, round(2 * ratio)))
    y = np.arange(lane)[None, :, None]
    up = (y >= middle - above[:, None, :]) & (y < middle)
    down = (y > middle + 1) & (y <= middle + 1 + below[:, None, :])
    image = np.zeros((lanes, lane, pixels), dtype=np.uint32)
    image[up] = received.rgba()
    image[down] = sent.rgba()
    flat = np.ascontiguousarray(image.reshape(lanes * lane, pixels))
    made = QImage(flat.data, pixels, lanes * lane, pixels * 4, QImage.Format.Format_ARGB32)
    return made.copy()  # the array may go
