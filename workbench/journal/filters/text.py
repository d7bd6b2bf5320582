"""Parts of plans that look into payloads: bytes, patterns, JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import re2
import stringzilla

from workbench.journal.filters.chunk import SPARSE, Chunk
from workbench.journal.filters.errors import FilterError
from workbench.journal.filters.grammar import Term, Value
from workbench.journal.filters.nodes import JSON, PATTERN, TEXT
from workbench.journal.filters.paths import Path, values_at
from workbench.journal.filters.values import Interval, Mask, compared

#: The finder keeps the interpreter for itself while it runs: bytes handed to it at once.
STEP = 8 * 1024 * 1024
#: Hits before it is asked whether they are dense.
MANY = 64
MAX_PATTERN = 1000


@dataclass(frozen=True, slots=True)
class Contains:
    """Rows whose payload contains some bytes."""

    needle: bytes
    cost: int = TEXT

    def rows(self, chunk: Chunk, wanted: Mask) -> Mask:
        found = np.zeros(len(wanted), np.bool_)
        if np.count_nonzero(wanted) * SPARSE < len(wanted):
            for row, payload in chunk.payloads_of(wanted):
                found[row] = self.needle in payload
            return found
        recording, start = chunk.context.recording, chunk.start
        for low, high, data, base in recording.regions(start, start + len(wanted)):
            self._scan(chunk, low - start, high - start, data, base, found)
        return found

    def _scan(
        self, chunk: Chunk, low: int, high: int, data: memoryview, base: int, found: Mask
    ) -> None:
        """Find the needle in the payloads of neighbouring rows, which lie side by side."""
        at = find(data, self.needle, 0)
        if at < 0:
            return
        offsets = chunk.headers["offset"][low:high].astype(np.int64) - base
        ends = offsets + chunk.headers["size"][low:high]
        hits = 0
        while at >= 0:
            row = max(int(np.searchsorted(offsets, at, "right")) - 1, 0)
            hits += 1
            if hits > MANY and row < hits * SPARSE:  # it is in most of them: look in each
                found[low:high] = [self.needle in p for p in chunk.payloads[low:high]]
                return
            if offsets[row] <= at and at + len(self.needle) <= ends[row]:
                found[low + row] = True
                if row + 1 == len(offsets):
                    return
                at = max(int(offsets[row + 1]), at + 1)
            else:  # it reaches over the end of a payload
                at += 1
            at = find(data, self.needle, at)


def find(data: memoryview, needle: bytes, at: int) -> int:
    """Where the needle begins, from ``at`` on; -1: nowhere.  Other threads get their turn."""
    while at < len(data):
        stop = min(at + STEP, len(data))
        place = int(stringzilla.find(data[at : min(stop + len(needle) - 1, len(data))], needle))
        if place >= 0:
            return at + place
        at = stop
    return -1


@dataclass(frozen=True, slots=True)
class Matches:
    """Rows whose payload matches a pattern, in time linear in its length (RE2)."""

    pattern: Any
    cost: int = PATTERN

    def rows(self, chunk: Chunk, wanted: Mask) -> Mask:
        found = np.zeros(len(wanted), np.bool_)
        for row, payload in chunk.payloads_of(wanted):
            found[row] = self.pattern.search(payload) is not None
        return found


def compiled(value: Value) -> Any:
    """The pattern of a value.  FilterError: RE2 cannot take it."""
    if len(value.text) > MAX_PATTERN:
        what = f"A pattern has at most {MAX_PATTERN} characters."
        raise FilterError(what, value.start, value.stop)
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = "i" not in value.flags
    options.dot_nl = "s" in value.flags
    prefix = "(?m)" if "m" in value.flags else ""
    try:
        return re2.compile(prefix + value.text, options)
    except re2.error as e:
        why = e.args[0] if e.args else ""
        why = why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)
        raise FilterError(f"This pattern cannot be used: {why}.", value.start, value.stop) from e


@dataclass(frozen=True, slots=True)
class OfJson:
    """Rows whose payload is JSON with a value at a path that passes a test (None: any)."""

    path: Path
    test: JsonTest | None
    cost: int = JSON

    def rows(self, chunk: Chunk, wanted: Mask) -> Mask:
        key = self.path.last_key()
        if key:  # a key can also be written with escapes, hence the second
            wanted = wanted & (
                Contains(orjson.dumps(key)).rows(chunk, wanted)
                | Contains(b"\\u").rows(chunk, wanted)
            )
        found = np.zeros(len(wanted), np.bool_)
        for row, payload in chunk.payloads_of(wanted):
            found[row] = self._holds(payload)
        return found

    def _holds(self, payload: bytes) -> bool:
        try:
            value = orjson.loads(payload)
        except ValueError:
            return False
        test = self.test
        for step in self.path.steps:
            if type(value) is not dict or type(step) is not str:
                found = values_at(orjson.loads(payload), self.path)
                return bool(found) if test is None else any(map(test.holds, found))
            if step not in value:
                return False
            value = value[step]
        return test is None or test.holds(value)


@dataclass(frozen=True, slots=True)
class JsonTest:
    """A comparison with one JSON value: numbers with numbers, text with text."""

    operator: str
    text: str
    number: Interval | None
    pattern: Any = None

    def holds(self, value: Any) -> bool:
        """Whether a value passes; of a list, whether one of its items does."""
        if isinstance(value, list):
            return any(map(self.holds, value))
        if isinstance(value, bool) or value is None:
            return self._word(orjson.dumps(value).decode())
        if isinstance(value, int | float):
            if self.number is not None:
                return self.number.holds(value)
            return self._word(orjson.dumps(value).decode())
        return isinstance(value, str) and self._word(value)

    def _word(self, text: str) -> bool:
        if self.pattern is not None:
            return self.pattern.search(text) is not None
        if self.operator in (":", "~"):
            return self.text.lower() in text.lower()
        if self.operator in ("==", "!="):
            return (text == self.text) == (self.operator == "==")
        return self.number is None and ordered(self.operator, text, self.text)


def ordered(operator: str, one: str, other: str) -> bool:
    """Whether two texts stand in an order: good for dates."""
    if operator in (">", ">="):
        return one > other or (operator == ">=" and one == other)
    return one < other or (operator == "<=" and one == other)


def json_test(term: Term) -> JsonTest:
    """What a comparison with a JSON value asks for."""
    value = term.value
    if value.kind == "pattern":
        if term.operator not in (":", "~"):
            raise FilterError("A pattern goes with “~”.", term.start, term.stop)
        return JsonTest(term.operator, "", None, compiled(value))
    number = None
    if value.kind == "word" and term.operator != "~":
        number = number_in(term.operator, value.text)
    return JsonTest(term.operator, value.text, number)


def number_in(operator: str, text: str) -> Interval | None:
    """The interval, where the text is a number or a range of numbers."""
    low, dots, high = text.partition("..")
    try:
        if dots and operator in (":", "=="):
            return Interval(float(low), float(high))
        return compared(operator, float(text))
    except ValueError:
        return None
