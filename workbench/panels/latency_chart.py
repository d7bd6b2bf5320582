"""What the latency charts show of a stretch of time: bands, distribution, dots, marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.panels.latency import Latency
from workbench.panels.latency_buckets import COUNT, edge_of, percentiles
from workbench.panels.latency_cells import REPLAYED
from workbench.panels.source import Array
from workbench.panels.story import Story

COLUMNS = 160  # points of the bands at most
FEWEST = 24  # samples that a column should have
DOTS = 1_200  # what is made and drawn within a frame; 5,000 take two of them
BARS = 4  # bars of the distribution to the octave
NAMED = 6  # connections with a marker of their own


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for.  ``client`` "": all; ``replayed``: among the percentiles too."""

    metric: str
    client: str
    start: int
    end: int
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Bands:
    """Percentiles by column: moment of its middle, p50, p95, p99 (ns; NaN: nothing there), the
    slowest sample's value, record, moment and lane, and the column's width."""

    width: int
    time: Array
    p50: Array
    p95: Array
    p99: Array
    count: Array
    slowest: Array
    row: Array
    moment: Array
    lane: Array


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts between edges (ns), of live and of replayed messages, and each bar's slowest
    sample: its record, moment and lane."""

    edges: Array
    live: Array
    replayed: Array
    row: Array
    moment: Array
    lane: Array


@dataclass(frozen=True, slots=True)
class Dots:
    """Samples that stand for all: the slowest of each spot.  ``lane`` names the connection;
    ``total`` samples are behind them."""

    time: Array
    value: Array
    lane: Array
    row: Array
    replayed: Array
    total: int

    def __len__(self) -> int:
        return len(self.time)

    def picked(self, which: Array) -> Dots:
        """Some of them, in this order."""
        parts = (self.time, self.value, self.lane, self.row, self.replayed)
        time, value, lane, row, replayed = (part[which] for part in parts)
        return Dots(time, value, lane, row, replayed, self.total)


def cells_of(latency: Latency, query: Query) -> tuple[Array, int]:
    """The cells of a query, replayed ones too, and the longest one's width."""
    lane = latency.lane(query.client)
    held = latency.cells if lane is None else latency.lanes
    return held[query.metric].between(query.start, query.end, lane)


def counted(cells: Array, replayed: bool) -> Array:
    """Those that count among the percentiles."""
    return cells if replayed else cells[cells["code"] < REPLAYED]


def bands(latency: Latency, query: Query) -> Bands:
    """Percentiles over time.  Columns begin at multiples of their width, so that they stand
    still while the window moves."""
    cells, width = cells_of(latency, query)
    cells = counted(cells, query.replayed)
    wide = _column(query, int(cells["count"].sum()), width)
    first = query.start // wide
    columns = int(-(-query.end // wide) - first)
    place = cells["bin"] // wide - first
    bucket = (cells["code"] % COUNT).astype(np.int64)
    low = int(bucket.min()) if len(cells) else 0
    span = int(bucket.max()) - low + 1 if len(cells) else 1
    flat = np.bincount(place * span + bucket - low, cells["count"], columns * span)
    grid = np.zeros((columns, low + span), dtype=np.int64)
    grid[:, low:] = flat.reshape(columns, span)
    p50, p95, p99 = percentiles(grid, (50, 95, 99))
    time = (first + np.arange(columns)) * wide + wide // 2
    worst = _slowest(cells, place, columns)
    most = np.where(worst[0] >= 0, worst[0], np.nan)  # no bucket's middle lies above the slowest
    p50, p95, p99 = (np.minimum(part, most) for part in (p50, p95, p99))
    return Bands(wide, time, p50, p95, p99, grid.sum(axis=1), *worst)


def _column(query: Query, count: int, width: int) -> int:
    """The width of a column: few samples make wide ones."""
    columns = min(max(count // FEWEST, 8), COLUMNS)
    wanted = (query.end - query.start) / columns
    return width * max(1, int(np.ceil(wanted / width)))


def _slowest(cells: Array, place: Array, columns: int) -> tuple[Array, Array, Array, Array]:
    """Value, record, moment and lane of each column's slowest sample; -1 where it is empty."""
    found = [np.full(columns, -1, dtype=np.int64) for _ in range(4)]
    np.maximum.at(found[0], place, cells["value"])
    worst = np.flatnonzero(cells["value"] == found[0][place])
    for column, name in zip(found[1:], ("row", "time", "lane"), strict=True):
        column[place[worst]] = cells[name][worst]
    return found[0], found[1], found[2], found[3]


def distribution(latency: Latency, query: Query) -> Bars:
    """How many samples took how long, in bars of equal width on a logarithmic scale."""
    cells, _ = cells_of(latency, query)
    bar = ((cells["code"] % COUNT) // (128 // BARS)).astype(np.int64)
    low, high = (int(bar.min()), int(bar.max()) + 1) if len(cells) else (0, 1)
    again = cells["code"] >= REPLAYED
    made = [
        np.bincount(bar[part] - low, cells["count"][part], high - low).astype(np.int64)
        for part in (~again, again)
    ]
    edges = edge_of(np.arange(low, high + 1) * (128 // BARS))
    _, row, moment, lane = _slowest(cells, bar - low, high - low)
    return Bars(edges, made[0], made[1], row, moment, lane)


def dots(latency: Latency, query: Query, only_replayed: bool = False) -> Dots:
    """Single samples, at most DOTS: where there are more, the slowest of each spot."""
    lane, held = latency.lane(query.client), latency.lanes[query.metric]
    cells, _ = held.between(query.start, query.end, lane, only_replayed=only_replayed)
    total = int(cells["count"].sum())
    cells = cells[(cells["time"] >= query.start) & (cells["time"] < query.end)]
    across = DOTS // 8
    while len(cells) > DOTS and across > 1:
        cells = _thinned(cells, query, across)
        across = min(across // 2, across * DOTS // len(cells))
    cells = cells[:: -(-len(cells) // DOTS) or 1]
    again = cells["code"] >= REPLAYED
    return Dots(cells["time"], cells["value"], cells["lane"], cells["row"], again, total)


def _thinned(cells: Array, query: Query, across: int) -> Array:
    """The slowest cell of each spot: of ``across`` stretches, 8 steps to the octave, each of
    the lanes with a shape of their own, live or replayed."""
    x = (cells["time"] - query.start) * across // max(1, query.end - query.start)
    y = (cells["code"] % COUNT).astype(np.int64) // (128 // 8)
    kind = np.minimum(cells["lane"], NAMED).astype(np.int64) * 2 + (cells["code"] >= REPLAYED)
    spot = (x * (COUNT // 16) + y) * (2 * NAMED + 2) + kind
    best = np.full(across * (COUNT // 16) * (2 * NAMED + 2), -1, dtype=np.int64)
    np.maximum.at(best, spot, cells["value"])
    kept: Array = cells[cells["value"] == best[spot]]
    return kept


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch to shade: ``gap`` or ``fault``, in words."""

    kind: str
    start: int
    end: int
    text: str


def windows(story: Story, query: Query, now: int) -> list[Window]:
    """Gaps and faults of the connections asked for, as far as they touch the stretch."""
    names = [query.client] if query.client else list(story.clients)
    found = [
        Window("gap", gap.start, gap.end or now, name)
        for name in names
        for gap in story.gaps.get(name, ())[-500:]
    ]
    for mark in story.faults[-500:]:
        if mark.end == mark.start or (query.client and mark.clients and query.client
                                      not in mark.clients):  # fmt: skip
            continue
        who = " ".join(mark.clients[:2]) + (" …" if len(mark.clients) > 2 else "")
        found.append(Window("fault", mark.start, mark.end or now, f"{who} {mark.chip}".strip()))
    return [w for w in found if w.end >= query.start and w.start <= query.end]


def joined(stretches: list[Window]) -> list[tuple[int, int]]:
    """Their stretches of time, overlapping ones as one."""
    made: list[tuple[int, int]] = []
    for each in sorted(stretches, key=lambda w: w.start):
        if made and each.start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], each.end))
        else:
            made.append((each.start, each.end))
    return made
