"""The reconnect storm: who came to the balancer, in bins of 100 ms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from workbench.wire.balancer import Arrival

BIN_MS = 100
MOST_ARRIVALS = 100_000  # kept one by one; the rest is counted only
MOST_BINS = 3_000  # told: five minutes of a storm without a pause
CLIENTS = ("ws", "sse")


class Storm:
    """Arrivals since ``began`` (ns).  ``ours(arrival)`` is True for what the workbench itself
    sent, which is no client's attempt."""

    def __init__(self, began: int, ours: Callable[[Arrival], bool] = lambda _: False) -> None:
        self._began = began
        self._ours = ours
        self._arrivals: dict[int, Arrival] = {}
        self._left_out = 0

    def arrived(self, arrival: Arrival) -> None:
        """An arrival, new or changed."""
        if id(arrival) in self._arrivals:
            return
        if len(self._arrivals) >= MOST_ARRIVALS:
            self._left_out += not arrival.landed
        elif arrival.at >= self._began:
            self._arrivals[id(arrival)] = arrival

    def value(self) -> dict[str, Any]:
        """As door/state.py says (StormValue)."""
        arrivals = [a for a in self._arrivals.values() if self._counts(a)]
        attempts = Counter(self._bin(a.at) for a in arrivals)
        opens = Counter(self._bin(a.opened) for a in arrivals if a.opened)
        total, peak = sum(opens.values()), max(opens.values(), default=0)
        bins = sorted(set(attempts) | set(opens))
        return {
            "bin_ms": BIN_MS,
            "curve": [(n * BIN_MS, attempts[n], opens[n]) for n in bins[:MOST_BINS]],
            "attempts": sum(attempts.values()),
            "opens": total,
            "peak_attempts": max(attempts.values(), default=0),
            "peak_opens": peak,
            "spread_ms": (max(opens) - min(opens) + 1) * BIN_MS if opens else 0,
            "herd_index": round(peak / total, 3) if total else 0.0,
            "admitted_ms": _admitted(arrivals),
            "left_out": self._left_out,
        }

    def _bin(self, moment: int) -> int:
        return (moment - self._began) // (BIN_MS * 1_000_000)

    def _counts(self, arrival: Arrival) -> bool:
        """A client's attempt: what asked for something else is none; what was refused before it
        could ask is, unless it was ours."""
        return arrival.protocol in CLIENTS or (not arrival.protocol and not self._ours(arrival))


def _admitted(arrivals: list[Arrival]) -> dict[str, int]:
    """Percent → ms from the first attempt until so many of those that opened had."""
    opened = sorted(a.opened for a in arrivals if a.opened)
    if not opened:
        return {}
    first = min(a.at for a in arrivals)
    at = {"50": (len(opened) - 1) // 2, "99": (99 * len(opened) - 1) // 100, "100": -1}
    return {percent: (opened[i] - first) // 1_000_000 for percent, i in at.items()}
