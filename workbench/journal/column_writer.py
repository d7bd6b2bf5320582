"""Writes interpreted columns."""

from __future__ import annotations

import io
import json
import os
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from workbench.journal.column_layout import MARK, PARTS, WIDTH, Rows, folder_name, generation_of
from workbench.journal.layout import COLUMNS
from workbench.journal.losses import disk_error
from workbench.journal.segment_files import write_at
from workbench.journal.sources import side_folder


class ColumnWriter:
    """Writes a fresh set of columns; an older set of the same name goes.

    ``names`` are the strings that the rows refer to by number, in the order of first
    use; number 0 is "" and is not handed in.  WorkbenchError where the disk says no:
    what was committed stays, and ``commit`` can be called again.
    """

    def __init__(
        self, folder: str | os.PathLike[str], extractor: str, version: int | str = 1
    ) -> None:
        root = side_folder(Path(folder)) / COLUMNS
        self.folder = root / folder_name(extractor, version)
        self.names = 1
        self._ends = [0, 0, 0, 0]
        self._last = 0
        self._rows: list[Rows] = []
        self._late: list[Rows] = []
        self._fresh: list[str] = []
        self._files: list[io.FileIO] = []
        try:
            self._create()
        except OSError as e:
            self.close()
            raise disk_error(e, self.folder, "The messages cannot be read") from e

    def _create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        old = [name for name in os.listdir(self.folder) if generation_of(name)]
        number = max(map(generation_of, old), default=0) + 1
        for part in PARTS:
            self._files.append(io.FileIO(self.folder / f"{number:06}.{part}", "x"))
        for name in old:
            (self.folder / name).unlink(missing_ok=True)

    def append(self, rows: Rows, names: Iterable[str] = ()) -> None:
        """Add readings (dtype READING) in any order, and the strings first used by them."""
        fresh = list(names)
        self._fresh += fresh
        self.names += len(fresh)
        if not len(rows):
            return
        numbers = rows["row"]
        if np.any(numbers[1:] < numbers[:-1]):
            rows = rows[np.argsort(numbers, kind="stable")]
        split = int(np.searchsorted(rows["row"], np.uint64(self._last)))
        if split:
            self._late.append(rows[:split].copy())
        if split < len(rows):
            self._rows.append(rows[split:].copy())
            self._last = int(rows["row"][-1])

    def commit(self) -> None:
        """Let readers see what was appended."""
        data = [
            b"".join(part.tobytes() for part in self._rows),
            b"".join(part.tobytes() for part in self._late),
            "".join(json.dumps(name) + "\n" for name in self._fresh).encode(),
        ]
        if not any(data):
            return
        ends = [end + len(part) for end, part in zip(self._ends, data, strict=False)]
        crcs = [zlib.crc32(part) for part in data]
        mark = np.array([(ends[0] // WIDTH, ends[1] // WIDTH, ends[2], *crcs, WIDTH, 0, 0)], MARK)
        body = mark.tobytes()[:-4]
        try:
            for file, end, part in zip(self._files, self._ends, data, strict=False):
                write_at(file, end, part)
            write_at(self._files[3], self._ends[3], body + zlib.crc32(body).to_bytes(4, "little"))
        except OSError as e:
            raise disk_error(e, self.folder, "The messages cannot be read") from e
        self._ends = [*ends, self._ends[3] + MARK.itemsize]
        self._rows, self._late, self._fresh = [], [], []

    def close(self) -> None:
        """Close the files; what is committed stays."""
        for file in self._files:
            file.close()
