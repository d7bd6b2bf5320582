"""Refuses regular expressions that a hostile message could keep busy for hours.

Python's ``re`` backtracks: a repeat within a repeat can take time that doubles with each
character, and every further open repeat multiplies by the message's length.
"""

from __future__ import annotations

import re._constants as constants  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from typing import Any

#: Repeats with no more rounds than this are cheap.
FEW = 16


def risk(text: str) -> str:
    """Why an expression is refused, or "".  It must be one that compiles."""
    counts = _Counts()
    _walk(parser.parse(text), counts, inside=False)
    if counts.nested:
        return "a repeat within a repeat can take unbounded time on a hostile message"
    if counts.wild > 2:
        return "it may have at most two open repeats of `.`; name what stands between instead"
    if counts.adjacent:
        return "two open repeats stand side by side, which takes long on a hostile message"
    return ""


class _Counts:
    nested = False
    adjacent = False
    wild = 0


def _walk(items: Any, counts: _Counts, *, inside: bool) -> None:
    before_open = False
    for op, value in items:
        is_open = op in (constants.MAX_REPEAT, constants.MIN_REPEAT) and value[1] > FEW
        if is_open:
            counts.nested = counts.nested or inside
            counts.adjacent = counts.adjacent or before_open
            counts.wild += any(o is constants.ANY for o, _ in value[2])
        before_open = is_open or (before_open and op is constants.AT)
        for part in _parts(op, value):
            _walk(part, counts, inside=inside or is_open)


def _parts(op: Any, value: Any) -> list[Any]:
    """The expressions within an item of a parsed one."""
    found: list[Any] = []
    for each in value if isinstance(value, tuple | list) else (value,):
        if isinstance(each, parser.SubPattern):
            found.append(each)
        elif isinstance(each, list):  # the branches of an alternative
            found.extend(b for b in each if isinstance(b, parser.SubPattern))
    return found
