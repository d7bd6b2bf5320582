"""Arrays that grow at their end without being copied over and over."""

from __future__ import annotations

import bisect

import numpy as np
import numpy.typing as npt

from workbench.panels.source import Array


class Column:
    """One numpy column; ``array`` is what is there, without a copy."""

    def __init__(self, kind: npt.DTypeLike) -> None:
        self._room = np.zeros(256, dtype=kind)
        self._used = 0

    def __len__(self) -> int:
        return self._used

    @property
    def array(self) -> Array:
        """All values; not to be kept over the next ``add``."""
        return self._room[: self._used]

    def add(self, value: object) -> None:
        """One value more."""
        self._reserve(1)
        self._room[self._used] = value
        self._used += 1

    def extend(self, values: Array) -> None:
        """Many values more."""
        self._reserve(len(values))
        self._room[self._used : self._used + len(values)] = values
        self._used += len(values)

    def cut(self, length: int) -> None:
        """Forget what comes after the first ``length`` values."""
        self._used = min(self._used, length)

    def _reserve(self, more: int) -> None:
        if self._used + more > len(self._room):
            room = np.zeros(max(2 * len(self._room), self._used + more), dtype=self._room.dtype)
            room[: self._used] = self._room[: self._used]
            self._room = room


class Numbers:
    """Rising whole numbers in blocks of four bytes each: ten million take 40 MB."""

    SIDE = 1 << 16
    SPAN = 1 << 32

    def __init__(self) -> None:
        self._blocks: list[tuple[int, Array]] = []
        self._ends: list[int] = []  # how many numbers there are up to the end of each block
        self._used = 0  # in the last block
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, i: int) -> int:
        if not 0 <= i < self._length:
            raise IndexError(i)
        at = bisect.bisect_right(self._ends, i)
        base, block = self._blocks[at]
        before = self._ends[at - 1] if at else 0
        return base + int(block[i - before])

    def extend(self, values: Array) -> None:
        """More numbers, each larger than those before."""
        while len(values):
            if not self._blocks or not self._fits(values[0]):
                self._blocks.append((int(values[0]), np.zeros(self.SIDE, dtype="<u4")))
                self._ends.append(self._length)
                self._used = 0
            base, block = self._blocks[-1]
            room = self.SIDE - self._used
            taken = values[:room]
            taken = taken[taken - base < self.SPAN]
            block[self._used : self._used + len(taken)] = taken - base
            self._used += len(taken)
            self._length += len(taken)
            self._ends[-1] = self._length
            values = values[len(taken) :]

    def find(self, value: int) -> int:
        """The place of a number, or of the next larger one (the length: past the end)."""
        low, high = 0, self._length
        while low < high:
            middle = (low + high) // 2
            if self[middle] < value:
                low = middle + 1
            else:
                high = middle
        return low

    def _fits(self, value: int) -> bool:
        return self._used < self.SIDE and int(value) - self._blocks[-1][0] < self.SPAN
