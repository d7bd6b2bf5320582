"""Duplicated: delivered again after it had been handled."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words, listed
from workbench.model.verdict import Finding

TITLE = "Handled twice"
FINDING = "duplicated"
RANK = 120
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """Every delivery after the first one of the same update (or of one copy too many)."""
    return ground.found_rows(FINDING, ground.rows("repeats"))


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return f"{listed([finding])} came again after it had been handled.", (
        "Client: drop ids that were already handled, or make handling twice harmless.",
        "Server: begin a replay after the position asked for.",
    )
