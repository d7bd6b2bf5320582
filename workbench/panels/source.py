"""What a view reads a recording through, and how one is opened."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Reader(Protocol):
    """Records by number.  ``headers`` are model.record.RECORD rows."""

    def refresh(self) -> int:
        """Look for new records; how many numbers are taken by now."""
        ...

    def headers(self, start: int, stop: int) -> Array: ...

    def payload(self, number: int) -> bytes: ...


class Readings(Protocol):
    """Interpreted columns: READING rows by their record, and their strings.

    Rows may still come in for records far back (a link's first messages are read late)."""

    def refresh(self) -> Any: ...

    def __len__(self) -> int: ...

    def between(self, start: int, stop: int) -> Array:
        """The rows of records ``start`` up to ``stop``, in their order."""
        ...

    @property
    def names(self) -> Sequence[str]: ...


@dataclass(slots=True)
class Source:
    """One recording: its records, and how its readings are found (they may come later)."""

    reader: Reader
    find_readings: Callable[[], Readings | None] = lambda: None
    readings: Readings | None = None

    @property
    def first(self) -> int:
        """The oldest record that is still there."""
        return int(getattr(self.reader, "first", 0))

    def name(self, number: int) -> str:
        """An interned string of the readings."""
        names = self.readings.names if self.readings is not None else ()
        return str(names[number]) if number < len(names) else ""

    def read(self, row: int) -> Array | None:
        """The READING rows of one record; None: not interpreted, or nothing read."""
        if self.readings is None:
            return None
        rows = self.readings.between(row, row + 1)
        return rows if len(rows) else None


Opener = Callable[[str], Source]


class TimeIndex:
    """One moment for every block of records, so that a stretch of time is found at once."""

    BLOCK = 512

    def __init__(self) -> None:
        self._times: list[int] = []  # running maximum at the start of each block
        self._next = 0
        self._high = 0

    def take(self, start: int, headers: Array) -> None:
        """The next records, in order."""
        if start + len(headers) <= self._next or not len(headers):
            return
        times = np.maximum.accumulate(headers["time"])
        block = self.BLOCK
        if not self._times and start > 0:
            self._times = [int(times[0])] * (start // block)
        for at in range(-(-start // block) * block, start + len(headers), block):
            self._times.append(max(self._high, int(times[at - start])))
        self._high = max(self._high, int(times[-1]))
        self._next = start + len(headers)

    def rows(self, begin: int, end: int) -> tuple[int, int]:
        """Record numbers that surely hold every record of a stretch, a block too many."""
        low = max(0, bisect.bisect_left(self._times, begin) - 1)
        high = bisect.bisect_right(self._times, end) + 1
        return low * self.BLOCK, min(high * self.BLOCK, self._next)
