"""Which dialect a link speaks: each is asked how sure it is, the surest wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.model.chunk import Opening


def pick(
    opening: Opening, first: Sequence[tuple[int, int, bytes]], units: Mapping[str, Any]
) -> tuple[str, float]:
    """(name, how sure from 0 to 1) of the best dialect among ``units`` (name to module).

    Of equals the first by name, so that a recording is read the same way every time.
    Raises ValueError when there are no units.
    """
    scores = {name: float(units[name].recognise(opening, first)) for name in sorted(units)}
    best = max(scores, key=lambda name: scores[name])
    return best, min(1.0, max(0.0, scores[best]))
