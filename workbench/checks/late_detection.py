"""Late detection: a silent link was taken for a living one for too long."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words
from workbench.model.verdict import Finding
from workbench.model.words import How

TITLE = "Late detection"
FINDING = "late-detection"
RANK = 65
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """Stalls that the client gave up after more than the limit, or never did."""
    history = ground.view.history
    found = []
    for broken in ground.breaks:
        noticed = history.end if broken.detected is None else broken.detected
        took = noticed - broken.time
        silent = broken.how == How.STALL and not broken.healed and not broken.left
        if silent and took > history.limits.late_detection:
            records = (broken.record,) if broken.record >= 0 else ()
            found.append(Finding(FINDING, 1, (), records, f"{took / 1e9:.1f}"))
    return found


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return f"It noticed the loss only after {finding.note} s.", (
        "Client and server: heartbeat every 10 s or faster; give up after two missed.",
    )
