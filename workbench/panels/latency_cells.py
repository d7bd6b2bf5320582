"""How many values fell where: cells of time, connection and bucket, each with its slowest one.

Grows with what is added and never counts again.  Where there are too many cells, the oldest
become four times as long, a page at a time; very long ones get coarser buckets too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from workbench.panels.growing import Column
from workbench.panels.latency_buckets import COUNT, bucket_of
from workbench.panels.source import Array

SHRINKS = 6  # pages made shorter after one addition
WIDTH = 100_000_000  # ns of a cell at first
PAGE = 4_096  # cells worked on in one go
LIMIT = 60_000  # cells kept
LANES = 40_000  # cells kept of single lanes
WIDEST = 16  # doublings
ROUGH = 12  # doublings after which buckets are joined, up to 16 of them; of lanes: 0
REPLAYED = COUNT  # the bit of ``code`` above the buckets

#: ``time``, ``value`` and ``row`` are those of the slowest sample in the cell.
CELL = np.dtype(
    [
        ("bin", "<i8"),
        ("time", "<i8"),
        ("value", "<i8"),
        ("row", "<i8"),
        ("count", "<u4"),
        ("lane", "<i4"),
        ("code", "<u4"),
        ("spare", "<u4"),
    ]
)


@dataclass(frozen=True, slots=True)
class Samples:
    """Measured values (ns), when, by which lane, in which record, of a replayed message or not."""

    time: Array
    value: Array
    lane: Array
    row: Array
    replayed: Array

    def __len__(self) -> int:
        return len(self.time)


@dataclass(slots=True)
class Page:
    """Cells of one width, in no order."""

    width: int = WIDTH
    doubled: int = 0
    cells: Column = field(default_factory=lambda: Column(CELL))
    low: int = 2**63 - 1  # moments of the first and the last cell
    high: int = -(2**63)


class Cells:
    """All cells of one metric: of all lanes together, or ``by_lane``.  ``count`` samples were
    added; ``dropped`` of them are no longer there (very many lanes)."""

    def __init__(self, limit: int = LIMIT, *, by_lane: bool = False) -> None:
        self.by_lane = by_lane
        self.dropped = 0
        self.pages: list[Page] = [Page()]
        self.count = 0
        self._limit = limit
        self._page = min(PAGE, limit // 8)

    def __len__(self) -> int:
        return sum(len(page.cells) for page in self.pages)

    def add(self, samples: Samples) -> None:
        """More samples, at most some ten thousand."""
        if not len(samples):
            return
        cells = np.zeros(len(samples), dtype=CELL)
        for name in ("time", "value", "row", "lane"):
            cells[name] = getattr(samples, name)
        cells["bin"] = samples.time // WIDTH
        cells["code"] = bucket_of(samples.value) + REPLAYED * samples.replayed
        cells["count"] = 1
        self.count += len(samples)
        self._put(merged(cells, self.by_lane))
        for _ in range(SHRINKS):
            if len(self) > self._limit:
                self._shrink()

    def _put(self, cells: Array) -> None:
        page = self.pages[-1]
        if len(page.cells) + len(cells) > self._page or page.width != WIDTH:
            self._tighten(page)
            if len(page.cells) + len(cells) > self._page // 2 or page.width != WIDTH:
                page = Page()
                self.pages.append(page)
        page.cells.extend(cells)
        page.low = min(page.low, int(cells["bin"].min()) * WIDTH)
        page.high = max(page.high, int(cells["bin"].max() + 1) * WIDTH)

    def _tighten(self, page: Page) -> None:
        if len(page.cells):
            cells = merged(page.cells.array, self.by_lane)
            page.cells = Column(CELL)
            page.cells.extend(cells)

    def _shrink(self) -> None:
        """Make one page's cells four times as long; join it to its neighbour if both fit in one."""
        closed = [page for page in self.pages[:-1] if page.doubled < WIDEST]
        if not closed:
            self._drop()
            return
        page = min(closed, key=lambda each: each.width)
        page.width, page.doubled = page.width * 4, page.doubled + 2
        cells = page.cells.array
        cells["bin"] >>= 2
        joined = min(max(page.doubled - (0 if self.by_lane else ROUGH), 0) // 2, 4)
        cells["code"] = (cells["code"] >> joined << joined) | (1 << joined >> 1)
        self._tighten(page)
        at = self.pages.index(page)
        before = self.pages[at - 1] if at else None
        if before is None or before.width != page.width:
            return
        if len(before.cells) + len(page.cells) <= self._page:
            before.cells.extend(page.cells.array)
            before.low, before.high = min(before.low, page.low), max(before.high, page.high)
            self._tighten(before)
            del self.pages[at]

    def _drop(self) -> None:
        """The last resort against lanes without number: the oldest page goes, and is counted."""
        if len(self) > 2 * self._limit and len(self.pages) > 1:
            self.dropped += int(self.pages.pop(0).cells.array["count"].sum())

    def between(
        self, start: int, end: int, lane: int | None = None, *, only_replayed: bool = False
    ) -> tuple[Array, int]:
        """The cells that touch a stretch of time (``bin`` is the moment of their middle), of one
        lane or of all; and the width of the longest."""
        found, width = [], WIDTH
        for page in self.pages:
            if page.low >= end or page.high <= start:
                continue
            cells = page.cells.array
            first, last = start // page.width, -(-end // page.width)
            inside = (cells["bin"] >= first) & (cells["bin"] < last)
            if lane is not None:
                inside &= cells["lane"] == lane
            if only_replayed:
                inside &= cells["code"] >= REPLAYED
            part = cells.copy() if inside.all() else cells[inside]
            if len(part):
                part["bin"] = part["bin"] * page.width + page.width // 2
                width = max(width, page.width)
                found.append(part)
        return (np.concatenate(found) if found else np.zeros(0, dtype=CELL)), width


def merged(cells: Array, by_lane: bool) -> Array:
    """The cells with every (bin, lane, code) once: counts added, the slowest sample kept.
    Unless ``by_lane`` all lanes are one; the cell then names that of the slowest."""
    low = cells["bin"].min()
    key = ((cells["bin"] - low) << 34) | cells["code"].astype(np.int64)
    if by_lane:
        key |= cells["lane"].astype(np.int64) << 13
    order = np.lexsort((cells["value"], key))
    key, ordered = key[order], cells[order]
    last = np.append(key[1:] != key[:-1], True)
    ends = np.flatnonzero(last)
    kept = ordered[ends]
    run = np.cumsum(ordered["count"], dtype=np.int64)[ends]
    kept["count"] = np.diff(run, prepend=0)
    return kept
