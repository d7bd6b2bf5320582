"""Disagree: two sources of truth do not say the same."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.model.verdict import EVIDENCE_LIMIT, Finding

TITLE = "Sources disagree"
FINDING = "disagree"


def check(ground: Ground) -> Sequence[Finding]:
    """The updates that one source knows and another does not, in this outage."""
    found = ground.disagreements
    return [Finding(FINDING, len(found), found[:EVIDENCE_LIMIT])] if found else []
