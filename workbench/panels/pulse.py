"""The last minute of each connection in 37 buckets, for the small curve in its row."""

from __future__ import annotations

from collections.abc import Iterable

BUCKETS = 37
SPAN_NS = 60_000_000_000
STEP_NS = SPAN_NS // BUCKETS

#: One bucket: messages a second while connected, None while not connected or not known.
Bucket = float | None


class Pulse:
    """Remembers one number per connection and bucket; bounded by the connections there are."""

    def __init__(self) -> None:
        self._buckets: dict[str, dict[int, Bucket]] = {}

    def note(self, name: str, per_second: float, connected: bool, now: int) -> None:
        """Take in what is known at moment ``now``.  One moment without a connection marks its
        whole bucket: a short gap must be seen."""
        mine = self._buckets.setdefault(name, {})
        place = now // STEP_NS
        if not connected:
            mine[place] = None
        elif mine.get(place, 0.0) is not None:
            mine[place] = max(per_second, mine.get(place) or 0.0)
        for old in [p for p in mine if p <= place - BUCKETS]:
            del mine[old]

    def keep(self, names: Iterable[str]) -> None:
        """Forget connections that are gone."""
        wanted = set(names)
        for name in [n for n in self._buckets if n not in wanted]:
            del self._buckets[name]

    def of(self, name: str, now: int) -> list[tuple[float, str]]:
        """37 pairs, oldest first: height from 0 to 1, and ``on``, ``off`` (not connected) or
        ``none`` (not seen)."""
        mine = self._buckets.get(name, {})
        top = max((v for v in mine.values() if v), default=0.0) or 1.0
        last = now // STEP_NS
        return [_bar(mine, place, top) for place in range(last - BUCKETS + 1, last + 1)]


def _bar(mine: dict[int, Bucket], place: int, top: float) -> tuple[float, str]:
    if place not in mine:
        return 0.0, "none"
    value = mine[place]
    return (0.0, "off") if value is None else (value / top, "on")
