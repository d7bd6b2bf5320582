"""An error in a filter, with its place."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from workbench.model.errors import Whose, WorkbenchError


class FilterError(WorkbenchError):
    """``start`` up to ``stop`` is the span of text to underline; ``suggestion`` would be right
    in its place ("": none is known)."""

    def __init__(self, what: str, start: int, stop: int, suggestion: str = "") -> None:
        to_do = f"Did you mean {suggestion}?" if suggestion else ""
        super().__init__(what, whose=Whose.USER, to_do=to_do)
        self.start = start
        self.stop = stop
        self.suggestion = suggestion


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like this one, or ""."""
    return next(iter(get_close_matches(word.lower(), list(known), 1, 0.55)), "")
