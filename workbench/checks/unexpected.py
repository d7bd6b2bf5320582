"""Unexpected: delivered, and nobody published it (or its publish surely failed)."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words, listed
from workbench.model.verdict import Finding

TITLE = "Unexpected updates"
FINDING = "unexpected"
RANK = 80
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """What the ledger does not know, of the streams it writes down."""
    return ground.found_rows(FINDING, ground.rows("strange"))


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return f"{listed([finding])} came, and the publisher does not know of it.", (
        "Server: look for updates of another stream or tenant, and for publishes that were "
        "reported as failed and went out all the same.",
    )
