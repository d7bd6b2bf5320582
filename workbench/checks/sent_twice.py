"""Sent twice: one message of the client took effect more than once."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground, said
from workbench.checks._ground.words import Context, Words
from workbench.model.verdict import Finding

TITLE = "Sent twice"
FINDING = "sent-twice"
RANK = 85
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """Messages sent again after an acknowledgement that was lost, with a second effect."""
    return [
        said(FINDING, [*send.sent, *send.effects], note=name)
        for name, send in ground.sends.items()
        if len(send.effects) > 1
    ]


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return f"The message {finding.note} took effect more than once.", (
        "Server: remember the ids of messages done, and answer a second one without doing it.",
        "Client: send again under the same id.",
    )
