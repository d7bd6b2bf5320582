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
    view.recovered = _Recovery(view).moments()
    limits = view.history.limits
    until = np.array([NEVER, *(NEVER if r is None else r for r in view.recovered)], np.int64)
    view.charge = view.break_at(view.time, limits.in_flight)
    view.charge[view.time >= until[view.charge]] = 0
    view.row_charge = view.charged(view.at, limits.quiet)


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


class _Recovery:
    """When a client had recovered from each break: the first moment from which it is open,
    owed nothing, and stays so for W, within a stretch in which it also got something live."""

    def __init__(self, view: View) -> None:
        self.view, self.life = view, view.life
        self.begins, self.ends = _debts(view)
        self.never: Array = np.sort(view.time[view.owed & (view.covered == NEVER)])
        count = len(self.life.opened)
        self.live = np.bincount(view.span[view.live], minlength=max(count, 1)) > 0

    def moments(self) -> list[int | None]:
        """The moment for each break; None: never."""
        if not self.life.breaks:
            return []
        calm = [self._calm(number, NEVER) for number in range(len(self.life.opened))]
        # The first stretch from each one on that has a moment of calm.
        following: list[int | None] = [None] * (len(calm) + 1)
        for number in range(len(calm) - 1, -1, -1):
            following[number] = following[number + 1] if calm[number] is None else number
        return [self._moment(broken, calm, following) for broken in self.life.breaks]

    def _moment(
        self, broken: Break, calm: list[int | None], following: list[int | None]
    ) -> int | None:
        """What was lost for good before this break is charged to an earlier outage, and does
        not keep this one from being over; what was lost since does."""
        if broken.returned is None:
            return None
        number = following[bisect_left(self.life.opened, broken.returned)]
        allowance = self.view.history.limits.in_flight
        later = np.searchsorted(self.never, broken.time - allowance)
        due = int(self.never[later]) + allowance if later < len(self.never) else NEVER
        if number is None or self.life.opened[number] >= due:
            return None
        return calm[number] if self.life.closed[number] <= due else self._calm(number, due)

    def _calm(self, number: int, due: int) -> int | None:
        """The first gap of W between debts within an open stretch, before ``due``."""
        opened, closed = self.life.opened[number], min(self.life.closed[number], due)
        if not self.live[number]:
            return None
        first = int(np.searchsorted(self.ends, opened, side="right"))
        last = max(int(np.searchsorted(self.begins, closed)), first)
        begins, ends = self.begins[first:last], self.ends[first:last]
        starts, stops = np.append(opened, ends), np.append(begins, closed)
        if len(begins) and begins[0] <= opened:
            starts, stops = starts[1:], stops[1:]
        stops = np.minimum(stops, closed)
        found = np.flatnonzero(stops - starts >= self.view.history.limits.quiet)
        return int(starts[found[0]]) if len(found) else None
