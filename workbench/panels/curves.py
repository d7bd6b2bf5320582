"""Published and received updates over the time of an outage, as steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.model.words import Direction, Means
from workbench.panels.source import Array
from workbench.panels.workspace import Workspace

BEFORE = 1_900_000_000
AFTER = 3_400_000_000
LIMIT = 200_000  # readings looked at
STEPS = 4_000  # steps drawn of each curve


@dataclass(frozen=True, slots=True)
class Curves:
    """Moments at which each curve rises by one (``published``, ``received``), sorted.

    ``base`` is the id before the first published one (0 where ids do not count on).
    ``away`` is the stretch in which the client was not there, ``owed`` what it still lacks.
    """

    start: int
    end: int
    base: int
    published: Array
    received: Array
    away: tuple[int, int]
    owed: int
    ids: bool

    @property
    def top(self) -> int:
        """The highest value of either curve."""
        return self.base + max(len(self.published), len(self.received), 1)


def curves(space: Workspace, outage: Mapping[str, Any], client: Mapping[str, Any]) -> Curves | None:
    """The curves of one client in one outage; None where nothing is known of its updates."""
    away_from = int(client.get("away_from_ns") or outage.get("started_ns") or 0)
    length = client.get("away_ms")
    away_to = away_from + int(length * 1e6) if length is not None else space.last
    recovered = client.get("time_to_recovered_ms")
    until = max(away_to, away_from + int((recovered or 0) * 1e6))
    start, end = away_from - BEFORE, min(until + AFTER, max(space.last, until + 1))
    published, base, ids = _published(space, start, end)
    above = base if ids else -2
    got, first_seen = _received(space, str(client.get("name")), start, end, above)
    if not len(published):  # no ledger: the first sight of each update by any client
        published = first_seen
    if not len(published) and not len(got):
        return None
    owed = max(0, len(published) - len(got))
    return Curves(start, end, base, published, got, (away_from, away_to), owed, ids)


def _received(space: Workspace, name: str, start: int, end: int, above: int) -> tuple[Array, Array]:
    """Moments of a client's distinct updates, and of the first sight of each by anybody;
    ids up to ``above`` were published before the curves begin."""
    none = np.zeros(0, dtype=np.int64)
    readings = space.source.readings
    if readings is None:
        return none, none
    low, high = space.index.rows(start, end)
    part = readings.between(low, high)[:LIMIT]
    part = part[(part["means"] == Means.UPDATE) & (part["offset"] > above)]
    if not len(part):
        return none, none
    headers = space.source.reader.headers(low, high)[part["row"].astype(np.int64) - low]
    inward = (headers["direction"] == Direction.IN) & (headers["time"] >= start)
    inward &= headers["time"] <= end
    part, headers = part[inward], headers[inward]
    links = np.array(space.story.clients.get(name, ()), dtype=np.int64)
    mine = np.isin(headers["link"], links)
    return _firsts(part[mine], headers["time"][mine]), _firsts(part, headers["time"])


def _firsts(rows: Array, times: Array) -> Array:
    """The moments at which each distinct update came first, sorted."""
    if not len(rows):
        return times.astype(np.int64)
    parts = (rows[name].astype(np.uint64) for name in ("stream", "epoch", "offset", "id"))
    _, first = np.unique(np.stack(list(parts), axis=1), axis=0, return_index=True)
    return np.sort(times[first]).astype(np.int64)


def _published(space: Workspace, start: int, end: int) -> tuple[Array, int, bool]:
    """Moments of publishing, the id before the first one, and whether ids count on."""
    times, offsets = space.story.published_time.array, space.story.published_offset.array
    inside = (times >= start) & (times <= end)
    mine = offsets[inside]
    counts_on = len(mine) > 0 and bool((mine >= 0).all() and (np.diff(mine) == 1).all())
    return np.sort(times[inside]), int(mine[0]) - 1 if counts_on else 0, counts_on
