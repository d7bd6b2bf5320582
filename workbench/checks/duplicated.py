"""Duplicated: delivered again after it had been handled."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.model.verdict import Finding

TITLE = "Handled twice"
FINDING = "duplicated"


def check(ground: Ground) -> Sequence[Finding]:
    """Every delivery after the first one of the same update (or of one copy too many)."""
    return ground.found_rows(FINDING, ground.rows(ground.view.repeats))
