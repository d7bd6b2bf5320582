"""Never read: published so late that the recording ended before it was due."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.model.verdict import Finding

TITLE = "Never read"
FINDING = "never-read"


def check(ground: Ground) -> Sequence[Finding]:
    """What may still have come after the end: neither lost nor delivered."""
    return ground.found(FINDING, ground.missing.never_read)
