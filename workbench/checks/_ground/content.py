"""Updates known by their content alone: which copy delivered is which copy published.

A delivery is the latest copy published that is not taken yet (a pair of brackets: each
publish opens one, each delivery closes the last one open), so that a copy missed while
away stays missed when an equal one is delivered live.
"""

from __future__ import annotations

import numpy as np

from workbench.checks._ground.strand import Array


def match(published: Array, published_at: Array, ids: Array, at: Array, early: int) -> Array:
    """The place of each delivery among the copies published, -1 for one too many.

    ``early``: by how much (ns) a delivery may come before its publish was noted.
    """
    count = len(published)
    group = np.unique(np.concatenate([published, ids]), return_inverse=True)[1]
    time = np.concatenate([published_at - early, at])
    closes = np.arange(count + len(ids)) >= count
    order = np.lexsort((closes, time, group))
    group, closes = group[order], closes[order]
    # Each group is pushed below all earlier ones, so that one running minimum serves them all.
    base = -group * (2 * len(order) + 2)
    total = np.cumsum(np.where(closes, -1, 1))
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    before = np.where(starts > 0, total[starts - 1], 0)
    total = total - np.repeat(before, np.diff(starts, append=len(order))) + base
    lowest = np.minimum(np.minimum.accumulate(total), base)
    previous = np.where(np.diff(group, prepend=-1) != 0, base, np.roll(lowest, 1))
    taken = ~closes | (lowest == previous)
    level = total - lowest + closes
    kept = np.flatnonzero(taken)
    kept = kept[np.lexsort((kept, level[kept], group[kept]))]
    closing = np.flatnonzero(closes[kept])
    places = np.full(len(ids), -1, np.int64)
    places[order[kept[closing]] - count] = order[kept[closing - 1]]
    return places
