"""Lost: owed, and still missing when the delivery patience was over."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words, listed
from workbench.model.verdict import Finding

TITLE = "Lost updates"
FINDING = "lost"
RANK = 100
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """What was published for sure, was owed, and never came (``latest-state``: see stale-state)."""
    return ground.found(FINDING, ground.by_want(ground.missing.lost, latest=False))


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    why = (
        f"{context.returned()}. {context.missed()}"
        if context.verdict.affected
        else (f"It was connected, and {listed([finding])} never came.")
    )
    return why, (
        "Server: find out where these updates stopped: publish log, backplane, or this link.",
        "Client: notice a hole in the numbers and ask for what is missing.",
    )
