"""The ground of one client in one outage: what every check is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workbench.checks._ground.life import UNSEEN, Break
from workbench.checks._ground.sends import Send
from workbench.checks._ground.strand import NEVER, Array
from workbench.checks._ground.view import View
from workbench.model.history import ClientEvent, Event
from workbench.model.position import Position
from workbench.model.verdict import EVIDENCE_LIMIT, Finding
from workbench.model.words import Want


@dataclass(frozen=True, slots=True)
class Missing:
    """Places owed and not paid: for good, jumped over so far, or not yet due."""

    lost: Array
    skipped: Array
    never_read: Array


@dataclass
class Ground:
    """One client in one outage (number 0: outside of any outage)."""

    view: View
    number: int
    breaks: tuple[Break, ...] = ()
    herd: int = 0  #: how many clients returned with it within one short window
    disagreements: tuple[Position, ...] = ()

    @cached_property
    def mine(self) -> Array:
        """For each charge (0: none, else break + 1) whether it is this outage's."""
        table = np.zeros(len(self.view.life.breaks) + 1, bool)
        table[[b.index + 1 for b in self.breaks] if self.number else [0]] = True
        return table

    @cached_property
    def charges(self) -> list[int]:
        """The charges that are this outage's, in order."""
        return [b.index + 1 for b in self.breaks] if self.number else [0]

    def rows(self, name: str) -> Array:
        """Those of the view's ``repeats``, ``late`` or ``strange`` that belong here."""
        parts = self.view.rows_by(name)
        return np.concatenate([parts[charge] for charge in self.charges])

    @cached_property
    def events(self) -> tuple[ClientEvent, ...]:
        """The client's events within this outage."""
        parts = self.view.events_by
        return tuple(event for charge in self.charges for event in parts[charge])

    def of(self, event: Event) -> list[ClientEvent]:
        """The events of one kind within this outage."""
        return [e for e in self.events if e.event == event]

    # --- what is owed ---------------------------------------------------------------------

    @cached_property
    def owed(self) -> Array:
        """The places owed in this outage."""
        parts = self.view.owed_by
        return np.sort(np.concatenate([parts[charge] for charge in self.charges]))

    @cached_property
    def gone(self) -> bool:
        """Whether the client never came back, and its return patience is over."""
        last = self.breaks[-1] if self.breaks else None
        if last is None or last.returned is not None or last.left:
            return False
        history = self.view.history
        return history.end - last.first >= history.limits.return_patience

    @cached_property
    def away(self) -> bool:
        """Whether it was still away at the end of the recording, or as it left on purpose."""
        return bool(self.breaks) and self.breaks[-1].returned is None

    @cached_property
    def unpaid(self) -> Array:
        """The places owed, never paid, and neither in doubt nor overtaken."""
        view = self.view
        owed = self.owed
        kept = (view.covered[owed] == NEVER) & view.counts[owed] & (view.doubt[owed] == 0)
        unpaid: Array = owed[kept]
        return unpaid

    @cached_property
    def blind(self) -> int:
        """How many unreadable payloads may stand for what is missing."""
        return sum(e.count for e in self.of(Event.UNREADABLE))

    @cached_property
    def unseeable(self) -> bool:
        """Whether everything missing may have come in payloads that nobody could read."""
        return 0 < len(self.unpaid) <= self.blind

    @cached_property
    def missing(self) -> Missing:
        """What is missing, by how sure that is."""
        view, places = self.view, self.unpaid
        if self.unseeable:
            places = places[:0]
        end = np.array([view.history.end], np.int64)
        waited = view.life.open_time(end) - view.life.open_time(view.time[places])
        final = (waited >= view.history.limits.delivery_patience) | self.gone
        jumped = ~final & self._jumped(places)
        rest = ~final & ~jumped & (not self.away)
        return Missing(places[final], places[jumped], places[rest])

    def _jumped(self, places: Array) -> Array:
        """Whether a later update of the same strand was delivered after it was due."""
        view = self.view
        jumped = np.zeros(len(places), bool)
        numbers = view.strand_of(places)
        for number in np.unique(numbers):
            if view.strands[number].ordered:
                start, stop = view.starts[number], view.starts[number + 1]
                held = np.flatnonzero(view.got[start:stop] >= 0)
                highest = start + held[-1] if len(held) else -1
                jumped |= (numbers == number) & (places < highest)
        return jumped

    def by_want(self, places: Array, *, latest: bool) -> Array:
        """The places of streams that promise the latest state, or of all others."""
        numbers = self.view.strand_of(places)
        wants = [self.view.rule(i).want == Want.LATEST_STATE for i in range(len(self.view.strands))]
        return places[np.array(wants, bool)[numbers] == latest] if len(places) else places

    @cached_property
    def lacking(self) -> Array:
        """What is lost or skipped, in order of place."""
        both = np.sort(np.concatenate([self.missing.lost, self.missing.skipped]))
        return self.by_want(both, latest=False)

    def due(self, broken: Break) -> Array:
        """What a return from a break should have brought and did not."""
        if broken.returned is None:
            return self.lacking[:0]
        view, lacking = self.view, self.lacking
        mine = (view.charge[lacking] == broken.index + 1) & (view.time[lacking] < broken.returned)
        due: Array = lacking[mine]
        return due

    def replay(self, broken: Break) -> Array:
        """The rows that a return brought of what had been published before it."""
        view = self.view
        if broken.returned is None:
            return np.zeros(0, np.int64)
        low, high = np.searchsorted(view.at, [broken.returned, self._until(broken)])
        rows: Array = np.arange(low, high)
        rows = rows[(view.place[rows] >= 0) & ~view.live[rows]]
        old = view.time[view.place[rows]] < broken.returned
        kept: Array = rows[old | (view.rows["replayed"][rows] != 0)]
        return kept

    def _until(self, broken: Break) -> int:
        following = self.view.life.breaks[broken.index + 1 : broken.index + 2]
        return following[0].time if following else self.view.history.end + 1

    def silent(self, broken: Break, stream: str) -> bool:
        """Whether it came back without saying where it had stopped in a stream."""
        known = any(e.detail != UNSEEN for e in broken.asks)
        return known and broken.asked(stream) is None

    def resumed(self, broken: Break, places: Array) -> Position | None:
        """The position it asked to resume from, where it is of the strand of these places."""
        view = self.view
        if not len(places):
            return None
        strand = view.strands[int(view.strand_of(places[:1])[0])]
        stream, epoch = (view.history.names[n] for n in (strand.stream, strand.epoch))
        asked = broken.asked(stream)
        if asked is None or asked.epoch not in ("", epoch):
            return None
        return asked._replace(stream=stream, epoch=epoch)

    def unanswered(self, broken: Break) -> list[tuple[Position, Array]]:
        """For each strand: the position asked for, and what is missing after it."""
        found = []
        for missing in self.strands(self.due(broken)):
            asked = self.resumed(broken, missing)
            reached = self.view.locate(asked) if asked is not None else None
            if asked is None or reached is None:
                continue
            after = missing[missing > reached[1]]
            if len(after):
                found.append((asked, after))
        return found

    def strands(self, places: Array) -> list[Array]:
        """The places parted by strand."""
        numbers = self.view.strand_of(places)
        return [places[numbers == n] for n in np.unique(numbers)]

    def replayed(self, broken: Break, places: Array) -> Array:
        """The places that a return replayed of the strand of these places."""
        view = self.view
        rows = self.replay(broken)
        found = view.place[rows[~np.isin(rows, view.repeats)]]
        same: Array = found[view.strand_of(found) == view.strand_of(places[:1])[0]]
        return same

    def epochs(self, broken: Break) -> list[tuple[Position, Position]]:
        """The streams whose epoch changed over a break: last update before, first after."""
        view, changed = self.view, []
        if broken.returned is None:
            return []
        cut, back = np.searchsorted(view.at, [broken.time, broken.returned])
        for same in view.rows_of.values():
            before, after = np.searchsorted(same, [cut, back])
            if before > 0 and after < len(same):
                old, new = int(same[before - 1]), int(same[after])
                if view.rows["epoch"][old] != view.rows["epoch"][new]:
                    changed.append((view.row_position(old), view.row_position(new)))
        return changed

    @cached_property
    def sends(self) -> dict[str, Send]:
        """The messages of the client that belong to this outage, by id."""
        parts = self.view.sends_by
        return {name: send for charge in self.charges for name, send in parts[charge].items()}

    # --- how a finding is written ---------------------------------------------------------

    def found(self, name: str, places: Array, note: str = "") -> list[Finding]:
        """One finding for each stream that has any of these places."""
        view = self.view
        streams = np.array([s.stream for s in view.strands], np.int64)
        return self._per_stream(
            name,
            places,
            streams[view.strand_of(places)] if len(places) else places,
            view.position,
            lambda place: int(view.record[place]),
            note,
        )

    def found_rows(self, name: str, rows: Array, note: str = "") -> list[Finding]:
        """One finding for each stream that has any of these rows."""
        view = self.view
        return self._per_stream(
            name,
            rows,
            view.rows["stream"][rows],
            view.row_position,
            lambda row: int(view.rows["record"][row]),
            note,
        )

    @staticmethod
    def _per_stream(
        name: str,
        items: Array,
        streams: Array,
        position: Callable[[int], Position],
        record: Callable[[int], int],
        note: str,
    ) -> list[Finding]:
        found = []
        for stream in np.unique(streams):
            part = items[streams == stream]
            kept = [int(i) for i in part[:EVIDENCE_LIMIT]]
            records = tuple(r for r in map(record, kept) if r >= 0)
            positions = tuple(map(position, kept))
            found.append(Finding(name, len(part), positions, records, note))
        return found


def said(name: str, events: Sequence[ClientEvent], count: int = 1, note: str = "") -> Finding:
    """A finding that rests on events instead of positions."""
    records = tuple(e.record for e in events[:EVIDENCE_LIMIT] if e.record >= 0)
    positions = tuple(e.position for e in events[:EVIDENCE_LIMIT] if e.position is not None)
    return Finding(name, count, positions, records, note)


def fatal(ground: Ground) -> ClientEvent | None:
    """The last failed attempt, where an event source may not try again after it: any status
    but 200 (and redirects, which are followed), or a body of another type (``html``)."""
    failed = ground.breaks[-1].failed if ground.breaks else []
    if not failed or ground.view.client.protocol != "sse":
        return None
    word = failed[-1].detail
    status = word.isdigit() and not 300 <= int(word) < 400 and word != "200"
    return failed[-1] if status or word == "html" else None
