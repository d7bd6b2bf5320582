"""Strands: one epoch of one stream, its updates numbered by place (house rule 10).

A *place* is a small whole number: the order of an update within its strand.  Where ids
have an order it follows the offset; where updates are known only by their content it
follows the time of publishing, one place for every copy published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.model.history import Columns, History
from workbench.model.words import Ids, Outcome

#: A moment that never comes: not published, or not delivered.
NEVER = int(np.iinfo(np.int64).max)
#: How much wider than its rows a strand may be before its offsets are looked up by search.
SPREAD = 4
SPARE = 1 << 17
#: How many places without any row all strands together may have.
SPARE_ALL = 1 << 24

Array = npt.NDArray[Any]
Name = tuple[int, int]  # stream and epoch, as numbers of History.names


@dataclass(slots=True)
class Strand:
    """One epoch of one stream: what is known to have been published in it, place by place.

    ``time`` is NEVER where nothing is known of a place.  ``offsets`` is None where places
    are offsets counted from ``low``; ``contents`` holds the ids of strands known by content.
    """

    stream: int
    epoch: int
    ids: Ids
    low: int = 0
    size: int = 0
    offsets: Array | None = None
    contents: Array | None = None
    time: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    outcome: Array = field(default_factory=lambda: np.zeros(0, np.uint8))
    key: Array = field(default_factory=lambda: np.zeros(0, np.uint32))
    record: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    listed: bool = False  # a source names this strand

    @property
    def ordered(self) -> bool:
        """Whether the order of places is an order the stream itself gives."""
        return self.contents is None

    def find(self, offsets: Array) -> Array:
        """The place of each offset, -1 where the strand has none."""
        if self.offsets is None:
            places = offsets - self.low
            places[(offsets < self.low) | (places >= self.size)] = -1
            return places
        places = np.searchsorted(self.offsets, offsets)
        places[places == self.size] = 0
        return np.where(self.offsets[places] == offsets, places, -1)

    def offset(self, place: int) -> int | None:
        """The offset of a place; None where updates are known by their content."""
        if self.contents is not None:
            return None
        return int(self.offsets[place]) if self.offsets is not None else self.low + int(place)


def split(columns: Columns) -> Iterator[tuple[Name, Any]]:
    """The rows of each strand, in order of time: ((stream, epoch), index of the rows)."""
    if not len(columns):
        return
    names = (columns["stream"].astype(np.uint64) << np.uint64(32)) | columns["epoch"]
    if (names == names[0]).all():
        yield (int(columns["stream"][0]), int(columns["epoch"][0])), slice(None)
        return
    order = np.argsort(names, kind="stable")
    bounds = np.flatnonzero(np.diff(names[order])) + 1
    for rows in np.split(order, bounds):
        first = columns[rows[0]]
        yield (int(first["stream"]), int(first["epoch"])), rows


def strands(
    history: History, published: Sequence[Columns], seen: Sequence[Columns]
) -> dict[Name, Strand]:
    """Number every place that was published or seen; fill in what ``published`` knows."""
    books: dict[Name, list[Columns]] = {}
    spans: dict[Name, list[Array]] = {}
    for columns in published:
        for name, rows in split(columns):
            books.setdefault(name, []).append(columns[rows])
            spans.setdefault(name, []).append(columns["offset"][rows])
    for columns in seen:
        for name, rows in split(columns):
            spans.setdefault(name, []).append(columns["offset"][rows])
    made: dict[Name, Strand] = {}
    spare = SPARE_ALL
    for name in sorted(spans):
        made[name] = _numbered(history, name, spans[name], min(spare, SPARE))
        spare -= max(made[name].size - sum(map(len, spans[name])), 0)
    for name, parts in books.items():
        _fill(made[name], np.concatenate(parts))
    return made


def _numbered(history: History, name: Name, parts: list[Array], spare: int) -> Strand:
    ids = history.rule(history.names[name[0]]).ids
    strand = Strand(name[0], name[1], ids)
    known = [part[part >= 0] for part in parts if len(part)]
    known = [part for part in known if len(part)]
    if ids in (Ids.OPAQUE, Ids.CONTENT) or not known:
        strand.contents = np.zeros(0, np.uint64)
        return strand
    low = min(int(part.min()) for part in known)
    high = max(int(part.max()) for part in known)
    strand.low, strand.size = low, high - low + 1
    if strand.size > SPREAD * max(len(part) for part in known) + spare:
        strand.offsets = np.unique(np.concatenate(known))
        strand.size = len(strand.offsets)
    _empty(strand)
    return strand


def _empty(strand: Strand) -> None:
    strand.time = np.full(strand.size, NEVER, np.int64)
    strand.outcome = np.zeros(strand.size, np.uint8)
    strand.key = np.zeros(strand.size, np.uint32)
    strand.record = np.full(strand.size, -1, np.int64)


def _fill(strand: Strand, rows: Columns) -> None:
    strand.listed = True
    if strand.contents is not None:
        rows = rows[np.argsort(rows["time"], kind="stable")]
        strand.contents, strand.size = rows["id"].copy(), len(rows)
        _empty(strand)
        places = np.arange(len(rows))
    else:
        # A publish that was tried again counts as its best outcome, at its first moment.
        rank = np.select([rows["outcome"] == Outcome.OK, rows["outcome"] == Outcome.INFO], [2, 1])
        rows = rows[np.lexsort((-rows["time"], rank))]
        rows = rows[rows["offset"] >= 0]
        places = strand.find(rows["offset"].copy())
    strand.time[places] = rows["time"]
    strand.outcome[places] = rows["outcome"]
    strand.key[places] = rows["key"]
    strand.record[places] = rows["record"]
