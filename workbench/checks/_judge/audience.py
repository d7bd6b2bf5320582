"""Whether a witness stands for a client: both get the same while nothing is wrong."""

from __future__ import annotations

import numpy as np

from workbench.checks._ground.strand import NEVER
from workbench.checks._ground.view import View, contiguous
from workbench.checks._judge.sources import Source
from workbench.model.words import Truth


def differs(view: View, source: Source) -> bool:
    """Whether client and witness got different updates in calm times.

    Asked only where ids prove nothing by themselves; calm is what belongs to no outage of
    the client and was published early enough to have come.
    """
    if view.truth not in (Truth.WITNESS, Truth.UPSTREAM) or contiguous(view).all():
        return False
    calm = view.owed & (view.charge == 0) & (view.covered == NEVER)
    end = np.array([view.history.end], np.int64)
    waited = view.life.open_time(end) - view.life.open_time(view.time)
    calm &= waited >= view.history.limits.delivery_patience
    return bool(calm.any()) or _alone(view, source)


def _alone(view: View, source: Source) -> bool:
    """Whether the client got something live that no watcher was given while it was open."""
    allowance = view.history.limits.in_flight
    known = np.concatenate([s.time for s in view.strands]) if view.strands else view.time
    alone = np.flatnonzero((view.got >= 0) & (known == NEVER))
    rows = view.got[alone]
    rows = rows[(view.row_charge[rows] == 0) & (view.rows["replayed"][rows] == 0)]
    return any(
        not source.gap(view.client.name, int(at) - allowance, int(at) + allowance)
        for at in view.at[rows]
    )
