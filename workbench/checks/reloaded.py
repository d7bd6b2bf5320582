"""Reloaded: a snapshot stands for updates that were never sent one by one."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words, listed
from workbench.model.verdict import Finding

TITLE = "Reloaded"
FINDING = "reloaded"
RANK = 150
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """What only a snapshot paid for."""
    owed = ground.owed[ground.view.snapped[ground.owed]]
    return ground.found(FINDING, owed)


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return f"{listed([finding])} came only as part of a snapshot, not one by one.", (
        "If that is enough for this stream, say so: expect reload or latest state.",
        "Server: keep a longer history, so that no snapshot is needed.",
    )
