"""Unexpected: delivered, and nobody published it (or its publish surely failed)."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.model.verdict import Finding

TITLE = "Unexpected updates"
FINDING = "unexpected"


def check(ground: Ground) -> Sequence[Finding]:
    """What the ledger does not know, of the streams it writes down."""
    return ground.found_rows(FINDING, ground.rows(ground.view.strange))
