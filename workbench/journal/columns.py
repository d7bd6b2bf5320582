"""Interpreted columns: what an extractor read in the records (dtype READING), beside them.

A column set can be made again at any time, so a damaged one is named and ignored.  Rows lie
in order of their record; those that come late (an extractor that decides after some
messages) go to a file of their own, so that the large one stays sorted and is only mapped.
"""

from __future__ import annotations

import json
import os
import zlib
from bisect import bisect_left
from pathlib import Path
from typing import Any

import numpy as np

from workbench.journal.blobs import Source
from workbench.journal.column_layout import FILE, MARK, WIDTH, Rows, folder_name, version_key
from workbench.journal.column_writer import ColumnWriter
from workbench.journal.layout import COLUMNS
from workbench.journal.sources import sources_of
from workbench.model.record import READING

__all__ = ["ColumnWriter", "Columns"]

MAX_COMMIT = 1 << 28  # bytes of names or late rows read at once


class Columns:
    """Reads a column set, also while it is written.

    ``damage`` names what made the set unusable ("" when nothing did): it is then empty and
    should be made again.
    """

    DTYPE = READING

    def __init__(self, sources: list[Source], extractor: str, version: str | None) -> None:
        self.extractor = extractor
        self.version = version or ""
        self.damage = ""
        self._sources = sources
        self._wanted = version
        self._source: Source | None = None
        self._stem = ""
        self._begin("")
        self.refresh()

    @classmethod
    def open(
        cls, path: str | os.PathLike[str], extractor: str, version: int | str | None = None
    ) -> Columns:
        """The columns of an extractor, of its newest version unless one is named.

        Never raises for a set that is not there (yet): it is empty until it comes.
        """
        folder_name(extractor, version or 1)
        return cls(sources_of(Path(path)), extractor, None if version is None else str(version))

    def _begin(self, stem: str) -> None:
        self._stem = stem
        self.names: list[str] = [""]
        self._marks = np.zeros(0, MARK)
        self._checked = 0
        self._late_rows = np.zeros(0, READING)
        self._all: Rows | None = None
        if self._source is not None and stem:
            self._rows_blob = self._source.blob(f"{stem}.rows")

    # --- following ------------------------------------------------------------------------

    def refresh(self) -> int:
        """Take over what was committed since; the number of readings."""
        self._choose()
        if self._source is None or self.damage:
            return 0
        data = self._source.read(f"{self._stem}.commit", self._marks.nbytes, MAX_COMMIT)
        marks = np.frombuffer(data, MARK, len(data) // MARK.itemsize)
        good = 0
        for i in range(len(marks)):
            raw = data[i * MARK.itemsize : (i + 1) * MARK.itemsize]
            if zlib.crc32(raw[:-4]) != int(marks[i]["crc"]):
                break  # a torn tail, or still being written
            good += 1
        if good:
            self._admit(marks[:good])
        return len(self)

    def _choose(self) -> None:
        """Find the newest generation of the set, and begin again when it has changed."""
        if self._source is not None and self._source.exists(f"{self._stem}.commit"):
            return
        for source in self._sources:
            stems = set_stems(source, self.extractor, self._wanted)
            if stems:
                self._source, self.damage = source, ""
                self.version, stem = stems[-1]
                self._begin(stem)
                return

    def _admit(self, marks: Rows) -> None:
        old = self._marks[-1] if len(self._marks) else np.zeros(1, MARK)[0]
        assert self._source is not None
        late = self._source.read(
            f"{self._stem}.late",
            int(old["late"]) * WIDTH,
            min((int(marks[-1]["late"]) - int(old["late"])) * WIDTH, MAX_COMMIT),
        )
        names = self._source.read(
            f"{self._stem}.names",
            int(old["names"]),
            min(int(marks[-1]["names"]) - int(old["names"]), MAX_COMMIT),
        )
        if np.any(marks["width"] != WIDTH):
            self._spoil("it has another layout")
        elif int(marks[-1]["rows"]) * WIDTH > self._source.size(f"{self._stem}.rows"):
            self._spoil("its rows are cut short")
        elif not self._pieces_good(marks, old, late, names):
            self._spoil("its checksums do not fit")
        else:
            self._marks = np.concatenate([self._marks, marks])
            self._take_names(names)
            if late:
                joined = np.concatenate([self._late_rows, np.frombuffer(late, READING)])
                self._late_rows = joined[np.argsort(joined["row"], kind="stable")]
            self._all = None

    def _pieces_good(self, marks: Rows, old: Any, late: bytes, names: bytes) -> bool:
        for part, data, width, crc in (
            ("late", late, WIDTH, "crc_late"),
            ("names", names, 1, "crc_names"),
        ):
            start = int(old[part]) * width
            at = 0
            for mark in marks:
                end = int(mark[part]) * width - start
                if not at <= end <= len(data) or zlib.crc32(data[at:end]) != int(mark[crc]):
                    return False
                at = end
        return bool(np.all(np.diff(marks["rows"].astype(np.int64), prepend=int(old["rows"])) >= 0))

    def _take_names(self, data: bytes) -> None:
        try:
            self.names += [str(json.loads(line)) for line in data.splitlines()]
        except ValueError:
            self._spoil("its names cannot be read")

    def _spoil(self, why: str) -> None:
        self.damage = f"The columns {self.extractor}@{self.version} are left out: {why}."
        self._begin(self._stem)

    # --- reading --------------------------------------------------------------------------

    def __len__(self) -> int:
        return self._main() + len(self._late_rows)

    def _main(self) -> int:
        return int(self._marks[-1]["rows"]) if len(self._marks) else 0

    def _view(self) -> Rows:
        """The sorted rows, mapped, not yet checked."""
        count = self._main()
        if not count:
            return np.zeros(0, READING)
        data = self._rows_blob.upto(count * WIDTH)
        if len(data) < count * WIDTH:
            self._spoil("its rows are cut short")
            return np.zeros(0, READING)
        return np.frombuffer(data, READING, count)

    def _check(self) -> None:
        """Check the blocks that nobody has looked at yet."""
        view = self._view()
        start = int(self._marks[self._checked - 1]["rows"]) if self._checked else 0
        for i in range(self._checked, len(self._marks)):
            end = int(self._marks[i]["rows"])
            if zlib.crc32(view[start:end].tobytes()) != int(self._marks[i]["crc_rows"]):
                self._spoil("its checksums do not fit")
                return
            start = end
        self._checked = len(self._marks)

    @property
    def rows(self) -> Rows:
        """All readings in order of their record (dtype READING); do not write to them."""
        self._check()
        if not len(self._late_rows):
            return self._view()
        if self._all is None:
            joined = np.concatenate([self._view(), self._late_rows])
            self._all = joined[np.argsort(joined["row"], kind="stable")]
        return self._all

    def of(self, row: int) -> Rows:
        """The readings of one record."""
        return self.between(row, row + 1)

    def between(self, start: int, stop: int) -> Rows:
        """The readings of records ``start`` up to ``stop`` (not included), in their order."""
        self._check()
        main, late = self._view(), self._late_rows
        part, extra = (cut(rows, start, stop) for rows in (main, late))
        if not len(extra):
            return part
        joined = np.concatenate([part, extra])
        return joined[np.argsort(joined["row"], kind="stable")]

    @staticmethod
    def extractors(path: str | os.PathLike[str]) -> list[tuple[str, str]]:
        """Names and versions of the column sets of a recording."""
        found = {
            (match[1], match[2])
            for source in sources_of(Path(path))
            for name in source.names(COLUMNS)
            if (match := FILE.fullmatch(name)) and match[4] == "commit"
        }
        return sorted(found, key=lambda pair: (pair[0], version_key(pair[1])))


def cut(rows: Rows, start: int, stop: int) -> Rows:
    """The part of sorted rows that belongs to some records."""
    column = rows["row"]  # bisect: numpy's searchsorted would copy a column with gaps whole
    part = rows[bisect_left(column, start) : bisect_left(column, stop)]
    inside = (part["row"] >= start) & (part["row"] < stop)
    return part if inside.all() else part[inside]  # in a file made to do harm


def set_stems(source: Source, extractor: str, version: str | None) -> list[tuple[str, str]]:
    """Version and path (without its ending) of each generation of a set, newest last."""
    found = [
        (match[2], name.removesuffix(".commit"))
        for name in source.names(COLUMNS)
        if (match := FILE.fullmatch(name))
        and match[4] == "commit"
        and match[1] == extractor
        and version in (None, match[2])
    ]
    return sorted(found, key=lambda pair: (version_key(pair[0]), pair[1]))
