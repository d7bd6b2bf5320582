"""False claim: somebody said recovered, and updates are missing (house rule 9)."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground, said
from workbench.model.history import Event
from workbench.model.verdict import Finding

TITLE = "False claim of recovery"
FINDING = "false-claim"


def check(ground: Ground) -> Sequence[Finding]:
    """A claim of recovery in an outage that lost or skipped something."""
    claims = [e for e in ground.of(Event.CLAIMED) if e.detail == "yes"]
    return [said(FINDING, claims, len(claims))] if claims and len(ground.lacking) else []
