"""No position: it subscribed again without saying where it had stopped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.checks._ground.ground import Ground
from workbench.model.history import Event
from workbench.model.verdict import Finding

TITLE = "No resume position"
FINDING = "no-position"


def check(ground: Ground) -> Sequence[Finding]:
    """A return that asked for nothing, got no snapshot, and lacks updates."""
    if ground.of(Event.SNAPSHOT):
        return []
    view = ground.view
    silent = [
        missing
        for broken in ground.breaks
        for missing in ground.strands(ground.due(broken))
        if ground.silent(broken, view.position(int(missing[0])).stream)
    ]
    return ground.found(FINDING, np.concatenate(silent)) if silent else []
