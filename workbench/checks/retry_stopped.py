"""Retry stopped: an answer that an event source takes as final (WHATWG HTML 9.2)."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground, fatal, said
from workbench.checks._ground.words import Context, Words
from workbench.model.verdict import Finding

TITLE = "Retry stopped"
FINDING = "retry-stopped"
RANK = 10
EXPLAINS: tuple[str, ...] = ("lost", "skipped")


def check(ground: Ground) -> Sequence[Finding]:
    """A client that did not come back, and whose last attempt got a fatal answer."""
    last = fatal(ground)
    return [said(FINDING, [last], note=last.detail)] if ground.gone and last is not None else []


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    why = f"The answer {finding.note} ends an event source for good: the browser never retries."
    return f"{why} {context.missed()}".rstrip(), (
        "Balancer: while no replica is ready, reset or hold connections instead of answering "
        "with an error page.",
        "Client: when an EventSource is CLOSED, make a new one after a pause.",
    )
