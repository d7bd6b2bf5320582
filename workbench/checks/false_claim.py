"""False claim: somebody said recovered, and updates are missing (house rule 9)."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground, said
from workbench.checks._ground.words import Context, Words
from workbench.model.history import Event
from workbench.model.verdict import Finding

TITLE = "False claim of recovery"
FINDING = "false-claim"
RANK = 70
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """A claim of recovery in an outage that lost or skipped something."""
    claims = [e for e in ground.of(Event.CLAIMED) if e.detail == "yes"]
    return [said(FINDING, claims, len(claims))] if claims and len(ground.lacking) else []


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return f"It was told that it had recovered. {context.missed()}".rstrip(), (
        "Server: claim recovery only after the replay is complete.",
        "Client: do not trust the claim; compare the first number with the last one held.",
    )
