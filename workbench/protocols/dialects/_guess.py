"""Which fields of JSON messages look like an offset or an id: evidence, not a decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from workbench.model.pointer import Steps, as_pointer
from workbench.protocols.dialects._values import offset_of, short

MAX_DEPTH = 6
MAX_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A field that could be the position.

    ``role``: offset (numbers that rise) or id (each different).  Shares are 0 to 1:
    ``present`` of all messages; ``rising`` and ``contiguous`` of the steps between
    neighbours (of the same ``per`` field, where one is named); ``distinct`` of the values.
    """

    pointer: str
    role: str
    examples: tuple[str, ...]
    present: float
    rising: float
    contiguous: float
    distinct: float
    per: str = ""

    @property
    def score(self) -> float:
        """The order in which candidates are offered."""
        return self.present * (self.contiguous + self.rising / 2 + self.distinct / 4)


Rows = dict[Steps, dict[int, Any]]


def guess_fields(values: Sequence[Any]) -> list[Candidate]:
    """Candidates among the fields of the values, best first, at most five."""
    rows: Rows = defaultdict(dict)
    for number, value in enumerate(values):
        for steps, leaf in _leaves(value, ()):
            if steps in rows or len(rows) < MAX_FIELDS:
                rows[steps][number] = leaf
    groups = {steps: row for steps, row in rows.items() if _parts(row)}
    found = [c for steps, row in rows.items() if (c := _judge(steps, row, groups, len(values)))]
    return sorted(found, key=lambda c: (-c.score, len(c.pointer), c.pointer))[:5]


def _leaves(value: Any, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    if isinstance(value, dict) and len(steps) < MAX_DEPTH:
        for name in list(value)[:MAX_FIELDS]:
            yield from _leaves(value[name], (*steps, name))
    elif isinstance(value, list) and len(steps) < MAX_DEPTH:
        for place, each in enumerate(value[:4]):
            yield from _leaves(each, (*steps, str(place)))
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield steps, value


def _parts(row: dict[int, Any]) -> bool:
    """True for a field that parts messages into groups, as a stream's name does."""
    texts = {v for v in row.values() if isinstance(v, str)}
    return len(texts) > 1 and len(texts) * 4 <= len(row) and len(texts) == len(set(row.values()))


def _judge(steps: Steps, row: dict[int, Any], groups: Rows, total: int) -> Candidate | None:
    if len(row) < 2:
        return None
    numbers = {n: o for n, v in row.items() if (o := offset_of(v)) is not None}
    distinct = len(set(row.values())) / len(row)
    examples = tuple(short(str(v)) for v in list(row.values())[:3])
    if len(numbers) < len(row):
        if distinct < 0.9:
            return None
        return Candidate(as_pointer(steps), "id", examples, len(row) / total, 0.0, 0.0, distinct)
    per, rising, contiguous = _best_steps(numbers, groups)
    if rising < 0.9:
        return None
    present = len(row) / total
    return Candidate(
        as_pointer(steps), "offset", examples, present, rising, contiguous, distinct, per
    )


def _best_steps(numbers: dict[int, int], groups: Rows) -> tuple[str, float, float]:
    """(field, rising, contiguous) for the grouping in which the numbers rise best."""
    best = ("", *_steps([list(numbers.values())]))
    for steps, names in groups.items():
        by_name: dict[Any, list[int]] = defaultdict(list)
        for row, number in numbers.items():
            by_name[names.get(row)].append(number)
        rising, contiguous = _steps(list(by_name.values()))
        if (contiguous, rising) > (best[2], best[1]):
            best = (as_pointer(steps), rising, contiguous)
    return best


def _steps(runs: list[list[int]]) -> tuple[float, float]:
    steps = [b - a for run in runs for a, b in pairwise(run)]
    if not steps:
        return 0.0, 0.0
    return sum(s > 0 for s in steps) / len(steps), sum(s == 1 for s in steps) / len(steps)
