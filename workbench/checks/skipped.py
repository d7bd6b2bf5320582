"""Skipped: jumped over by a later update, and not yet lost for good."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.model.verdict import Finding

TITLE = "Skipped updates"
FINDING = "skipped"


def check(ground: Ground) -> Sequence[Finding]:
    """What is owed while something later of the same epoch has already come."""
    return ground.found(FINDING, ground.by_want(ground.missing.skipped, latest=False))
