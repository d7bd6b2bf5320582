"""Disagree: two sources of truth do not say the same."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words, listed
from workbench.model.verdict import EVIDENCE_LIMIT, Finding

TITLE = "Sources disagree"
FINDING = "disagree"
RANK = 170
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """The updates that one source knows and another does not, in this outage."""
    found = ground.disagreements
    return [Finding(FINDING, len(found), found[:EVIDENCE_LIMIT])] if found else []


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return f"Two sources of truth do not say the same about {listed([finding])}.", (
        "Look at the publisher's record first: it may write down less (or more) than it sends.",
    )
