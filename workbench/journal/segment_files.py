"""One segment as its writer holds it: three files, appended with ``write()`` alone."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import numpy as np

from workbench.journal.layout import (
    BLOCK_BYTES,
    BLOCK_RECORDS,
    ENTRY,
    Entry,
    segment_file,
)
from workbench.model.record import RECORD

PARTS = ("pay", "idx", "commit")


class SegmentFiles:
    """A new segment.  OSError where the disk says no.

    After an OSError the very same batch must be appended again before any other: the bytes
    are the same, so that a reader who has seen some of its blocks has seen nothing wrong.
    """

    def __init__(self, folder: Path, number: int, base: int) -> None:
        self.number = number
        self.base = base
        self.rows = 0
        self.payload = 0
        self.blocks = 0
        self._paths = segment_paths(folder, number)
        self._files: list[io.FileIO] = []
        try:
            for path in self._paths:
                self._files.append(io.FileIO(path, "x"))
        except OSError:
            self.close()
            remove_segment(self._paths[: len(self._files)])  # those made here, no others
            raise

    @property
    def disk(self) -> int:
        """Bytes on disk that are committed."""
        return self.payload + self.rows * RECORD.itemsize + self.blocks * ENTRY.itemsize

    def append(self, heads: bytes, payload: bytes, moment: int) -> None:
        """Write one batch: its payload, then its headers, then its commit entries."""
        rows, marks = self._entries(heads, payload, moment)
        pay, idx, commit = self._files
        write_at(pay, self.payload, payload)
        write_at(idx, self.rows * RECORD.itemsize, heads)
        write_at(commit, self.blocks * ENTRY.itemsize, marks)
        self.payload += len(payload)
        self.rows += rows
        self.blocks += len(marks) // ENTRY.itemsize

    def _entries(self, heads: bytes, payload: bytes, moment: int) -> tuple[int, bytes]:
        """Cut the batch into blocks; the number of records, and the entries."""
        rows = len(heads) // RECORD.itemsize
        offsets = np.frombuffer(heads, RECORD)["offset"].copy()  # searched again and again
        h, p = memoryview(heads), memoryview(payload)
        marks, row = bytearray(), 0
        while row < rows:
            start = int(offsets[row]) - self.payload
            limit = np.uint64(start + self.payload + BLOCK_BYTES)
            full = int(np.searchsorted(offsets, limit))
            end = min(max(full, row + 1), row + BLOCK_RECORDS, rows)
            stop = int(offsets[end]) - self.payload if end < rows else len(payload)
            marks += Entry(
                records=end - row,
                first=self.base + self.rows + row,
                row=self.rows + row,
                start=self.payload + start,
                size=stop - start,
                crc_headers=zlib.crc32(h[row * RECORD.itemsize : end * RECORD.itemsize]),
                crc_payload=zlib.crc32(p[start:stop]),
                moment=moment,
            ).pack()
            row = end
        return rows, bytes(marks)

    def close(self) -> None:
        """Close the files; what is committed stays."""
        for file in self._files:
            file.close()


def segment_paths(folder: Path, number: int) -> list[Path]:
    """The three files of a segment, in the order in which they are written."""
    return [folder / segment_file(number, part) for part in PARTS]


def remove_segment(paths: list[Path]) -> None:
    """Remove a segment, its commit file first: without that one the segment is not there."""
    for path in reversed(paths):
        path.unlink(missing_ok=True)


def write_at(file: io.FileIO, position: int, data: bytes) -> None:
    """Write all of ``data`` at a position, in as many calls as the system wants."""
    file.seek(position)
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
