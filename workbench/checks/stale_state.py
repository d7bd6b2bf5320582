"""Stale state: the client ends up with an older state of a key than the last one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.checks._ground.ground import Ground
from workbench.model.verdict import Finding

TITLE = "Stale state"
FINDING = "stale-state"


def check(ground: Ground) -> Sequence[Finding]:
    """The last update of each key that the client does not hold (``latest-state`` streams)."""
    missing = np.sort(np.concatenate([ground.missing.lost, ground.missing.skipped]))
    return ground.found(FINDING, ground.by_want(missing, latest=True))
