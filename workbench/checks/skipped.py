"""Skipped: jumped over by a later update, and not yet lost for good."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words, listed
from workbench.model.verdict import Finding

TITLE = "Skipped updates"
FINDING = "skipped"
RANK = 100
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """What is owed while something later of the same epoch has already come."""
    return ground.found(FINDING, ground.by_want(ground.missing.skipped, latest=False))


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return f"A later update came before {listed([finding])}, which had not come by the end.", (
        "Server: send the replay in order and without holes.",
        "Client: notice a hole in the numbers and ask for what is missing.",
        "Record for longer: what is skipped may still have come.",
    )
