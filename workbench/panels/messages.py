"""Which rows the message table shows: row numbers only; rows are decoded when they are seen.

A row is known by its *key*: twice a record's number plus one; the even key before it is the
row of the gap that the record (a link opening again) ended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from workbench.model.words import Kind, Means
from workbench.panels.events import is_event
from workbench.panels.growing import Numbers
from workbench.panels.source import Array, Source
from workbench.panels.story import Story

if TYPE_CHECKING:
    from workbench.panels.filtering import Query

#: Records looked at in one beat.
STEP = 150_000
#: Records that a filter looks at in its first go, and at least; seconds that a go may take.
FIRST_PACE, SLOWEST_PACE, LONGEST = 4_096, 256, 0.004
#: Event records whose payload is looked at in one beat.
EVENTS = 4_000
#: Beats to wait until the dialect has read a record (it may be a heartbeat, which is hidden).
PATIENCE = 20
#: Records from the end among which the newest reading is looked for.
TAIL = 20_000
_EVENT_KINDS = (Kind.LINK, Kind.FAULT, Kind.DEPLOY, Kind.LOSS, Kind.NOTE)


@dataclass(frozen=True, slots=True)
class RowFilter:
    """What is shown.  ``clients`` empty: all.  A filter keeps the events of what it shows."""

    clients: frozenset[str] = frozenset()
    heartbeats: bool = False
    events: bool = True
    text: str = ""  # what else it asks for: a query decides

    @property
    def single(self) -> str:
        """The only connection shown, or ""."""
        return next(iter(self.clients)) if len(self.clients) == 1 else ""


WORD = re.compile(r'(-?)(conn|is):(?:"([^"]*)"|(\S+))')


def row_filter(text: str) -> RowFilter | None:
    """The rows that ``conn:NAME is:ping -is:event`` asks for; None: it says more than that."""
    if WORD.sub("", text).strip():
        return None
    names, heartbeats, events = set(), False, True
    for minus, key, quoted, bare in WORD.findall(text):
        value = quoted or bare
        if key == "conn" and not minus:
            names.add(value)
        elif (key, value) == ("is", "ping"):
            heartbeats = not minus
        elif (minus, key, value) == ("-", "is", "event"):
            events = False
        else:
            return None
    return RowFilter(frozenset(names), heartbeats, events)


def key_of(record: int) -> int:
    """The key of a record's own row."""
    return 2 * record + 1


class MessageIndex:
    """The rows in order.  ``epoch`` grows when it is begun anew (another filter)."""

    def __init__(self, source: Source, story: Story) -> None:
        self._source = source
        self._story = story
        self.filter = RowFilter()
        self.epoch = 0
        self.begin(self.filter)

    def begin(self, chosen: RowFilter, query: Query | None = None) -> None:
        """Show other rows; they come in beat by beat."""
        self.filter = chosen
        self._query = query
        self._pace = FIRST_PACE if query is not None else STEP
        self.keys = Numbers()
        self.messages = 0
        self.events = 0
        self.hidden_heartbeats = 0
        self.next = self._source.first
        self.epoch += 1
        self._waited = 0

    def __len__(self) -> int:
        return len(self.keys)

    def step(self, count: int) -> bool:
        """Take more records in; True when it is up to date."""
        stop = self._settled(min(count, self.next + self._pace))
        if stop > self.next:
            begun = perf_counter()
            self._take(self.next, stop)
            self._hold_pace(perf_counter() - begun)
        return self.next >= count

    def _hold_pace(self, took: float) -> None:
        """A filter may look into every payload: fewer records in one go then."""
        if self._query is not None:
            fitting = int(self._pace * LONGEST / max(took, LONGEST / 4))
            self._pace = min(max(fitting, SLOWEST_PACE), STEP)

    def _settled(self, stop: int) -> int:
        """Records up to which it is known whether they are heartbeats."""
        readings = self._source.readings
        if readings is None or (self.filter.heartbeats and self._query is None):
            return stop
        tail = readings.between(max(self.next, stop - TAIL), stop)
        last = int(tail["row"][-1]) + 1 if len(tail) else self.next
        if last >= stop:
            self._waited = 0
            return stop
        self._waited += 1
        if self._waited > PATIENCE:
            return stop
        return max(self.next, last)

    def _take(self, start: int, stop: int) -> None:
        headers = self._source.reader.headers(start, stop)
        stop = start + len(headers)
        shown = self._messages(start, headers)
        rows, stop = self._events(start, stop, headers)
        cut = shown[shown < key_of(stop)]
        self.messages += len(cut)
        self.events += len(rows)
        self.keys.extend(np.sort(np.concatenate([cut, np.array(rows, dtype=np.int64)])))
        self.next = stop

    def _messages(self, start: int, headers: Array) -> Array:
        wanted = headers["kind"] == Kind.MESSAGE
        control = headers["kind"] == Kind.CONTROL
        beats = self._heartbeats(start, headers) | control
        if self.filter.heartbeats:
            wanted = wanted | control
        else:
            wanted = wanted & ~beats
        if self._query is not None:
            beats = self._query.rows(start, beats)
            wanted = self._query.rows(start, wanted)
        elif self.filter.clients:
            links = self._links()
            mine = np.isin(headers["link"], links)
            wanted, beats = wanted & mine, beats & mine
        if not self.filter.heartbeats:
            self.hidden_heartbeats += int(beats.sum())
        return key_of_all(start + np.flatnonzero(wanted))

    def _links(self) -> Array:
        chosen = [n for name in self.filter.clients for n in self._story.clients.get(name, ())]
        return np.array(chosen, dtype=np.int64)

    def _heartbeats(self, start: int, headers: Array) -> Array:
        beats = np.zeros(len(headers), dtype=bool)
        if self._source.readings is None:
            return beats
        part = self._source.readings.between(start, start + len(headers))
        beats[part["row"][part["means"] == Means.HEARTBEAT].astype(np.int64) - start] = True
        return beats

    def _events(self, start: int, stop: int, headers: Array) -> tuple[list[int], int]:
        """Keys of event rows, and the record up to which they were looked at."""
        if not self.filter.events:
            return [], stop
        found: list[int] = []
        places = np.flatnonzero(np.isin(headers["kind"], _EVENT_KINDS)).tolist()
        if len(places) > EVENTS:
            stop = start + places[EVENTS]
            places = places[:EVENTS]
        kept = None if self._query is None else self._query.events(start, headers["kind"])
        for at in places:
            record, header = start + at, headers[at]
            if kept is not None:
                if not kept[at]:
                    continue
            elif not self._of_clients(int(header["kind"]), int(header["link"])):
                continue
            if is_event(int(header["kind"]), int(header["opcode"]), self._payload(record, header)):
                if record in self._story.gap_at:
                    found.append(key_of(record) - 1)
                found.append(key_of(record))
        return found, stop

    def _payload(self, record: int, header: Array) -> bytes:
        looked_into = header["kind"] in (Kind.DEPLOY, Kind.NOTE)
        return self._source.reader.payload(record) if looked_into else b""

    def _of_clients(self, kind: int, link: int) -> bool:
        if kind != Kind.LINK or not self.filter.clients:
            return True
        return self._story.client_of(link) in self.filter.clients


def key_of_all(records: Array) -> Array:
    """``key_of`` for many."""
    keys: Array = records.astype(np.int64) * 2 + 1
    return keys
