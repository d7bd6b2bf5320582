"""When each update was paid: delivered, contained in a snapshot, or overtaken by a later state."""

from __future__ import annotations

import numpy as np

from workbench.checks._ground.strand import NEVER, Array
from workbench.checks._ground.view import View
from workbench.model.history import ClientEvent, Event
from workbench.model.position import Position
from workbench.model.words import Want


def cover(view: View) -> None:
    """Fill in ``covered``, ``snapped`` and ``counts``."""
    view.covered = np.full(int(view.starts[-1]), NEVER, np.int64)
    paid = np.flatnonzero(view.got >= 0)
    view.covered[paid] = view.at[view.got[paid]]
    _doubtful(view)
    view.snapped = np.zeros(len(view.covered), bool)
    for event in snapshots(view):
        places = contained(view, event)
        view.snapped[places[view.got[places] < 0]] = True
        view.covered[places] = np.minimum(view.covered[places], event.time)
    view.counts = np.ones(len(view.covered), bool)
    for stream in {s.stream for s in view.strands}:
        if view.history.rule(view.history.names[stream]).want == Want.LATEST_STATE:
            _latest(view, stream)


def _doubtful(view: View) -> None:
    view.doubt[view.got >= 0] = 0
    if not view.doubt.any():
        return
    rows = np.flatnonzero(~view.handled & (view.place >= 0))
    rows = rows[view.doubt[view.place[rows]] > 0]
    view.covered[view.place[rows[::-1]]] = view.at[rows[::-1]]


def snapshots(view: View) -> list[ClientEvent]:
    """The snapshots that the client was given, in order of time."""
    return [e for e in view.client.events if e.event == Event.SNAPSHOT and e.position is not None]


def contained(view: View, event: ClientEvent) -> Array:
    """The places that a snapshot contains: up to its position, and all earlier epochs.

    Of a strand known by content a snapshot contains what was published up to the update
    that it names, or up to its own moment where it names none.
    """
    names, position = view.history.names, event.position or Position()
    found = view.locate(position)
    until = event.time
    parts: list[Array] = []
    if found is not None:
        number, top = found
        start, stop = int(view.starts[number]), int(view.starts[number + 1])
        if view.strands[number].ordered:
            parts.append(np.arange(start, top + 1))
            until = min([until, *view.time[start:stop][:1]])
        elif top >= start:
            until = int(view.time[top])
    for number, strand in enumerate(view.strands):
        other = found is None or number != found[0] or not strand.ordered
        if names[strand.stream] == position.stream and other:
            start, stop = int(view.starts[number]), int(view.starts[number + 1])
            parts.append(start + np.flatnonzero(view.time[start:stop] <= until))
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _latest(view: View, stream: int) -> None:
    """Of a stream that promises the latest state, only the last update per key counts."""
    numbers = [i for i, s in enumerate(view.strands) if s.stream == stream]
    inside = [np.arange(view.starts[i], view.starts[i + 1]) for i in numbers]
    places = np.concatenate(inside)
    places = places[view.owed[places]]
    if not len(places):
        return
    places = places[np.lexsort((places, view.time[places], view.key[places]))]
    keys = view.key[places]
    last = np.flatnonzero(np.append(keys[1:] != keys[:-1], True))
    view.counts[np.concatenate(inside)] = False
    view.counts[places[last]] = True
    stale = places[last][~_held(view, view.history.names[stream], places, last)]
    view.covered[stale] = NEVER
    first = np.concatenate([[0], last[:-1] + 1])
    for low, high in zip(first, last + 1, strict=True):
        group = places[low:high]
        view.covered[group] = np.minimum.accumulate(view.covered[group][::-1])[::-1]


def _held(view: View, name: str, places: Array, last: Array) -> Array:
    """Whether the client ends up holding the last update of each key of a stream."""
    shown = view.place >= 0
    shown &= view.handled
    if view.history.dedupes:
        shown[view.repeats] = False
    rows = np.flatnonzero(shown)
    held = np.full(len(view.covered), -1, np.int64)
    rank = np.full(len(view.covered), -1, np.int64)
    group = np.searchsorted(last, np.arange(len(places)))
    rank[places] = group
    newest = np.full(len(last), -1, np.int64)  # the last row per key
    mine = rows[rank[view.place[rows]] >= 0]
    newest[rank[view.place[mine]]] = mine
    held[places[last]] = newest
    final = places[last]
    good: Array = (newest >= 0) & (view.place[newest] == final)
    for event in snapshots(view):
        if event.position is None or event.position.stream != name:
            continue
        inside = np.isin(final, contained(view, event))
        later = (newest < 0) | (view.at[newest] <= event.time)
        good = np.where(later, inside | good & (newest < 0), good)
    return good
