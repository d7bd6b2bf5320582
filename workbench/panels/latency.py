"""Latencies of a recording, counted on the window's beat: each record is looked at once."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlsplit

import numpy as np

from workbench.panels.latency_cells import LANES, Cells, Samples
from workbench.panels.latency_samples import Pings, Replies, Spacing, lags, reconnects
from workbench.panels.source import Array
from workbench.panels.workspace import Workspace

BUDGET = 0.004  # seconds of work in one beat
HEADERS = 20_000  # records looked at in one go
READ = 6_000  # records whose readings are looked at in one go
BACK = 5_000  # records whose readings are looked at again: some come late
SLACK = 500_000  # ns that a delivery may be quicker than the quickest before all is read again


@dataclass(frozen=True, slots=True)
class Metric:
    """A kind of latency: its name, what is measured, what a single one is, what it needs."""

    key: str
    title: str
    about: str
    one: str
    needs: str


METRICS = {
    m.key: m
    for m in (
        Metric("lag", "Delivery lag", "server timestamp to receipt", "after it was published",
               "Lag needs a server timestamp."),
        Metric("reply", "Request → reply", "by the id that both carry", "after its request",
               "Request to reply needs messages that carry the id of what they answer."),
        Metric("ping", "Ping to pong", "round trip per heartbeat", "after its ping",
               "Ping to pong needs WebSocket pings."),
        Metric("spacing", "Time between messages", "since the message before, per link",
               "after the message before", "Nothing has been received twice on a link yet."),
        Metric("reconnect", "Reconnect time", "from the end of a link to the next one open",
               "without a connection", "No client has come back yet."),
    )
}  # fmt: skip
#: What is shown instead of a metric without samples.
INSTEAD = ("ping", "spacing")


class Latency:
    """Follows a workspace; ``step()`` once a beat, after the workspace's own.

    ``base`` is taken off every delivery lag: 0 where the service's clock is this computer's,
    else the quickest delivery (None: not known yet).  ``version`` grows with what is new.
    ``cells`` hold all connections together, ``lanes`` each by itself.
    """

    def __init__(self, space: Workspace) -> None:
        self.space = space
        self.version = 0
        self._generation = -1
        self._begin()

    def _begin(self) -> None:
        self._generation = self.space.generation
        self.cells = {key: Cells() for key in METRICS}
        self.lanes = {key: Cells(LANES, by_lane=True) for key in METRICS}
        self._pings, self._spacing, self._replies = Pings(), Spacing(), Replies()
        self._at = self.space.source.first
        self._links = -1
        self.ours = False
        self._reread(None)
        self._restarts = 0
        self.version += 1

    def _reread(self, base: int | None) -> None:
        """Lags and replies from the start."""
        self.base = base
        for key in ("lag", "reply"):
            self.cells[key], self.lanes[key] = Cells(), Cells(LANES, by_lane=True)
        self._replies = Replies()
        self._read = self.space.source.first
        self._known, self._probe = (-1, -1), READ  # what there was when nothing more was found
        self._seen = np.zeros(0, dtype=np.int64)  # records below _read with readings taken

    # --- the beat -------------------------------------------------------------------------

    def step(self, budget: float = BUDGET) -> bool:
        """Take in what is new for at most ``budget`` seconds; True while there is more."""
        half, end = perf_counter() + budget / 2, perf_counter() + budget
        if self.space.generation != self._generation:
            self._begin()
        self._whose_clock()
        before = self._state()
        while self._at < self.space.walked and perf_counter() < half:
            self._take_headers()
        more = self._take_readings() if budget else True  # a long walk must not starve these
        while more and perf_counter() < end:
            more = self._take_readings()
        if before != self._state():
            self.version += 1
        return more or self._at < self.space.walked

    def _state(self) -> tuple[object, ...]:
        return (self.base, *(cells.count for cells in self.cells.values()))

    @property
    def share(self) -> float:
        """How much of the recording has been looked at, 0 to 1."""
        return self._at / self.space.walked if self.space.walked else 1.0

    def _whose_clock(self) -> None:
        links = self.space.story.links
        if len(links) == self._links:
            return
        self._links = len(links)
        told = [str(v.facts.get("url") or v.facts.get("address") or "") for v in links.values()]
        known = [text for text in told if text]
        own = bool(self.space.mirror["service"])
        self.ours = all(on_this_computer(text) for text in known) if known else own
        if self.ours != (self.base == 0):
            self._reread(0 if self.ours else None)

    def _take_headers(self) -> None:
        space, start = self.space, self._at
        headers = space.source.reader.headers(start, min(start + HEADERS, space.walked))
        if not len(headers):
            self._at = space.walked
            return
        payload, lanes = space.source.reader.payload, space.lanes
        self._add("ping", self._pings.take(start, headers, payload, lanes))
        self._add("spacing", self._spacing.take(start, headers, lanes))
        self._add("reconnect", reconnects(start, headers, space.story, lanes))
        self._at = start + len(headers)

    def _take_readings(self) -> bool:
        """Readings of the next records, and those that came late; True while there is more.

        It never goes past what the dialect has read: that is always in order, but for a link's
        first messages, which may come late."""
        readings, walked = self.space.source.readings, self.space.walked
        if readings is None:
            return False
        known = (len(readings), walked)
        if known == self._known and self._probe == READ:
            return False
        stop = min(self._read + READ, walked)
        rows = readings.between(max(self.space.source.first, self._read - BACK), stop)
        number = rows["row"].astype(np.int64)
        fresh = ~np.isin(number, self._seen)
        if fresh.any():
            self._seen = np.append(self._seen, number[fresh])
            if not self._take(rows[fresh]):
                return True
        if len(number) and number[-1] >= self._read:
            self._read, self._probe = int(number[-1]) + 1, READ
        elif len(later := readings.between(stop, min(stop + self._probe, walked))):
            self._read, self._probe = int(later["row"][0]), READ
            self._known = (-1, -1)
        else:
            self._probe = READ if stop + self._probe >= walked else 2 * self._probe
            self._known = known
            return False
        self._seen = self._seen[self._seen >= self._read - BACK]
        return True

    def _take(self, rows: Array) -> bool:
        """False: everything has to be read again."""
        headers = self._headers_of(rows["row"].astype(np.int64))
        lanes = self.space.lanes
        made, quickest = lags(rows, headers, lanes, self.base or 0)
        if not self.ours and quickest is not None:
            room = SLACK << self._restarts  # a clock that drifts must not start it for ever
            if self.base is None or quickest < self.base - room:
                self._restarts += self.base is not None
                self._reread(quickest)
                return False
        self._add("lag", made)
        self._add("reply", self._replies.take(rows, headers, lanes))
        return True

    def _add(self, key: str, samples: Samples) -> None:
        self.cells[key].add(samples)
        self.lanes[key].add(samples)

    def _headers_of(self, numbers: Array) -> Array:
        low, high = int(numbers.min()), int(numbers.max()) + 1
        found: Array = self.space.source.reader.headers(low, high)[numbers - low]
        return found

    # --- what views ask -------------------------------------------------------------------

    def shown(self, key: str) -> str:
        """The metric to show: the one asked for, or, without samples of it, one that has some."""
        if self.cells[key].count:
            return key
        return next((other for other in INSTEAD if self.cells[other].count), key)

    def about(self, key: str) -> str:
        """What a metric measures, in words."""
        if key == "lag" and not self.ours:
            return "relative to the fastest delivery: the clocks are not the same"
        return METRICS[key].about

    def lane(self, client: str) -> int | None:
        """The lane of a connection; None for all of them."""
        return self.space.lanes.lane(client) if client else None


def on_this_computer(address: str) -> bool:
    """True for an address on the loopback interface."""
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
