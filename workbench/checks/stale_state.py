"""Stale state: the client ends up with an older state of a key than the last one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words, listed, were
from workbench.model.verdict import Finding

TITLE = "Stale state"
FINDING = "stale-state"
RANK = 90
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """The last update of each key that the client does not hold (``latest-state`` streams)."""
    missing = np.sort(np.concatenate([ground.missing.lost, ground.missing.skipped]))
    return ground.found(FINDING, ground.by_want(missing, latest=True))


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    why = f"It ends up with an older state: {listed([finding])} {were(finding.count)} the last."
    return why, (
        "Server: send the present state of every key on subscribe.",
        "Client: never let an older state replace a newer one; compare versions.",
    )
