"""Nonmonotonic: delivered after a later update of the same epoch."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.model.verdict import Finding

TITLE = "Out of order"
FINDING = "nonmonotonic"


def check(ground: Ground) -> Sequence[Finding]:
    """Every first delivery that came after a later one, beyond the in-flight allowance."""
    return ground.found_rows(FINDING, ground.rows(ground.view.late))
