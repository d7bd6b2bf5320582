"""Lost: owed, and still missing when the delivery patience was over."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.model.verdict import Finding

TITLE = "Lost updates"
FINDING = "lost"


def check(ground: Ground) -> Sequence[Finding]:
    """What was published for sure, was owed, and never came (``latest-state``: see stale-state)."""
    return ground.found(FINDING, ground.by_want(ground.missing.lost, latest=False))
