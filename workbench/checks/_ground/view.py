"""What one client was owed and what it got, over the whole recording.

Everything is columns over *places* (see ``strand``) and over *rows* (deliveries, in order
of time).  Built once per client; each outage reads its part through ``Ground``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from workbench.checks._ground.life import Life
from workbench.checks._ground.sends import Send, cut_off, sends
from workbench.checks._ground.strand import NEVER, Array, Name, Strand
from workbench.model.hashing import id_hash
from workbench.model.history import Client, ClientEvent, Columns, Event, History, StreamRule
from workbench.model.position import Position
from workbench.model.words import Ids, Outcome, Truth

NONE: Array = np.zeros(0, np.int64)


@dataclass
class View:
    """One client seen against what is known of its streams."""

    history: History
    client: Client
    life: Life
    truth: Truth
    strands: list[Strand]
    starts: Array  # first place of each strand, and the number of places at the end
    # per row
    rows: Columns
    at: Array
    place: Array = field(default_factory=lambda: NONE)  # -1: no place
    span: Array = field(default_factory=lambda: NONE)  # the open interval it fell in
    live: Array = field(default_factory=lambda: NONE)
    handled: Array = field(default_factory=lambda: NONE)
    repeats: Array = field(default_factory=lambda: NONE)  # rows that repeat
    late: Array = field(default_factory=lambda: NONE)  # rows out of order
    after: Array = field(default_factory=lambda: NONE)  # the row each of them came after
    strange: Array = field(default_factory=lambda: NONE)  # rows that nobody published
    # per place
    time: Array = field(default_factory=lambda: NONE)
    outcome: Array = field(default_factory=lambda: NONE)
    key: Array = field(default_factory=lambda: NONE)
    record: Array = field(default_factory=lambda: NONE)
    owed: Array = field(default_factory=lambda: NONE)
    got: Array = field(default_factory=lambda: NONE)  # first row handled, -1: none
    covered: Array = field(default_factory=lambda: NONE)  # when it was paid, or NEVER
    snapped: Array = field(default_factory=lambda: NONE)  # paid by a snapshot alone
    doubt: Array = field(default_factory=lambda: NONE)  # index of the break + 1, 0: none
    charge: Array = field(default_factory=lambda: NONE)  # index of the break + 1, 0: none
    counts: Array = field(default_factory=lambda: NONE)  # False: a later state stands for it
    row_charge: Array = field(default_factory=lambda: NONE)
    recovered: list[int | None] = field(default_factory=list)  # per break, a moment
    parted: dict[str, list[Array]] = field(default_factory=dict)

    def strand_of(self, places: Array) -> Array:
        """The number of the strand of each place."""
        return np.searchsorted(self.starts, places, side="right") - 1

    def rule(self, strand: int) -> StreamRule:
        """What is expected of a strand's stream."""
        return self.history.rule(self.history.names[self.strands[strand].stream])

    def position(self, place: int) -> Position:
        """A place as a position."""
        number = int(self.strand_of(np.array([place]))[0])
        strand, names = self.strands[number], self.history.names
        local = place - int(self.starts[number])
        text = ""
        if strand.contents is not None:
            text = self.text(int(strand.contents[local]))
        return Position(names[strand.stream], names[strand.epoch], strand.offset(local), text)

    def row_position(self, row: int) -> Position:
        """A row as a position, whether it has a place or not."""
        value, names = self.rows[row], self.history.names
        offset = int(value["offset"]) if value["offset"] >= 0 else None
        text = self.text(int(value["id"])) if offset is None else ""
        return Position(names[value["stream"]], names[value["epoch"]], offset, text)

    def text(self, number: int) -> str:
        """An id as text."""
        return self.history.texts.get(number, f"{number:016x}" if number else "")

    def locate(self, position: Position) -> tuple[int, int] | None:
        """The number of a position's strand, and the place that it reaches in it.

        None where the client has no such strand.  The place is the one before the strand's
        first where the position is below all that is known (or not found by its id).
        """
        names = self.history.names
        for number, strand in enumerate(self.strands):
            if (names[strand.stream], names[strand.epoch]) == (position.stream, position.epoch):
                start = int(self.starts[number])
                return number, start + self._reach(strand, position)
        return None

    def _reach(self, strand: Strand, position: Position) -> int:
        if strand.contents is not None:
            return self._by_text(strand.contents, position.id)
        if position.offset is None:
            return -1
        if strand.offsets is not None:
            return int(np.searchsorted(strand.offsets, position.offset, side="right")) - 1
        return max(min(position.offset - strand.low, strand.size - 1), -1)

    def _by_text(self, contents: Array, text: str) -> int:
        places = np.flatnonzero(contents == np.uint64(id_hash(text)))
        return int(places[-1]) if len(places) else -1

    def break_at(self, moments: Array, early: int) -> Array:
        """Index + 1 of the last break that began at most ``early`` ns after each moment."""
        times = np.array([b.time for b in self.life.breaks], np.int64)
        return np.searchsorted(times - early, moments, side="right")

    # --- by outage: each is sorted once, so that many outages cost no more than one -------

    @cached_property
    def owed_by(self) -> list[Array]:
        """The places owed, by charge."""
        owed = np.flatnonzero(self.owed)
        return grouped(owed, self.charge[owed], len(self.life.breaks) + 1)

    def rows_by(self, name: str) -> list[Array]:
        """The rows of ``repeats``, ``late`` or ``strange``, by charge."""
        if name not in self.parted:
            rows = getattr(self, name)
            count = len(self.life.breaks) + 1
            self.parted[name] = grouped(rows, self.row_charge[rows], count)
        return self.parted[name]

    @cached_property
    def events_by(self) -> list[list[ClientEvent]]:
        """The client's events, by charge."""
        parts: list[list[ClientEvent]] = [[] for _ in range(len(self.life.breaks) + 1)]
        moments = np.array([e.time for e in self.client.events], np.int64)
        for event, index in zip(
            self.client.events, self.charged(moments, self.history.limits.quiet), strict=True
        ):
            parts[int(index)].append(event)
        return parts

    @cached_property
    def sends_by(self) -> list[dict[str, Send]]:
        """The client's own messages by charge: of the break that cut off their
        acknowledgement, else of the outage in which they were sent."""
        limits = self.history.limits
        parts: list[dict[str, Send]] = [{} for _ in range(len(self.life.breaks) + 1)]
        for name, send in sends(
            self.client.events, self.history.end - limits.delivery_patience
        ).items():
            moment = send.sent[0].time
            charge = cut_off(self.life, moment, limits.delivery_patience)
            if charge is None:
                charge = int(self.charged(np.array([moment]), 0)[0])
            parts[charge][name] = send
        return parts

    @cached_property
    def doubted(self) -> set[int]:
        """The charges of breaks that left something in doubt, though the client returned."""
        returned = {b.index + 1 for b in self.life.breaks if b.returned is not None}
        return returned & {int(index) for index in np.unique(self.doubt)}

    @cached_property
    def rows_of(self) -> dict[int, Array]:
        """The rows of each stream."""
        streams = self.rows["stream"]
        return {int(s): np.flatnonzero(streams == s) for s in np.unique(streams)}

    @cached_property
    def owed_in_time(self) -> Array:
        """The places owed, by when they were published."""
        owed = np.flatnonzero(self.owed)
        return owed[np.argsort(self.time[owed], kind="stable")]

    def charged(self, moments: Array, quiet: int) -> Array:
        """The charge of moments: the break that they belong to + 1, 0: none; a break's end
        is its recovery and ``quiet`` (ns) more."""
        ends = [NEVER, *(NEVER if r is None else r + quiet for r in self.recovered)]
        index = self.break_at(moments, 0)
        return np.where(moments > np.array(ends, np.int64)[index], 0, index)


def grouped(items: Array, charges: Array, count: int) -> list[Array]:
    """The items of each charge from 0 to ``count`` - 1, in their order."""
    order = np.argsort(charges, kind="stable")
    bounds = np.searchsorted(charges[order], np.arange(1, count))
    return np.split(items[order], bounds)


def view_of(
    history: History, client: Client, life: Life, truth: Truth, known: dict[Name, Strand]
) -> View:
    """Lay a client's deliveries over the strands of its streams."""
    rows = client.delivered
    names = _names(history, client, life, known)
    view = View(history, client, life, truth, [known[name] for name in names], NONE, rows, NONE)
    view.starts = np.cumsum([0, *(s.size for s in view.strands)]).astype(np.int64)
    view.at = rows["time"].astype(np.int64)
    opened = np.array(life.opened or [0], np.int64)
    view.span = np.maximum(np.searchsorted(opened, view.at, side="right") - 1, 0)
    for part in ("time", "outcome", "key", "record"):
        setattr(view, part, _joined([getattr(s, part) for s in view.strands]))
    return view


def _joined(parts: Sequence[Array]) -> Array:
    # A copy even of a single part: views add to it, and strands are shared by all clients.
    return np.concatenate(parts) if parts else NONE


def _names(history: History, client: Client, life: Life, known: dict[Name, Strand]) -> list[Name]:
    """The strands of the streams that a client takes part in."""
    columns = client.delivered
    if len(columns) and (columns["stream"] == columns["stream"][0]).all():
        streams = {int(columns["stream"][0])}
    else:
        streams = {int(s) for s in np.unique(columns["stream"])}
    said = set(life.subscribed)
    said |= {e.position.stream for e in client.events if e.event == Event.SNAPSHOT and e.position}
    streams |= {number for number, text in enumerate(history.names) if text in said}
    listed = {name[0] for name, strand in known.items() if strand.listed}
    if not streams and len(listed) == 1:
        streams = listed  # it subscribed, got nothing, and there is only one stream
    return sorted(name for name in known if name[0] in streams)


def entitle(view: View) -> None:
    """Decide what is owed: published for sure, after it subscribed, before it left."""
    life, allowance = view.life, view.history.limits.in_flight
    view.owed = (view.time < NEVER) & (view.outcome == Outcome.OK)
    for number, strand in enumerate(view.strands):
        part = slice(int(view.starts[number]), int(view.starts[number + 1]))
        stream = view.history.names[strand.stream]
        since = life.since(stream)
        if since is None:
            view.owed[part] = False
            continue
        times = view.time[part]
        came = times[(view.got[part] >= 0) & (times >= since)]
        view.owed[part] &= times >= _begins(view, since, came)
    for left, again in life.leaves:
        view.owed &= (view.time < left - allowance) | (view.time >= again)


def _begins(view: View, since: int, came: Array) -> int:
    """From when on a stream is owed.  Nobody knows how long a server takes to subscribe a
    client: the first update that comes shows it, if it comes within the delivery patience."""
    limits = view.history.limits
    first = int(came.min()) if len(came) else NEVER
    return first if first <= since + limits.delivery_patience else since + limits.in_flight


def contiguous(view: View) -> Array:
    """For each strand, whether a hole in it proves a loss."""
    return np.array(
        [s.ids == Ids.CONTIGUOUS and s.ordered and s.offsets is None for s in view.strands], bool
    )
