"""Herd: so many clients came back at the same moment that they are a load of their own."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words
from workbench.model.verdict import Finding

TITLE = "Herd"
FINDING = "herd"
RANK = 160
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """A client that returned within one short window with many others."""
    return [Finding(FINDING, 1, (), (), str(ground.herd))] if ground.herd else []


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return f"{finding.note} clients came back at the same moment, within 100 ms.", (
        "Client: first retry at once only for a few, otherwise spread over 0–5 s, then back off.",
        "Server: close links one after the other while draining.",
    )
