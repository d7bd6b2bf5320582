"""What contiguous numbers prove by themselves: a hole between two deliveries is a loss.

When an update was published is not known then.  One delivered live was published just
then; a hole, or one marked as replayed, was published while the client was away.  So was
what comes in a burst to a client that asked to resume: few protocols mark what they replay.
"""

from __future__ import annotations

import numpy as np

from workbench.checks._ground.life import Break
from workbench.checks._ground.strand import NEVER, Array
from workbench.checks._ground.view import View, contiguous
from workbench.model.words import Outcome, Truth

#: A burst's updates come so many times closer to each other than the last RECENT ones did.
CLOSER, RECENT = 4, 200


def fill(view: View) -> None:
    """Add to what is known of a client's strands what their numbers prove."""
    proving = contiguous(view)
    written = {s.stream for s in view.strands if s.listed and view.truth == Truth.LEDGER}
    for number, strand in enumerate(view.strands):
        if strand.stream in written:
            continue  # the ledger knows better: what it does not name was not published
        start = int(view.starts[number])
        part = slice(start, start + strand.size)
        _deliveries(view, part)
        if proving[number]:
            _holes(view, part)


def _deliveries(view: View, part: slice) -> None:
    got = view.got[part]
    fresh = np.flatnonzero((got >= 0) & (view.time[part] == NEVER))
    if not len(fresh):
        return
    rows = got[fresh]
    at = view.at[rows]
    times = np.array([0, *(b.time for b in view.life.breaks)], np.int64)
    last = view.break_at(at, 0)
    replayed = (view.rows["replayed"][rows] != 0) & (last > 0) | _at_once(view, rows)
    view.time[part][fresh] = np.where(replayed, times[last], at)
    view.outcome[part][fresh] = Outcome.OK
    view.record[part][fresh] = view.rows["record"][rows]


def _at_once(view: View, rows: Array) -> Array:
    """Whether rows are the burst that answers a return which asked for what it had missed."""
    bursts = [np.zeros(0, np.int64)]
    for broken in view.life.breaks:
        if broken.returned is not None and any(e.position is not None for e in broken.asks):
            bursts += [_burst(view, broken, same) for same in view.rows_of.values()]
    return np.isin(rows, np.concatenate(bursts))


def _burst(view: View, broken: Break, same: Array) -> Array:
    """The first rows of a stream after a return, while they come much closer to each other than
    before the break.  One alone may be live as well."""
    at = view.at[same]
    cut = int(np.searchsorted(at, broken.time, side="right"))
    back = broken.returned or 0
    low, high = np.searchsorted(at, [back, back + view.history.limits.in_flight])
    calm = np.diff(at[max(cut - RECENT, 0) : cut])
    if not len(calm) or high - low < 2:
        return same[:0]
    sparse = np.flatnonzero(np.diff(at[low:high]) * CLOSER > np.median(calm))
    length = int(sparse[0]) + 1 if len(sparse) else high - low
    return same[low : low + length] if length > 1 else same[:0]


def _holes(view: View, part: slice) -> None:
    got = view.got[part]
    held = np.flatnonzero(got >= 0)
    if len(held) < 2:
        return
    low, high = int(held[0]), int(held[-1])
    inner = np.arange(low, high)
    holes = inner[(got[low:high] < 0) & (view.time[part][low:high] == NEVER)]
    if not len(holes):
        return
    upper = np.searchsorted(held, holes)
    before, after = view.at[got[held[upper - 1]]], view.at[got[held[upper]]]
    view.time[part][holes] = _away(view, before, after)
    view.outcome[part][holes] = Outcome.OK


def _away(view: View, before: Array, after: Array) -> Array:
    """The first break between two moments, or the first moment where there was none."""
    times = np.array([b.time for b in view.life.breaks] + [NEVER], np.int64)
    following = times[np.searchsorted(times, before)]
    return np.where(following <= after, following, before)
