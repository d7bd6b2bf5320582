"""One segment as a reader sees it: mapped, checked block by block at first touch."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.journal.blobs import Source
from workbench.journal.damage import Damage
from workbench.journal.entries import Entries
from workbench.journal.layout import segment_file
from workbench.model.record import RECORD

Headers = npt.NDArray[Any]
HEAD = RECORD.itemsize
HEADERS_GOOD, HEADERS_BAD, PAYLOAD_GOOD, PAYLOAD_BAD = 1, 2, 4, 8


class Segment:
    """Rows are counted from the segment's own start; the recording knows absolute numbers."""

    def __init__(self, source: Source, number: int) -> None:
        self.number = number
        self._source = source
        self._entries = Entries(source, number)
        self._idx = source.blob(segment_file(number, "idx"))
        self._pay = source.blob(segment_file(number, "pay"))
        self._state = np.zeros(0, np.uint8)
        self._starts = np.zeros(0, np.int64)
        self._bad = False

    def refresh(self) -> bool:
        """Take over blocks committed since; True when there are some."""
        if not self._entries.refresh():
            return False
        array = self._entries.array
        fresh = len(array) - len(self._state)
        self._state = np.concatenate([self._state, np.zeros(fresh, np.uint8)])
        self._starts = array["row"].astype(np.int64)
        return True

    @property
    def base(self) -> int:
        """Number of the first record; -1 while nothing is committed."""
        return self._entries.base

    @property
    def rows(self) -> int:
        """Committed rows, damaged ones included."""
        return self._entries.rows

    @property
    def disk(self) -> int:
        """Bytes of committed headers, payload and entries."""
        e = self._entries
        return e.rows * HEAD + e.end + e.array.nbytes

    def row_at(self, moment: int) -> int:
        """The first row at or after a moment, or ``rows``."""
        array = self._entries.array
        i = int(np.searchsorted(array["moment"], moment))  # committed after it happened
        if i == len(array):
            return self.rows
        start = int(array[i]["row"])
        times = self.headers(start, start + int(array[i]["count"]))["time"]
        return start + int(np.searchsorted(times, moment))

    # --- reading --------------------------------------------------------------------------

    def headers(self, start: int, stop: int) -> Headers:
        """Headers of the rows; a row that cannot be read is all zero (kind 0).

        A view of the map where everything is good.
        """
        first, last = self._blocks(start, stop)
        self._check_headers(first, last)
        if not self._entries.gaps and not self._bad:
            return np.frombuffer(self._idx.upto(stop * HEAD), RECORD, stop - start, start * HEAD)
        rows = np.zeros(stop - start, RECORD)
        for i in range(first, last):
            if self._state[i] & HEADERS_GOOD:
                self._copy(rows, start, stop, i)
        return rows

    def _copy(self, rows: Headers, start: int, stop: int, i: int) -> None:
        begin = int(self._starts[i])
        lo = max(begin, start)
        hi = min(begin + int(self._entries.array[i]["count"]), stop)
        if lo < hi:
            view = self._idx.upto(hi * HEAD)
            rows[lo - start : hi - start] = np.frombuffer(view, RECORD, hi - lo, lo * HEAD)

    def _blocks(self, start: int, stop: int) -> tuple[int, int]:
        first = int(np.searchsorted(self._starts, start, "right")) - 1
        return max(first, 0), int(np.searchsorted(self._starts, stop, "left"))

    def payloads(self, rows: npt.NDArray[np.int64]) -> list[bytes]:
        """The payloads of some rows, in rising order; empty where they cannot be read."""
        result = [b""] * len(rows)
        if not result:
            return result
        start = int(rows[0])
        heads = self.headers(start, int(rows[-1]) + 1)
        offsets = heads["offset"][rows - start].tolist()
        sizes = heads["size"][rows - start].tolist()
        blocks = np.searchsorted(self._starts, rows, "right") - 1
        edges = [0, *(np.flatnonzero(np.diff(blocks)) + 1).tolist(), len(rows)]
        for first, last in pairwise(edges):
            i = int(blocks[first])
            if i < 0 or not self._state[i] & HEADERS_GOOD or not self._payload_good(i):
                continue
            _, _, _, _, low, size, *_ = self._entries.array[i].tolist()
            high = low + size
            view = self._pay.upto(high)
            for n in range(first, last):
                at = offsets[n]
                end = at + sizes[n]
                if low <= at and end <= high:  # a checksum does not prove who wrote it
                    result[n] = bytes(view[at:end])
        return result

    def regions(self, start: int, stop: int) -> Iterator[tuple[int, int, memoryview, int]]:
        """Payloads side by side: rows from and to, the bytes, and the offset where they begin.

        Blocks that cannot be read are left out.  In a file made to do harm the headers between
        may say anything; whoever searches must ask them.
        """
        first, last = self._blocks(start, stop)
        self._check_headers(first, last)
        run: list[int] = []  # rows from and to, payload from and to
        for i in range(first, last):
            if not self._state[i] & HEADERS_GOOD or not self._payload_good(i):
                continue
            _, count, _, row, low, size, *_ = self._entries.array[i].tolist()
            if run and (run[1], run[3]) == (row, low):
                run[1], run[3] = row + count, low + size
                continue
            if run:
                yield from self._region(run, start, stop)
            run = [row, row + count, low, low + size]
        if run:
            yield from self._region(run, start, stop)

    def _region(
        self, run: list[int], start: int, stop: int
    ) -> Iterator[tuple[int, int, memoryview, int]]:
        low, high = max(run[0], start), min(run[1], stop)
        if low >= high:
            return
        first, last = self.headers(low, low + 1)[0], self.headers(high - 1, high)[0]
        begin, end = int(first["offset"]), int(last["offset"]) + int(last["size"])
        if run[2] <= begin <= end <= run[3]:
            yield low, high, self._pay.upto(end)[begin:end], begin

    # --- checking -------------------------------------------------------------------------

    def _check_headers(self, first: int, last: int) -> None:
        unknown = np.flatnonzero(self._state[first:last] & (HEADERS_GOOD | HEADERS_BAD) == 0)
        for i in (unknown + first).tolist():
            entry = self._entries.array[i]
            start, count = int(entry["row"]) * HEAD, int(entry["count"]) * HEAD
            data = self._idx.upto(start + count)[start : start + count]
            good = len(data) == count and zlib.crc32(data) == int(entry["crc_headers"])
            self._state[i] |= HEADERS_GOOD if good else HEADERS_BAD
            self._bad |= not good

    def _payload_good(self, i: int) -> bool:
        if not self._state[i] & (PAYLOAD_GOOD | PAYLOAD_BAD):
            entry = self._entries.array[i]
            start, size = int(entry["start"]), int(entry["size"])
            data = self._pay.upto(start + size)[start : start + size]
            good = len(data) == size and zlib.crc32(data) == int(entry["crc_payload"])
            self._state[i] |= PAYLOAD_GOOD if good else PAYLOAD_BAD
        return bool(self._state[i] & PAYLOAD_GOOD)

    def verify(self) -> None:
        """Touch every block."""
        self._check_headers(0, len(self._state))
        for i in range(len(self._state)):
            self._payload_good(i)

    def damage(self) -> list[Damage]:
        """What is known to be damaged so far."""
        found = list(self._entries.gaps)
        for i in np.flatnonzero(self._state & (HEADERS_BAD | PAYLOAD_BAD)).tolist():
            entry = self._entries.array[i]
            first, count, size = int(entry["first"]), int(entry["count"]), int(entry["size"])
            what = "payload unreadable"
            if self._state[i] & HEADERS_BAD:
                what, size = "unreadable", size + count * HEAD
            found.append(Damage(what, first, first + count, size, int(entry["moment"])))
        return found

    def uncommitted(self) -> int:
        """Bytes behind the last commit mark."""
        e = self._entries
        idx, pay = (self._source.size(segment_file(self.number, part)) for part in ("idx", "pay"))
        return e.tail + max(idx - e.rows * HEAD, 0) + max(pay - e.end, 0)
