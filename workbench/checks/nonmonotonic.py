"""Nonmonotonic: delivered after a later update of the same epoch."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words, listed
from workbench.model.verdict import Finding

TITLE = "Out of order"
FINDING = "nonmonotonic"
RANK = 110
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """Every first delivery that came after a later one, beyond the in-flight allowance."""
    return ground.found_rows(FINDING, ground.rows("late"))


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return f"{listed([finding])} came after a later update of the same stream.", (
        "Server: send each stream over one ordered queue.",
        "Client: put updates in order by their number before handling them.",
    )
