"""One recording behind every view: followed in small steps on the window's beat.

The views share it, and with it one clock, one story, one set of rows (rule 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from time import perf_counter
from typing import Any

import numpy as np

from workbench.door.state import Mirror
from workbench.model.errors import WorkbenchError
from workbench.model.words import Means, ReadFlag
from workbench.panels.bins import LaneMap, WholeBins, WindowBins
from workbench.panels.clock import Clock
from workbench.panels.growing import Column
from workbench.panels.messages import MessageIndex
from workbench.panels.rows import Rows
from workbench.panels.source import Array, Opener, Source, TimeIndex
from workbench.panels.story import Story, told_rows

#: Seconds of work in one beat; the window's thread is never held longer than a frame.
BUDGET = 0.006
STEP = 30_000  # records looked at in one go
TOLD = 200  # records read one by one in one go
READ = 50_000  # records whose readings are looked at in one go
BACK = 5_000  # records whose readings are looked at again
LATE_LINKS = 50  # links whose first readings are looked for once more at a verdict
TRY_READINGS = 10  # beats between looks for readings that are not there yet


class Empty:
    """The reader of no recording."""

    def refresh(self) -> int:
        """Nothing is there."""
        return 0

    def headers(self, start: int, stop: int) -> Array:
        """No headers."""
        from workbench.model.record import RECORD

        return np.zeros(0, dtype=RECORD)

    def payload(self, number: int) -> bytes:
        """No payload."""
        return b""


class Workspace:
    """Follows the recording of ``mirror["session"]["current"]``; ``step()`` once a beat.

    ``error`` tells why the recording could not be opened.  ``generation`` grows when another
    recording is shown, ``version`` with everything new.
    """

    def __init__(self, mirror: Mirror, opener: Opener, zone: tzinfo | None = None) -> None:
        self.mirror = mirror
        self.zone = zone
        self.clock = Clock()
        self.error: WorkbenchError | None = None
        self.selected = ""  # the connection chosen in the window
        self.generation = 0
        self.version = 0
        self._opener = opener
        self._folder = ""
        self._outages: Mapping[str, Any] = {}
        self._links_stale = self._outages_stale = True
        self._begin(Source(Empty()))
        mirror.listen(self._told)

    def _begin(self, source: Source) -> None:
        self.source = source
        self.story = Story()
        self.lanes = LaneMap()
        self.index = TimeIndex()
        self.whole = WholeBins()
        self.window = WindowBins(lambda: self.source.reader, self.index, self.lanes)
        self.messages = MessageIndex(source, self.story)
        self.rows = Rows(source, self.story, self.zone)
        self.replay_row = Column("<i8")
        self.replay_time = Column("<i8")
        self.replay_lane = Column("<i4")
        self.count = 0
        self.walked = source.first
        self.first = self.last = 0
        self._read = source.first  # records whose readings were looked at
        self._readings = 0  # how many readings there were then
        self._beats = 0
        self._links_stale = self._outages_stale = True
        self.generation += 1
        self.version += 1
        self.clock.reset()

    # --- what the engine tells ------------------------------------------------------------

    def _told(self, topic: str, key: str, value: Any) -> None:
        self._links_stale |= topic == "connection"
        self._outages_stale |= topic == "outage"
        self.version += 1

    def _take_links(self) -> None:
        self._links_stale = False
        changed = False
        for name, value in self.mirror["connection"].items():
            changed |= self.story.name_links(name, list(value.get("links") or ()))
        if changed:  # a link seen before belongs to another client: read the recording again
            names = dict(self.story.names)
            self._begin(self.source)
            self.story.names = names
            self._links_stale = False

    def _take_outages(self) -> None:
        self._outages_stale = False
        outages = dict(self.mirror["outage"])
        self.story.judged(outages)
        self.rows.mark(outages.values())
        self._ask_again()

    # --- the beat -------------------------------------------------------------------------

    def step(self) -> None:
        """Take in what is new, for at most BUDGET seconds."""
        end = perf_counter() + BUDGET
        self._open()
        if self._links_stale:
            self._take_links()
        self.count = self.source.reader.refresh()
        self._find_readings()
        before = self._state()
        while self.walked < self.count and perf_counter() < end:
            self._walk()
        if self._outages_stale and self.walked >= self.count:
            self._take_outages()
        while self._read_some() and perf_counter() < end:
            pass
        self._fill(end)
        if before != self._state():
            self.version += 1
        if self.last:
            self.clock.advance(self.first, self.last)

    def _state(self) -> tuple[int, ...]:
        return (self.walked, self._read, self._readings, len(self.messages))

    def _fill(self, end: float) -> None:
        """More rows for the table, until they are up to date or wait for the dialect."""
        stood = -1
        while self.messages.next != stood and perf_counter() < end:
            stood = self.messages.next
            if self.messages.step(self.walked):
                return

    def _open(self) -> None:
        folder = str(self.mirror["session"].get("current", {}).get("folder") or "")
        if folder == self._folder:
            return
        self._folder, self.error = folder, None
        try:
            self._begin(self._opener(folder) if folder else Source(Empty()))
        except WorkbenchError as bad:
            self.error = bad
            self._begin(Source(Empty()))

    def _find_readings(self) -> None:
        source = self.source
        if source.readings is None:
            if self._beats % TRY_READINGS == 0:
                source.readings = source.find_readings()
            self._beats += 1
        if source.readings is not None:
            source.readings.refresh()

    def _walk(self) -> None:
        headers = self.source.reader.headers(self.walked, min(self.count, self.walked + STEP))
        told = told_rows(headers)
        if len(told) > TOLD:
            headers, told = headers[: told[TOLD]], told[:TOLD]
        if not len(headers):
            self.walked = self.count
            return
        for at in told:
            row = self.walked + at
            self.story.take(row, headers[at], self.source.reader.payload(row))
            link = int(headers[at]["link"])
            if link:
                self.lanes.put(link, self.story.client_of(link))
        self.index.take(self.walked, headers)
        self.whole.take(headers, self.lanes)
        times = headers["time"]
        self.first = self.first or int(times[0])
        self.last = max(self.last, int(times.max()))
        self.walked += len(headers)

    def _read_some(self) -> bool:
        """Take in what a dialect has read; True while there is more.

        The last BACK records are looked at again: some readings come late."""
        readings = self.source.readings
        if readings is None or (self._read >= self.walked and self._readings == len(readings)):
            return False
        start, stop = max(0, self._read - BACK), min(self._read + READ, self.walked)
        rows = readings.between(start, stop)
        self._forget_replays(start)
        if len(rows):
            self._asked(rows)
            self._replayed(rows[(rows["flags"] & ReadFlag.REPLAYED) != 0])
        self._read = stop
        if stop < self.walked:
            return True
        self._readings = len(readings)
        return False

    def _forget_replays(self, start: int) -> None:
        kept = int(np.searchsorted(self.replay_row.array, start))
        for column in (self.replay_row, self.replay_time, self.replay_lane):
            column.cut(kept)

    def _ask_again(self) -> None:
        """What the newest links asked for, where it was read late (the head of a request)."""
        readings = self.source.readings
        if readings is not None:
            for link in list(self.story.links.values())[-LATE_LINKS:]:
                if link.asked is None and link.open_row >= 0:
                    start = max(0, link.open_row - 20)
                    self._asked(readings.between(start, link.open_row + 50))

    def _replayed(self, rows: Array) -> None:
        updates = rows[rows["means"] == Means.UPDATE]
        if not len(updates):
            return
        numbers = updates["row"].astype(np.int64)
        times, links = self._of_records(numbers)
        self.replay_row.extend(numbers)
        self.replay_time.extend(times)
        self.replay_lane.extend(self.lanes.of(links))

    def _of_records(self, numbers: Array) -> tuple[Array, Array]:
        low, high = int(numbers[0]), int(numbers[-1]) + 1
        if high - low <= 4 * len(numbers) + 1000:
            headers = self.source.reader.headers(low, high)[numbers - low]
            return headers["time"], headers["link"]
        one = [self.source.reader.headers(n, n + 1)[0] for n in numbers.tolist()]
        return np.array([h["time"] for h in one]), np.array([h["link"] for h in one])

    def _asked(self, rows: Array) -> None:
        """What clients behind a proxy asked for, as their messages say it."""
        for r in rows[(rows["means"] == Means.RESUME) | (rows["means"] == Means.SUBSCRIBE)]:
            header = self.source.reader.headers(int(r["row"]), int(r["row"]) + 1)[0]
            link = self.story.links.get(int(header["link"]))
            if link is None or link.asked is not None:
                continue
            resumed = int(r["means"]) == Means.RESUME
            offset = int(r["offset"])
            place = str(offset) if offset >= 0 else self.source.name(int(r["text"]))
            link.asked = place if resumed else ""
            self.story.version += 1

    # --- what views ask -------------------------------------------------------------------

    def replays(self, client: str, start: int, end: int, limit: int = 2000) -> list[int]:
        """Moments of replayed updates of a client within a stretch."""
        times = self.replay_time.array
        low, high = np.searchsorted(times, [start, end])
        lane = self.lanes.lane(client)
        mine = times[low:high][self.replay_lane.array[low:high] == lane]
        found: list[int] = mine[:: max(1, len(mine) // limit)].tolist()
        return found

    def outages(self) -> list[Mapping[str, Any]]:
        """Outages by number, without the one that stands for "outside of any"."""
        values = [v for v in self.mirror["outage"].values() if int(v.get("number") or 0) > 0]
        return sorted(values, key=lambda v: int(v["number"]))

    def clients(self) -> list[str]:
        """The names of all clients, in order of their first link."""
        return list(self.story.clients)

    def row_at(self, moment: int) -> int | None:
        """The place in the message rows of the first row at or after a moment."""
        low, high = self.index.rows(moment, moment)
        times = self.source.reader.headers(low, min(high + self.index.BLOCK, self.walked))["time"]
        later = np.flatnonzero(times >= moment)
        record = low + int(later[0]) if len(later) else self.walked
        at = self.messages.keys.find(2 * record)
        return min(at, len(self.messages) - 1) if len(self.messages) else None
