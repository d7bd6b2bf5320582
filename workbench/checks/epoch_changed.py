"""Epoch changed: the numbers begin anew, so a position of before means nothing."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words
from workbench.model.verdict import Finding
from workbench.model.words import Truth

TITLE = "Epoch changed"
FINDING = "epoch-changed"
RANK = 20
EXPLAINS: tuple[str, ...] = ("lost", "skipped")


def check(ground: Ground) -> Sequence[Finding]:
    """A stream that came back in another epoch, where updates are missing or may be."""
    guessing = ground.view.truth == Truth.SEQUENCE
    if not guessing and not len(ground.lacking):
        return []
    changes = [c for broken in ground.breaks for c in ground.epochs(broken)]
    return [Finding(FINDING, len(changes), tuple(p for c in changes for p in c))] if changes else []


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    why = "The stream began anew while it was away, so its position no longer meant anything."
    return f"{why} {context.missed()}".rstrip(), (
        "Server: send the epoch with every position, and refuse a position of another epoch.",
        "Client: when the epoch has changed, take a snapshot or read from the beginning.",
        "Server: keep the history outside of the process that is restarted.",
    )
