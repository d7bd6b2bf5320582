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
        taken, last = [], 0
        for at in range(0, len(data) - SIZE + 1, SIZE):
            if zlib.crc32(data[at : at + SIZE - 4]) == int.from_bytes(
                data[at + SIZE - 4 : at + SIZE], "little"
            ):
                entry = np.frombuffer(data, ENTRY, 1, at)[0]
                if self._fits(entry):
                    self._account(entry)
                    taken.append(at)
                    last = at + SIZE
        self._keep(data, taken)
        return last

    def _fits(self, entry: np.void) -> bool:
        """Whether an entry can be true: a checksum alone does not prove who wrote it."""
        count, first, row = int(entry["count"]), int(entry["first"]), int(entry["row"])
        return (
            int(entry["magic"]) == MAGIC
            and 0 < count <= MAX_BLOCK_RECORDS
            and self.rows <= row <= MAX_SEGMENT_RECORDS
            and row <= first < MAX_NUMBER
            and self.base in (-1, first - row)
            and self.end <= int(entry["start"]) < MAX_NUMBER
            and int(entry["size"]) < MAX_NUMBER
        )

    def _account(self, entry: np.void) -> None:
        first, row, start = int(entry["first"]), int(entry["row"]), int(entry["start"])
        self.base = first - row
        if row > self.rows:
            size = start - self.end + (row - self.rows) * RECORD.itemsize
            self.gaps.append(
                Damage("missing", self.base + self.rows, first, size, int(entry["moment"]))
            )
        self.rows = row + int(entry["count"])
        self.end = start + int(entry["size"])

    def _keep(self, data: bytes, taken: list[int]) -> None:
        need = self._good + len(taken)
        if need > len(self._room):
            room = np.zeros(max(need, 2 * len(self._room)), ENTRY)
            room[: self._good] = self.array
            self._room = room
        if taken:
            rows = np.frombuffer(data, ENTRY, len(data) // SIZE)
            self._room[self._good : need] = rows[np.array(taken) // SIZE]
        self._good = need
