"""When a client had recovered, and which outage each update and each row belongs to."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from workbench.checks._ground.life import Break
from workbench.checks._ground.strand import NEVER, Array
from workbench.checks._ground.view import View
from workbench.model.words import How


def charge(view: View) -> None:
    """Fill in first broken bytes, recoveries, and what is charged to which break."""
    for broken in view.life.breaks:
        broken.first = first_broken(view, broken)
    begins, ends = _debts(view)
    never: Array = np.sort(view.time[view.owed & (view.covered == NEVER)])
    view.recovered = [_recovered(view, b, begins, ends, never) for b in view.life.breaks]
    limits = view.history.limits
    until = np.array([NEVER, *(NEVER if r is None else r for r in view.recovered)], np.int64)
    view.charge = view.break_at(view.time, limits.in_flight)
    view.charge[view.time >= until[view.charge]] = 0
    view.row_charge = view.charged(view.at)


def first_broken(view: View, broken: Break) -> int:
    """A stalled link breaks with the first update that it holds back; others break at once."""
    if broken.how != How.STALL:
        return broken.time
    until = view.history.end if broken.returned is None else broken.returned
    places = view.owed_in_time
    times = view.time[places]
    low = np.searchsorted(times, broken.time - view.history.limits.in_flight)
    high = np.searchsorted(times, until)
    held = times[low:high][view.covered[places[low:high]] > broken.time]
    return max(broken.time, int(held[0])) if len(held) else broken.time


def _debts(view: View) -> tuple[Array, Array]:
    """The stretches in which something was owed for longer than the allowance and paid then."""
    due = view.time[view.owed] + view.history.limits.in_flight
    paid = view.covered[view.owed]
    late = (paid > due) & (paid < NEVER)
    due, paid = due[late], paid[late]
    order = np.argsort(due, kind="stable")
    due, paid = due[order], np.maximum.accumulate(paid[order])
    if not len(due):
        return due, paid
    fresh = np.append(True, due[1:] > paid[:-1])
    return due[fresh], paid[np.append(np.flatnonzero(fresh)[1:] - 1, len(due) - 1)]


def _recovered(view: View, broken: Break, begins: Array, ends: Array, never: Array) -> int | None:
    """The first moment from which a client is open, owed nothing, and stays so for W,
    within a stretch in which it also got something live; None: never.

    What was lost for good before this break is charged to an earlier outage, and does not
    keep this one from being over.
    """
    if broken.returned is None:
        return None
    allowance = view.history.limits.in_flight
    later = never[np.searchsorted(never, broken.time - allowance) :]
    if len(later):
        due = int(later[0]) + allowance
        kept = begins < due
        begins, ends = np.append(begins[kept], due), np.append(ends[kept], NEVER)
    life = view.life
    for number in range(bisect_left(life.opened, broken.returned), len(life.opened)):
        opened, closed = life.opened[number], life.closed[number]
        rows = slice(*np.searchsorted(view.span, [number, number + 1]))
        if view.live[rows].any():
            moment = _calm(opened, closed, begins, ends, view.history.limits.quiet)
            if moment is not None:
                return moment
    return None


def _calm(opened: int, closed: int, begins: Array, ends: Array, quiet: int) -> int | None:
    """The first gap of W between debts within an open stretch."""
    first = int(np.searchsorted(ends, opened, side="right"))
    starts = np.append(max(opened, 0), ends[first:])
    stops = np.append(begins[first:], NEVER)
    if len(stops) > 1 and begins[first] <= opened:
        starts, stops = starts[1:], stops[1:]
    stops = np.minimum(stops, closed)
    found = np.flatnonzero((starts < NEVER) & (stops - starts >= quiet) & (stops >= starts))
    return int(starts[found[0]]) if len(found) else None
