"""Reloaded: a snapshot stands for updates that were never sent one by one."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.model.verdict import Finding

TITLE = "Reloaded"
FINDING = "reloaded"


def check(ground: Ground) -> Sequence[Finding]:
    """What only a snapshot paid for."""
    owed = ground.owed[ground.view.snapped[ground.owed]]
    return ground.found(FINDING, owed)
