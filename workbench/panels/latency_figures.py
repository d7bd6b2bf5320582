"""The six figures above the charts, in numbers and words (UX section 10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

import numpy as np

from workbench.panels import wording
from workbench.panels.latency import Latency
from workbench.panels.latency_buckets import COUNT, percentiles
from workbench.panels.latency_cells import REPLAYED
from workbench.panels.latency_chart import Query, cells_of, counted
from workbench.panels.source import Array

ENOUGH = 100  # samples below which p99 says little
SHARES = (50.0, 95.0, 99.0)
NS = 1_000_000_000
NONE = "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """One card: name, number, unit, what stands below, tone ("" or grey, replay), and the
    record and moment it comes from (-1: none)."""

    name: str
    number: str
    unit: str
    below: str
    tone: str = ""
    row: int = -1
    moment: int = 0
    client: str = ""
    brief: str = ""  # what stands below where there is little room

    @property
    def spoken(self) -> str:
        """The card as one sentence."""
        return ", ".join(
            p for p in (self.name, f"{self.number} {self.unit}".strip(), self.below) if p
        )


def split(ns: float) -> tuple[str, str]:
    """``("18", "ms")``; thousandths below a millisecond, seconds from ten up."""
    if not np.isfinite(ns):
        return NONE, ""
    if ns < 999_500:
        return f"{ns / 1e3:.0f}", "µs"
    if ns < 9_950_000:
        return f"{ns / 1e6:.1f}", "ms"
    if ns < 9_999_500_000:
        return wording.count(round(ns / 1e6)), "ms"
    number, unit = wording.duration(ns, 1).rsplit(" ", 1)
    return number, unit


def axis_words(ns: float) -> str:
    """``300 ms``, ``3 s``: a round value beside a line."""
    if ns >= NS:
        return f"{ns / NS:g} s" if ns < 600 * NS else f"{ns / 60 / NS:g} min"
    return f"{ns / 1e6:g} ms" if ns >= 1e6 else f"{ns / 1e3:g} µs" if ns else "0"


def value_words(ns: float) -> str:
    """``3 041 ms``."""
    return " ".join(split(ns)).strip()


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of one stretch (ns; NaN without samples), and how many samples there are."""

    p50: float
    p95: float
    p99: float
    count: int


def summary(cells: Array) -> Summary:
    """The percentiles of some cells."""
    bucket = (cells["code"] % COUNT).astype(np.int64)
    counts = np.bincount(bucket, cells["count"], 1).astype(np.int64)
    most = float(cells["value"].max()) if len(cells) else float("nan")
    p50, p95, p99 = np.minimum(percentiles(counts[None, :], SHARES)[:, 0], most).tolist()
    return Summary(p50, p95, p99, int(counts.sum()))


def figures(latency: Latency, query: Query, zone: tzinfo | None = None) -> list[Figure]:
    """p50, p95, p99, slowest live, slowest replayed, samples."""
    cells, _ = cells_of(latency, query)
    now = summary(counted(cells, query.replayed))
    before = _before(latency, query, cells)
    found = [
        _compared("Median (p50)", now.p50, before.p50 if before else None),
        _compared("p95", now.p95, before.p95 if before else None),
        _p99(now, before),
    ]
    again = cells["code"] >= REPLAYED
    found.append(_slowest(latency, "Slowest live", cells[~again], "", zone))
    found.append(_slowest(latency, "Slowest replayed", cells[again], "replay", zone))
    replayed = int(cells["count"][again].sum())
    words = f"with {wording.count(replayed)} replayed" if query.replayed else (
        f"and {wording.count(replayed)} replayed")  # fmt: skip
    found.append(Figure("Samples", wording.count(now.count), "", words if replayed else ""))
    return found


def _before(latency: Latency, query: Query, cells: Array) -> Summary | None:
    """The same before the (last) deploy that begins in the window."""
    starts = [d.start for d in latency.space.story.deploys if query.start < d.start < query.end]
    if not starts:
        return None
    found = summary(counted(cells[cells["bin"] <= starts[-1]], query.replayed))
    return found if found.count else None


def _compared(name: str, now: float, before: float | None) -> Figure:
    if before is None:
        return Figure(name, *split(now), "")
    was = value_words(before)
    return Figure(name, *split(now), f"before deploy {was}", brief=f"before: {was}")


def _p99(now: Summary, before: Summary | None) -> Figure:
    few = 0 < now.count < ENOUGH
    if few:
        few_words = f"too few samples ({now.count})"
        return Figure("p99", *split(now.p99), few_words, "grey", brief=f"too few: {now.count}")
    shown = before.p99 if before is not None and before.count >= ENOUGH else None
    return _compared("p99", now.p99, shown)


def _slowest(latency: Latency, name: str, cells: Array, tone: str, zone: tzinfo | None) -> Figure:
    if not len(cells):
        return Figure(name, NONE, "", "", "grey")
    one = cells[int(cells["value"].argmax())]
    client = latency.space.lanes.names[int(one["lane"])]
    name_of = wording.plain(client, 24)
    below = f"{name_of} {wording.at(int(one['time']), zone, 0)}"
    moment, row = int(one["time"]), int(one["row"])
    return Figure(name, *split(float(one["value"])), below, tone, row, moment, client, name_of)
