"""Values of filters: numbers with units, ranges, times, choices."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.journal.filters.errors import FilterError, nearest
from workbench.journal.filters.grammar import Term, Value

Mask = npt.NDArray[np.bool_]

SIZES = {"": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9,
         "ki": 1024, "kib": 1024, "mi": 2**20, "mib": 2**20, "gi": 2**30, "gib": 2**30}  # fmt: skip
#: Durations in nanoseconds.
DURATIONS = {
    "ns": 1,
    "us": 1e3,
    "µs": 1e3,
    "ms": 1e6,
    "s": 1e9,
    "m": 60e9,
    "min": 60e9,
    "h": 3600e9,
}
PLAIN = {"": 1}
_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([^\d\s.]*)", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?")


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from ``low`` to ``high``, both included; ``other`` turns it round."""

    low: float
    high: float
    other: bool = False

    def mask(self, numbers: npt.NDArray[Any]) -> Mask:
        """Which of the numbers lie in it."""
        inside: Mask = np.asarray((numbers >= self.low) & (numbers <= self.high))
        return ~inside if self.other else inside

    def holds(self, number: float) -> bool:
        """Whether one number lies in it."""
        return (self.low <= number <= self.high) != self.other


def number(text: str, value: Value, units: Mapping[str, float]) -> float:
    """A number with its unit."""
    match = _NUMBER.fullmatch(text)
    if not match:
        raise FilterError(f"“{text}” is not a number.", value.start, value.stop)
    unit = match[2].lower()
    if unit not in units:
        known = [u for u in units if u]
        what = f"“{match[2]}” is no unit here" + (f" ({', '.join(known)})." if known else ".")
        raise FilterError(what, value.start, value.stop, nearest(unit, known))
    exact = float(match[1]) * units[unit]
    return int(exact) if exact == int(exact) else exact


def interval(term: Term, units: Mapping[str, float] = PLAIN) -> Interval:
    """What a comparison with a number asks for."""
    text = term.value.text
    if term.value.kind == "pattern" or term.operator == "~":
        raise FilterError(f"“{term.key}” is a number.", term.start, term.stop, f"{term.key}:1")
    if ".." in text:
        if term.operator not in (":", "==", "!="):
            raise FilterError("A range goes with “:” or “!=”.", term.start, term.stop)
        low, high = (part.strip() for part in text.split("..", 1))
        return Interval(
            number(low, term.value, units) if low else -math.inf,
            number(high, term.value, units) if high else math.inf,
            term.operator == "!=",
        )
    return compared(term.operator, number(text, term.value, units))


def compared(operator: str, n: float) -> Interval:
    """The interval of numbers that compare so with ``n``."""
    intervals = {
        ">": Interval(-math.inf, n, other=True),
        ">=": Interval(n, math.inf),
        "<": Interval(n, math.inf, other=True),
        "<=": Interval(-math.inf, n),
        "!=": Interval(n, n, other=True),
    }
    return intervals.get(operator, Interval(n, n))


def choice(term: Term, known: Mapping[str, int]) -> int:
    """One of some words."""
    word = term.value.text.lower()
    if word in known:
        return known[word]
    what = f"“{term.value.text}” is none of {', '.join(known)}."
    raise FilterError(what, term.value.start, term.value.stop, nearest(word, known))


def clock(value: Value, now: int) -> int:
    """A moment: ``-30s`` (before now), or a time of the day of now, in local time."""
    text = value.text
    if text.startswith(("-", "+")):
        return now + int(number(text, value, DURATIONS))
    match = _CLOCK.fullmatch(text)
    if match:
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        if hour < 24 and minute < 60 and second < 60:
            seconds = midnight(now) + (hour * 60 + minute) * 60 + second
            return seconds * 10**9 + int((match[4] or "0").ljust(9, "0"))
    what = f"“{text}” is no time: write -30s, 14:03:30 or outage:3."
    raise FilterError(what, value.start, value.stop, "-30s")


def midnight(moment: int) -> int:
    """Seconds since the epoch when the local day of a moment began (0: no such day)."""
    try:
        day = datetime.fromtimestamp(moment // 10**9).replace(hour=0, minute=0, second=0)
        return int(day.timestamp())
    except (ValueError, OverflowError, OSError):
        return 0  # a damaged file may hold any number
