"""From moments to pixels, and where an axis has its ticks."""

from __future__ import annotations

from dataclasses import dataclass

#: Seconds between ticks: what a person counts in.
STEPS = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30),
    *(60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400),
)


@dataclass(frozen=True, slots=True)
class Axis:
    """Time ``start`` to ``end`` (ns) over the pixels ``left`` to ``right``; ``zero`` is the
    moment called 0 s."""

    start: int
    end: int
    left: float
    right: float
    zero: int

    def x(self, moment: int) -> float:
        """The pixel of a moment, kept within the axis."""
        share = (moment - self.start) / (self.end - self.start)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def ticks(self, most: int = 12) -> list[tuple[float, str]]:
        """Pixels and words, about ``most`` of them."""
        span = (self.end - self.start) / 1e9
        step = next((s for s in STEPS if span / s <= most), span / most)
        first = -int((self.zero - self.start) / 1e9 / step)
        last = int((self.end - self.zero) / 1e9 / step)
        found = range(first, min(last, first + 2 * most) + 1)
        return [(self.x(self.zero + round(i * step * 1e9)), _words(i * step)) for i in found]


def _words(seconds: float) -> str:
    sign = "\u2212" if seconds < 0 else "+" if seconds > 0 else ""
    size = abs(seconds)
    if size >= 120 and size % 60 == 0:
        return f"{sign}{size / 60:g} min"
    return f"{sign}{size:g} s"


def nice(top: int, most: int = 4) -> int:
    """A round distance between ticks of an axis of counts."""
    unit = 1
    while True:
        for factor in (1, 2, 5):
            if top <= unit * factor * most:
                return unit * factor
        unit *= 10
