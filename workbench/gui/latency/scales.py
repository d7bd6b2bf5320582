"""From moments and values to places in a chart, and where its lines go."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from workbench.gui.timeline.geometry import axis_step
from workbench.panels.source import Array

NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Span:
    """The part of an axis that is shown; ``log``: by octaves.  Places are 0 to 1."""

    low: float
    high: float
    log: bool = False

    def place(self, values: Array | float) -> Array:
        """Where values lie; NaN stays NaN."""
        at = np.asarray(values, dtype=np.float64)
        if not self.log:
            return np.asarray((at - self.low) / (self.high - self.low))
        bounded = np.maximum(at, self.low / 4)
        return np.asarray(np.log(bounded / self.low) / math.log(self.high / self.low))

    def value(self, place: float) -> float:
        """The value at a place."""
        if self.log:
            return float(self.low * (self.high / self.low) ** place)
        return self.low + place * (self.high - self.low)


def log_steps(low: float, high: float) -> list[float]:
    """1, 3, 10, 30 … of a range, in ns, one below it and one above."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    every = [m * 10.0**e for e in range(first, last + 1) for m in (1, 3)]
    below = [v for v in every if v <= low * 1.02][-1:]
    above = [v for v in every if v >= high * 0.98][:1]
    return below + [v for v in every if low * 1.02 < v < high * 0.98] + above


def value_span(low: float, high: float, log: bool) -> tuple[Span, list[float]]:
    """The range to show for values from ``low`` to ``high`` ns, and its lines.  It moves in
    steps, so that a chart does not tremble."""
    high = max(high, 2_000.0)
    if log:
        low = min(max(low, 1_000.0), high / 2)
        steps = log_steps(low / 1.15, high * 1.15)
        return Span(steps[0], steps[-1], True), steps
    step = linear_step(high / 4)
    top = math.ceil(high * 1.03 / step) * step
    return Span(0.0, top), [step * i for i in range(round(top / step) + 1)]


def linear_step(about: float) -> float:
    """1, 2 or 5 times a power of ten, at least ``about``."""
    unit = 10.0 ** math.floor(math.log10(about))
    return next(unit * m for m in (1, 2, 5, 10) if unit * m >= about * 0.999)


def time_steps(start: int, end: int, pixels: float, room: float) -> tuple[list[int], int]:
    """Moments to label so that each has ``room`` pixels, and the digits their words need."""
    step = axis_step((end - start) / NS, max(pixels, 1.0), room)
    width = max(1, round(step * NS))
    first = -(-start // width) * width
    return list(range(first, end + 1, width)), 0 if step >= 1 else 3
