"""Resume ignored: it asked for what it had missed and was sent none of it."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words, place
from workbench.model.history import Event
from workbench.model.verdict import Finding

TITLE = "Resume ignored"
FINDING = "resume-ignored"
RANK = 40
EXPLAINS: tuple[str, ...] = ("lost", "skipped")


def check(ground: Ground) -> Sequence[Finding]:
    """A position asked for, something missing after it, and nothing replayed."""
    if ground.of(Event.TOO_OLD):
        return []  # the server did answer
    return [
        Finding(FINDING, 1, (asked,))
        for broken in ground.breaks
        if not ground.epochs(broken)
        for asked, missing in ground.unanswered(broken)
        if not len(ground.replayed(broken, missing))
    ]


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    asked = place(finding.positions[0]) if finding.positions else "its position"
    why = f"It asked for what follows {asked}, and nothing was replayed. {context.missed()}"
    return why.rstrip(), (
        "Server: read the position of the request and send what follows it before going live.",
        "Server: every replica must be able to answer; keep the history in a place they share.",
    )
