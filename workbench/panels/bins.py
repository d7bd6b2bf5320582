"""How many messages fall where: for the whole session and for the window in pixels.

Both grow with the records; neither is ever counted again from the start.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbench.model.words import Direction, Kind
from workbench.panels.source import Array, Reader, TimeIndex

WHOLE = 4096  # bins of the whole session; twice as long when they are full
FIRST_BIN = 20_000_000  # ns
EXACT = 100_000  # records in the window that are counted one by one
SAMPLED = 3_000_000  # beyond EXACT every n-th is counted n times; beyond this the whole bins serve
PIECE = 100_000  # records counted in one go


class LaneMap:
    """Link number → lane number, as an array; lane -1: none."""

    def __init__(self) -> None:
        self._lanes = np.full(64, -1, dtype=np.int32)
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}

    def lane(self, client: str) -> int:
        """The lane of a client, new at the end."""
        if client not in self._numbers:
            self._numbers[client] = len(self.names)
            self.names.append(client)
        return self._numbers[client]

    def put(self, link: int, client: str) -> None:
        """This link is one of the client's."""
        if not 0 < link < 1 << 24:
            return
        if link >= len(self._lanes):
            grown = np.full(max(2 * len(self._lanes), link + 1), -1, dtype=np.int32)
            grown[: len(self._lanes)] = self._lanes
            self._lanes = grown
        self._lanes[link] = self.lane(client)

    def of(self, links: Array) -> Array:
        """The lane of each link number."""
        safe = np.where(links < len(self._lanes), links, 0)
        return self._lanes[safe]


def messages_of(headers: Array, lanes: LaneMap) -> tuple[Array, Array, Array]:
    """(time, lane, 0 received / 1 sent) of the messages among some headers."""
    picked = headers[headers["kind"] == Kind.MESSAGE]
    lane = lanes.of(picked["link"])
    known = lane >= 0
    sent = (picked["direction"] == Direction.OUT)[known].astype(np.int64)
    return picked["time"][known], lane[known].astype(np.int64), sent


class WholeBins:
    """Counts of the whole session by lane and direction, in at most WHOLE bins."""

    def __init__(self) -> None:
        self.start = 0
        self.width = FIRST_BIN
        self._counts = np.zeros((0, 2, WHOLE), dtype=np.uint32)

    def take(self, headers: Array, lanes: LaneMap) -> None:
        """The next records."""
        time, lane, sent = messages_of(headers, lanes)
        if not len(time):
            return
        if not self.start:
            self.start = int(time[0])
        self._reach(int(time.max()), len(lanes.names))
        at = np.clip((time - self.start) // self.width, 0, WHOLE - 1)
        place = (lane * 2 + sent) * WHOLE + at
        rows = len(self._counts)
        more = np.bincount(place, minlength=rows * 2 * WHOLE)
        self._counts += more.reshape(rows, 2, WHOLE).astype(np.uint32)

    def _reach(self, moment: int, lanes: int) -> None:
        if lanes > len(self._counts):
            grown = np.zeros((max(lanes, 2 * len(self._counts)), 2, WHOLE), dtype=np.uint32)
            grown[: len(self._counts)] = self._counts
            self._counts = grown
        while moment - self.start >= self.width * WHOLE:
            pairs = self._counts.reshape(len(self._counts), 2, WHOLE // 2, 2).sum(axis=3)
            self._counts[:] = 0
            self._counts[:, :, : WHOLE // 2] = pairs
            self.width *= 2

    def over(self, start: int, step: float, pixels: int, lanes: int) -> Array:
        """Counts [lane, direction, pixel] for pixels of ``step`` ns from ``start``."""
        edges = (start + np.arange(pixels + 1) * step - self.start) / self.width
        return self._between(np.clip(np.round(edges), 0, WHOLE).astype(int), lanes)

    def _between(self, edges: Array, lanes: int) -> Array:
        run = np.zeros((max(lanes, len(self._counts)), 2, WHOLE + 1), dtype=np.int64)
        np.cumsum(self._counts, axis=2, out=run[: len(self._counts), :, 1:])
        return np.diff(run[:lanes, :, edges], axis=2)

    def total(self, start: int, step: float, pixels: int) -> Array:
        """Counts by pixel over all lanes, for the strip of the whole session."""
        run = np.zeros(WHOLE + 1, dtype=np.int64)
        np.cumsum(self._counts.sum(axis=(0, 1)), out=run[1:])
        edges = (start + np.arange(pixels + 1) * step - self.start) / self.width
        return np.diff(run[np.clip(np.round(edges), 0, WHOLE).astype(int)])


class WindowBins:
    """Counts per lane, direction and pixel of a window; moves with it.

    ``about`` is True while the counts are an estimate (very many messages in the window).
    """

    def __init__(self, reader: Callable[[], Reader], index: TimeIndex, lanes: LaneMap) -> None:
        self._reader = reader
        self._index = index
        self._lanes = lanes
        self.step = 0
        self.pixel = 0  # number of the first pixel, counted in steps from moment 0
        self.about = False
        self._stride = 1  # every n-th record is counted, n times
        self._counts = np.zeros((0, 2, 0), dtype=np.int64)
        self._counted = 0  # records below this number are in

    def forget(self) -> None:
        """Count anew at the next ``show`` (lanes have changed)."""
        self.step = 0

    def show(self, start: int, step: int, pixels: int, count: int, whole: WholeBins) -> Array:
        """Counts [lane, direction, pixel]; ``count`` records are known by now."""
        pixel, lanes = start // step, len(self._lanes.names)
        rows = self._index.rows(pixel * step, (pixel + pixels) * step)
        if rows[1] - rows[0] > SAMPLED:
            self.step, self.about = 0, True
            return whole.over(pixel * step, step, pixels, lanes)
        same = step == self.step and pixels == self._counts.shape[2] and self._fits(rows)
        if not same or abs(pixel - self.pixel) >= pixels:
            self._begin(step, pixel, pixels, rows, count)
        else:
            self._grow(lanes)
            self._move(pixel, pixels)
            self._add(self._counted, count, self.pixel, self.pixel + pixels)
        self._counted = count
        return self._counts[:lanes]

    def _fits(self, rows: tuple[int, int]) -> bool:
        """True while the share of records that is counted is neither far too high nor too low."""
        wanted = max(1, -(-(rows[1] - rows[0]) // EXACT))
        return wanted <= 2 * self._stride and (self._stride == 1 or 4 * wanted >= self._stride)

    def _begin(self, step: int, pixel: int, pixels: int, rows: tuple[int, int], count: int) -> None:
        self.step, self.pixel = step, pixel
        self._counts = np.zeros((len(self._lanes.names), 2, pixels), dtype=np.int64)
        self._stride = max(1, -(-(rows[1] - rows[0]) // EXACT))
        self.about = self._stride > 1
        self._add(rows[0], min(rows[1], count), pixel, pixel + pixels)

    def _grow(self, lanes: int) -> None:
        if lanes > len(self._counts):
            grown = np.zeros((lanes, 2, self._counts.shape[2]), dtype=np.int64)
            grown[: len(self._counts)] = self._counts
            self._counts = grown

    def _move(self, pixel: int, pixels: int) -> None:
        by = pixel - self.pixel
        if not by:
            return
        self._counts = np.roll(self._counts, -by, axis=2)
        fresh = slice(pixels - by, pixels) if by > 0 else slice(0, -by)
        self._counts[:, :, fresh] = 0
        self.pixel = pixel
        low, high = (pixel + fresh.start, pixel + fresh.stop)
        rows = self._index.rows(low * self.step, high * self.step)
        self._add(rows[0], min(rows[1], self._counted), low, high)

    def _add(self, start: int, stop: int, low: int, high: int) -> None:
        """Count records [start, stop) that fall on pixels [low, high)."""
        stride = self._stride
        start = -(-start // stride) * stride
        lanes, pixels = len(self._counts), self._counts.shape[2]
        flat = self._counts.reshape(-1)
        for at in range(start, stop, PIECE * stride):
            headers = self._reader().headers(at, min(at + PIECE * stride, stop))[::stride]
            time, lane, sent = messages_of(headers, self._lanes)
            place = time // self.step
            good = (place >= low) & (place < high) & (lane < lanes)
            where = (lane[good] * 2 + sent[good]) * pixels + (place[good] - self.pixel)
            flat += np.bincount(where, minlength=len(flat)) * stride
