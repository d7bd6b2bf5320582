"""Paths into JSON: ``json.a.b[0]``, ``/a/b`` (RFC 6901) and ``$.a['b']`` (RFC 9535, the part
without filters)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workbench.journal.filters.errors import FilterError

MAX_STEPS = 50
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+|\*)\]|\[(['\"])((?:(?!\3).)*)\3\]")


@dataclass(frozen=True, slots=True)
class Path:
    """Keys (str), places in lists (int), and None for every item."""

    steps: tuple[str | int | None, ...]

    def last_key(self) -> str:
        """The last key, which must stand in the text of any JSON that has it."""
        keys = [step for step in self.steps if isinstance(step, str) and not step.isdigit()]
        return keys[-1] if keys else ""


def parse_path(text: str, start: int, stop: int) -> Path:
    """The path in any of the three ways.  FilterError at the span where it cannot be read."""
    if text.startswith("/"):
        parts = text[1:].split("/")
        steps: list[str | int | None] = [p.replace("~1", "/").replace("~0", "~") for p in parts]
    else:
        steps = list(dotted(text.removeprefix("$"), start, stop))
    if not steps or len(steps) > MAX_STEPS:
        raise FilterError("A path is missing here.", start, stop, "json.id")
    return Path(tuple(steps))


def dotted(text: str, start: int, stop: int) -> Iterator[str | int | None]:
    """The steps of a path with dots and brackets."""
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if not match:
            raise FilterError("This path cannot be read.", start, stop)
        at = match.end()
        key, place, _, quoted = match.groups()
        if place:
            yield None if place == "*" else int(place)
        else:
            yield None if key == "*" else (key or quoted)


def values_at(value: Any, path: Path) -> list[Any]:
    """The values at a path: none, one, or with ``*`` many."""
    found = [value]
    for step in path.steps:
        found = [inner for one in found for inner in stepped(one, step)]
    return found


def stepped(value: Any, step: str | int | None) -> list[Any]:
    """What lies one step further."""
    if isinstance(value, dict):
        if step is None:
            return list(value.values())
        return [value[str(step)]] if str(step) in value else []
    if isinstance(value, list):
        if step is None:
            return value
        if isinstance(step, int) or step.isdigit():
            return value[int(step) : int(step) + 1] if len(str(step)) < 10 else []
    return []
