"""What a filter may look at: some neighbouring records, and what is known around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from workbench.journal.columns import Columns
from workbench.journal.filters.values import Mask
from workbench.journal.links import Facts
from workbench.journal.recording import Recording

#: With fewer rows left than one in so many, each is read alone.
SPARSE = 16


@dataclass(slots=True)
class Context:
    """``outages`` give start and end (None: not ended) by number, ``notes`` the words on a
    record; ``now`` is the moment that ``since:-30s`` counts from (0: the last record)."""

    recording: Recording
    columns: Columns | None = None
    notes: Mapping[int, str] = field(default_factory=dict)
    outages: Mapping[int, tuple[int, int | None]] = field(default_factory=dict)
    now: int = 0

    def moment(self) -> int:
        """Now, as the recording knows it."""
        recording = self.recording
        if self.now or recording.count == recording.first:
            return self.now
        return int(recording.headers(recording.count - 1, recording.count)["time"][0])


class Chunk:
    """Records ``start`` up to ``stop``; each part is read when a node asks for it."""

    def __init__(self, context: Context, start: int, stop: int) -> None:
        self.context = context
        self.start = start
        self.headers = context.recording.headers(start, stop)

    def __len__(self) -> int:
        return len(self.headers)

    @cached_property
    def readings(self) -> npt.NDArray[Any]:
        """What was read in these records."""
        columns = self.context.columns
        if columns is None:
            return np.zeros(0, Columns.DTYPE)
        return columns.between(self.start, self.start + len(self))

    @cached_property
    def reading_rows(self) -> npt.NDArray[np.int64]:
        """The row within the chunk of each reading."""
        return self.readings["row"].astype(np.int64) - self.start

    def of_readings(self, chosen: Mask) -> Mask:
        """The rows that have one of the chosen readings."""
        mask = np.zeros(len(self), np.bool_)
        mask[self.reading_rows[chosen]] = True
        return mask

    @property
    def names(self) -> list[str]:
        """The strings that readings refer to."""
        return self.context.columns.names if self.context.columns else [""]

    @cached_property
    def links(self) -> dict[int, Facts]:
        """Facts of every link."""
        return self.context.recording.links()

    def of_links(self, test: Callable[[int, Facts], bool]) -> Mask:
        """The rows that belong to a link that passes a test."""
        numbers = [n for n, facts in self.links.items() if test(n, facts)]
        return np.isin(self.headers["link"], np.array(numbers, np.int64))

    @cached_property
    def payloads(self) -> list[bytes]:
        """The payload of every row."""
        return self.context.recording.payloads(self.start, self.start + len(self))

    def payloads_of(self, wanted: Mask) -> Iterator[tuple[int, bytes]]:
        """The wanted rows and their payloads."""
        rows = np.flatnonzero(wanted)
        if "payloads" in self.__dict__:
            return ((row, self.payloads[row]) for row in rows.tolist())
        found = self.context.recording.payloads_at(rows + self.start)
        return zip(rows.tolist(), found, strict=True)


class Node(Protocol):
    """A part of a plan.  Cheap parts run first, dear ones only on the rows that are left."""

    @property
    def cost(self) -> int:
        """HEADER, READING, TEXT, PATTERN or JSON (nodes.py)."""
        ...

    def rows(self, chunk: Chunk, wanted: Mask) -> Mask:
        """Which of the wanted rows satisfy it (what it says of others means nothing)."""
        ...
