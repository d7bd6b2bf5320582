"""Epoch changed: the numbers begin anew, so a position of before means nothing."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.model.verdict import Finding
from workbench.model.words import Truth

TITLE = "Epoch changed"
FINDING = "epoch-changed"


def check(ground: Ground) -> Sequence[Finding]:
    """A stream that came back in another epoch, where updates are missing or may be."""
    guessing = ground.view.truth == Truth.SEQUENCE
    if not guessing and not len(ground.lacking):
        return []
    changes = [c for broken in ground.breaks for c in ground.epochs(broken)]
    return [Finding(FINDING, len(changes), tuple(p for c in changes for p in c))] if changes else []
