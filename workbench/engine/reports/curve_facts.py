"""What was published while a client was away, and what of it came: the chart's numbers."""

from __future__ import annotations

import numpy as np

from workbench.engine.reports.facts import Array, Curve
from workbench.model.history import History
from workbench.model.words import Outcome

#: Steps of one curve; beyond it every n-th is kept.
MOST = 4_000


def curve_of(history: History, name: str, start: int, end: int) -> Curve | None:
    """One client's curves between two moments; None where nothing is known of its updates.

    Published is the ledger, or, without one, the first sight of each update by any client.
    """
    client = history.clients.get(name)
    if client is None:
        return None
    seen = _source(history)
    seen = seen[np.isin(seen["stream"], np.unique(client.delivered["stream"]))]
    seen = seen[(seen["time"] >= start) & (seen["time"] <= end)]
    if not len(seen):
        return None
    keys, first = np.unique(_keys(seen), return_index=True)
    own, own_first = np.unique(_keys(client.delivered), return_index=True)
    came = np.isin(keys, own)
    arrived = client.delivered["time"][own_first[np.isin(own, keys)]]
    return Curve(
        published=thinned(np.sort(seen["time"][first])),
        received=thinned(np.sort(arrived)),
        lost=np.sort(seen["time"][first[~came]])[:MOST].astype(np.int64),
        published_total=len(keys),
        received_total=len(arrived),
    )


def _source(history: History) -> Array:
    if history.published is not None:
        ledger: Array = history.published[history.published["outcome"] == Outcome.OK]
        return ledger
    delivered = [client.delivered for client in history.clients.values()]
    return np.sort(np.concatenate(delivered), order="time", kind="stable")


def _keys(rows: Array) -> Array:
    """Stream, epoch, and the offset or (without one) the id, as one comparable value each."""
    keys = np.zeros(len(rows), dtype=[("s", "<u4"), ("e", "<u4"), ("p", "<u8"), ("by", "u1")])
    numbered = rows["offset"] >= 0
    keys["s"], keys["e"], keys["by"] = rows["stream"], rows["epoch"], numbered
    keys["p"] = np.where(numbered, rows["offset"].astype(np.uint64), rows["id"])
    return keys


def thinned(times: Array) -> Array:
    """At most MOST of them, the last among them."""
    if len(times) <= MOST:
        return times.astype(np.int64)
    index = np.linspace(0, len(times) - 1, MOST).astype(np.int64)
    return times[index].astype(np.int64)
