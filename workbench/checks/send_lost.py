"""Send lost: what the client sent had no effect and was not acknowledged."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground, said
from workbench.checks._ground.words import Context, Words
from workbench.model.verdict import Finding

TITLE = "Sent message lost"
FINDING = "send-lost"
RANK = 85
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """Messages sent in (or cut off by) this outage without effect and acknowledgement."""
    return [
        said(FINDING, send.sent, note=name)
        for name, send in ground.sends.items()
        if not send.effects and not send.acknowledged
    ]


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return f"The message {finding.note} that it sent had no effect and no answer.", (
        "Client: keep what is not acknowledged, and send it again under the same id.",
        "Server: acknowledge after the effect is durable.",
    )
