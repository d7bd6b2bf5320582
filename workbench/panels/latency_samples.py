"""Where latencies come from: records and readings in, samples out, each record looked at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbench.model.words import Direction, Kind, LinkEvent, Means, Opcode, ReadFlag
from workbench.panels.bins import LaneMap
from workbench.panels.latency_cells import Samples
from workbench.panels.source import Array
from workbench.panels.story import Story

PENDING = 10_000  # questions without an answer that are remembered
Payload = Callable[[int], bytes]


def samples(
    time: Array, value: Array, lane: Array, row: Array, replayed: Array | None = None
) -> Samples:
    """Samples of known lanes; a value below zero (clocks differ) counts as zero."""
    good = lane >= 0
    again = np.zeros(len(time), dtype=np.int64) if replayed is None else replayed.astype(np.int64)
    value = np.maximum(value.astype(np.int64), 0)
    return Samples(time[good], value[good], lane[good], row[good], again[good])


def _listed(rows: list[tuple[int, int, int, int]], lanes: LaneMap) -> Samples:
    """Samples of (time, value, link, row)."""
    made = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return samples(made[:, 0], made[:, 1], lanes.of(made[:, 2]), made[:, 3])


class Pings:
    """Ping to pong of each link, by the payload that a pong repeats (RFC 6455 section 5.5.3)."""

    def __init__(self) -> None:
        self._asked: dict[tuple[int, int], dict[bytes, int]] = {}
        self._open = 0

    def take(self, start: int, headers: Array, payload: Payload, lanes: LaneMap) -> Samples:
        """The round trips that end in these records."""
        picked = headers["kind"] == Kind.CONTROL
        picked &= (headers["opcode"] == Opcode.PING) | (headers["opcode"] == Opcode.PONG)
        found = []
        for at in np.flatnonzero(picked).tolist():
            head = headers[at]
            value = self._one(head, payload(start + at))
            if value is not None:
                found.append((int(head["time"]), value, int(head["link"]), start + at))
        return _listed(found, lanes)

    def _one(self, head: Array, payload: bytes) -> int | None:
        link, way, time = int(head["link"]), int(head["direction"]), int(head["time"])
        if head["opcode"] == Opcode.PING:
            self._ask(link, way, payload, time)
            return None
        asked = self._asked.get((link, Direction.IN + Direction.OUT - way), {})
        began = asked.get(payload)
        if began is None:
            return None
        while asked:  # a pong answers the pings before it too
            first = next(iter(asked))
            del asked[first]
            self._open -= 1
            if first == payload:
                break
        return time - began

    def _ask(self, link: int, way: int, payload: bytes, time: int) -> None:
        asked = self._asked.setdefault((link, way), {})
        if payload not in asked:
            self._open += 1
        asked.pop(payload, None)
        asked[payload] = time
        if self._open > PENDING:  # peers that never answer
            self._asked.clear()
            self._open = 0


class Spacing:
    """Time between the messages that a link receives."""

    def __init__(self) -> None:
        self._last = np.zeros(64, dtype=np.int64)  # by link

    def take(self, start: int, headers: Array, lanes: LaneMap) -> Samples:
        """The time since the message before, for each of these that is not its link's first."""
        picked = (headers["kind"] == Kind.MESSAGE) & (headers["direction"] == Direction.IN)
        picked &= (headers["link"] < 1 << 20) & (headers["link"] > 0)
        rows = np.flatnonzero(picked)
        link, time = headers["link"][rows].astype(np.int64), headers["time"][rows]
        order = np.argsort(link, kind="stable")
        rows, link, time = rows[order], link[order], time[order]
        if not len(rows):
            return samples(time, time, link, rows)
        self._reach(int(link[-1]))
        first = np.append(True, link[1:] != link[:-1])
        before = np.where(first, self._last[link], np.roll(time, 1))
        ends = np.append(first[1:], True)
        self._last[link[ends]] = time[ends]
        known = before > 0
        value = (time - before)[known]
        return samples(time[known], value, lanes.of(link[known]), rows[known] + start)

    def _reach(self, link: int) -> None:
        if link >= len(self._last):
            grown = np.zeros(max(2 * len(self._last), link + 1), dtype=np.int64)
            grown[: len(self._last)] = self._last
            self._last = grown


def reconnects(start: int, headers: Array, story: Story, lanes: LaneMap) -> Samples:
    """How long each client that comes back in these records had been without a link."""
    opened = (headers["kind"] == Kind.LINK) & (headers["opcode"] == LinkEvent.OPEN)
    found = []
    for at in np.flatnonzero(opened).tolist():
        gap, head = story.gap_at.get(start + at), headers[at]
        if gap is not None:
            time = int(head["time"])
            found.append((time, time - gap.start, int(head["link"]), start + at))
    return _listed(found, lanes)


def lags(rows: Array, headers: Array, lanes: LaneMap, base: int) -> tuple[Samples, int | None]:
    """From publishing to the record, less ``base`` ns; and the quickest of them all, not
    reduced.  ``headers`` are those of the readings' records."""
    picked = (rows["means"] == Means.UPDATE) & (rows["time"] > 0)
    picked &= headers["direction"] == Direction.IN
    rows, headers = rows[picked], headers[picked]
    raw = headers["time"] - rows["time"]
    again = (rows["flags"] & ReadFlag.REPLAYED) != 0
    live = raw[~again]
    number = rows["row"].astype(np.int64)
    made = samples(headers["time"], raw - base, lanes.of(headers["link"]), number, again)
    return made, int(live.min()) if len(live) else None


class Replies:
    """Request to reply of each link, by the id that a dialect reads in both."""

    def __init__(self) -> None:
        self._asked: dict[tuple[int, int], int] = {}

    def take(self, rows: Array, headers: Array, lanes: LaneMap) -> Samples:
        """The answers among these readings."""
        picked = (rows["means"] == Means.SEND) | (rows["means"] == Means.REPLY)
        found = []
        for at in np.flatnonzero(picked & (rows["id"] != 0)).tolist():
            time, link = int(headers["time"][at]), int(headers["link"][at])
            key = (link, int(rows["id"][at]))
            if rows["means"][at] == Means.SEND:
                self._asked[key] = time
                if len(self._asked) > PENDING:
                    del self._asked[next(iter(self._asked))]
            elif key in self._asked:
                began = self._asked.pop(key)
                found.append((time, time - began, link, int(rows["row"][at])))
        return _listed(found, lanes)
