"""Which delivery paid for which update: places, repeats, order, doubt."""

from __future__ import annotations

import numpy as np

from workbench.checks._ground.content import match
from workbench.checks._ground.life import Break
from workbench.checks._ground.strand import NEVER, Array, Name, split
from workbench.checks._ground.view import NONE, View
from workbench.model.history import Event
from workbench.model.position import Position


def receive(view: View) -> None:
    """Give every row its place; find repeats and rows that nobody published."""
    view.place = np.full(len(view.rows), -1, np.int64)
    extra = NONE
    numbers = {(s.stream, s.epoch): i for i, s in enumerate(view.strands)}
    for name, rows in split(view.rows):
        strand = view.strands[numbers[name]]
        start = int(view.starts[numbers[name]])
        part = view.rows[rows]
        if strand.contents is None:
            found = strand.find(part["offset"].astype(np.int64))
        else:
            early = view.history.limits.in_flight
            found = match(strand.contents, strand.time, part["id"], part["time"], early)
            over = (found < 0) & np.isin(part["id"], strand.contents)
            extra = np.concatenate([extra, np.arange(len(view.rows))[rows][over]])
        view.place[rows] = np.where(found >= 0, found + start, -1)
    view.handled = np.ones(len(view.rows), bool)
    view.doubt = np.zeros(int(view.starts[-1]), np.int64)
    if not view.client.ours:
        for broken in view.life.breaks:
            _settle(view, broken)
    _first(view, extra)


def _first(view: View, extra: Array) -> None:
    """The first row handled of each place; the others repeat it."""
    view.got = np.full(int(view.starts[-1]), -1, np.int64)
    rows = np.flatnonzero(view.handled & (view.place >= 0))
    places = view.place[rows]
    view.got[places[::-1]] = rows[::-1]
    again = rows[view.got[places] != rows]
    view.repeats = np.sort(np.concatenate([again, extra]).astype(np.int64))


def _settle(view: View, broken: Break) -> None:
    """What was written just before an abrupt end may never have arrived (in doubt): what the
    client acknowledged or asks for on resume settles it."""
    if not broken.abrupt or broken.healed:
        return
    allowance = view.history.limits.in_flight
    low = int(np.searchsorted(view.at, broken.time - allowance))
    high = int(np.searchsorted(view.at, broken.time, side="right"))
    rows = np.arange(low, high)
    rows = rows[(view.place[low:high] >= 0) & (view.rows["link"][low:high] == broken.link)]
    # One that had come before is a repeat: the copy in flight changes nothing.
    rows = rows[~np.isin(view.place[rows], view.place[:low][view.handled[:low]])]
    for name, part in split(view.rows[rows]):
        _settle_strand(view, broken, name, rows[part])


def _settle_strand(view: View, broken: Break, name: Name, rows: Array) -> None:
    stream, epoch = (view.history.names[n] for n in name)
    asked = asked_in(broken, stream, epoch)
    if asked is not None and asked.offset is None and not asked.id:
        asked = None  # it asked for what it missed without saying where that begins
    held = np.zeros(len(rows), bool)
    for e in view.client.events:
        if e.event == Event.ACKED and e.link == broken.link and e.position is not None:
            held |= _reached(view, e.position, rows, alone=not e.cumulative)
    if asked is not None:
        held |= _reached(view, asked, rows)
    view.handled[rows] = held
    if not (view.history.exact_position and asked is not None):
        view.doubt[view.place[rows[~held]]] = broken.index + 1


def _reached(view: View, held: Position, rows: Array, *, alone: bool = False) -> Array:
    """The rows that a position held includes (within its own epoch only); ``alone``: only
    its own row."""
    found = view.locate(held)
    if found is None:
        return np.zeros(len(rows), bool)
    number, top = found
    places = view.place[rows]
    if alone or not view.strands[number].ordered:
        # A position beyond all that is known reaches the last place, and names none.
        exact = held.offset is None or view.position(top).offset == held.offset
        same: Array = (places == top) & exact
        return same
    reached: Array = (places >= view.starts[number]) & (places <= top)
    return reached


def asked_in(broken: Break, stream: str, epoch: str) -> Position | None:
    """What a client asked for of a stream on return; in this epoch where it names none."""
    asked = broken.asked(stream)
    return None if asked is None else asked._replace(stream=stream, epoch=asked.epoch or epoch)


def asked_for(view: View, broken: Break, row: int) -> Position | None:
    """What a client asked for, on return, of the stream of a row."""
    names, value = view.history.names, view.rows[row]
    return asked_in(broken, names[value["stream"]], names[value["epoch"]])


def lag(view: View) -> None:
    """Which rows are live: of an update published since the client was (again) open."""
    opened = np.array(view.life.opened or [0], np.int64)
    time = np.full(len(view.rows), NEVER, np.int64)
    placed = view.place >= 0
    time[placed] = view.time[view.place[placed]]
    view.live = placed & (time >= opened[view.span]) & (view.rows["replayed"] == 0)
    view.live &= time < NEVER


def order(view: View) -> None:
    """Rows that came after a later update of their strand, beyond the in-flight allowance.

    On one link any such row counts: its order is the server's.  Across two links that were
    open at once a row counts when it was under way for longer than the allowance.
    """
    ordered = np.array([s.ordered for s in view.strands], bool)
    placed = view.handled & (view.place >= 0)
    placed[view.strange] = False  # what nobody published has no place in the order
    rows = np.flatnonzero(placed)
    if not len(rows):
        return
    strand = view.strand_of(view.place[rows]) if len(view.strands) > 1 else None
    if strand is not None:
        by_strand = np.argsort(strand, kind="stable")
        rows = rows[by_strand][ordered[strand[by_strand]]]
    elif not ordered[0]:
        return
    place = view.place[rows]
    # Places rise from strand to strand, so one running maximum serves them all.
    highest = np.maximum.accumulate(place) if len(place) else place
    behind = np.flatnonzero((place < highest) & (view.got[place] == rows))
    if not len(behind):
        return
    holder = np.searchsorted(highest, highest[behind])
    late, after = rows[behind], rows[holder]
    kept = _beyond(view, late, after)
    view.late, view.after = late[kept], after[kept]
    by_time = np.argsort(view.late, kind="stable")
    view.late, view.after = view.late[by_time], view.after[by_time]


def _beyond(view: View, late: Array, after: Array) -> Array:
    allowance = view.history.limits.in_flight
    known = view.time[view.place[late]]
    since = np.where(known < NEVER, known, view.at[after])
    link = view.rows["link"]
    kept: Array = (link[late] == link[after]) | (view.at[late] - since > allowance)
    return kept
