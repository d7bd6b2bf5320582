"""The commit entries of one segment, read as they arrive, the good ones kept."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.journal.blobs import Source
from workbench.journal.damage import Damage
from workbench.journal.layout import (
    ENTRY,
    ENTRY_STRUCT,
    MAGIC,
    MAX_BLOCK_RECORDS,
    MAX_NUMBER,
    MAX_SEGMENT_RECORDS,
    segment_file,
)
from workbench.model.record import RECORD

STEP = 1 << 22  # bytes of a commit file read at once
SIZE = ENTRY.itemsize


class Entries:
    """Follows a commit file.  ``array`` holds the good entries in order of their rows.

    ``base`` is the number of the segment's first record (-1: no good entry yet), ``rows``
    the end of what is committed.  An entry that fails its checksum hides its block alone:
    each entry says by itself where its block lies.
    """

    def __init__(self, source: Source, number: int) -> None:
        self._source = source
        self._name = segment_file(number, "commit")
        self._read = 0
        self._room: npt.NDArray[Any] = np.zeros(16, ENTRY)
        self._good = 0
        self.base = -1
        self.rows = 0
        self.end = 0  # bytes of payload that are committed
        self.tail = 0  # bytes at the end that are no good entry (yet)
        self.gaps: list[Damage] = []

    @property
    def array(self) -> npt.NDArray[Any]:
        """The good entries (dtype ENTRY)."""
        return self._room[: self._good]

    def refresh(self) -> bool:
        """Read what is new; True when there are new good entries."""
        before = self._good
        while True:
            data = self._source.read(self._name, self._read, STEP)
            last = self._take(data)
            self._read += last
            if len(data) < STEP or not last:
                self.tail = len(data) - last
                return self._good > before

    def _take(self, data: bytes) -> int:
        """Keep the good entries in ``data``; the bytes up to the end of the last good one."""
        whole = memoryview(data)[: len(data) // SIZE * SIZE]
        taken: list[int] = []
        for i, fields in enumerate(ENTRY_STRUCT.iter_unpack(whole)):
            if zlib.crc32(whole[i * SIZE : i * SIZE + SIZE - 4]) == fields[-1]:
                magic, count, first, row, start, size, _, _, moment, _, _ = fields
                if magic == MAGIC and self._fits(count, first, row, start, size):
                    self._account(count, first, row, start, size, moment)
                    taken.append(i)
        self._keep(data, taken)
        return (taken[-1] + 1) * SIZE if taken else 0

    def _fits(self, count: int, first: int, row: int, start: int, size: int) -> bool:
        """Whether an entry can be true: a checksum alone does not prove who wrote it."""
        return (
            0 < count <= MAX_BLOCK_RECORDS
            and self.rows <= row <= MAX_SEGMENT_RECORDS
            and row <= first < MAX_NUMBER
            and self.base in (-1, first - row)
            and self.end <= start < MAX_NUMBER
            and size < MAX_NUMBER
        )

    def _account(
        self, count: int, first: int, row: int, start: int, size: int, moment: int
    ) -> None:
        self.base = first - row
        if row > self.rows:
            lost = start - self.end + (row - self.rows) * RECORD.itemsize
            self.gaps.append(Damage("missing", self.base + self.rows, first, lost, moment))
        self.rows = row + count
        self.end = start + size

    def _keep(self, data: bytes, taken: list[int]) -> None:
        need = self._good + len(taken)
        if need > len(self._room):
            room = np.zeros(max(need, 2 * len(self._room)), ENTRY)
            room[: self._good] = self.array
            self._room = room
        if taken:
            rows = np.frombuffer(data, ENTRY, len(data) // SIZE)
            self._room[self._good : need] = rows[taken]
        self._good = need
