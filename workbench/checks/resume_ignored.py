"""Resume ignored: it asked for what it had missed and was sent none of it."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.model.history import Event
from workbench.model.verdict import Finding

TITLE = "Resume ignored"
FINDING = "resume-ignored"


def check(ground: Ground) -> Sequence[Finding]:
    """A position asked for, something missing after it, and nothing replayed."""
    if ground.of(Event.TOO_OLD):
        return []  # the server did answer
    return [
        Finding(FINDING, 1, (asked,))
        for broken in ground.breaks
        for missing in ground.strands(ground.due(broken))
        if not ground.epochs(broken)
        and (asked := ground.resumed(broken, missing)) is not None
        and not len(ground.replayed(broken, missing))
    ]
