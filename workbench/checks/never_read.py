"""Never read: published so late that the recording ended before it was due."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words, listed, times
from workbench.model.verdict import Finding

TITLE = "Never read"
FINDING = "never-read"
RANK = 190
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """What may still have come after the end: neither lost nor delivered."""
    return ground.found(FINDING, ground.missing.never_read)


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    count = times(finding.count, "update")
    return f"The recording ended before {count} could have come: {listed([finding])}.", (
        "Record for a few seconds more after the last publish.",
    )
