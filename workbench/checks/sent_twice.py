"""Sent twice: one message of the client took effect more than once."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground, said
from workbench.model.verdict import Finding

TITLE = "Sent twice"
FINDING = "sent-twice"


def check(ground: Ground) -> Sequence[Finding]:
    """Messages sent again after an acknowledgement that was lost, with a second effect."""
    return [
        said(FINDING, [*events, *effects], note=name)
        for name, events in ground.sends.items()
        if len(effects := ground.effects(name)) > 1
    ]
