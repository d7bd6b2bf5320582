"""Live before replay: a live update was handled before the replay had ended."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words, listed
from workbench.model.verdict import Finding

TITLE = "Live before replay"
FINDING = "live-before-replay"
RANK = 60
EXPLAINS: tuple[str, ...] = ("nonmonotonic",)


def check(ground: Ground) -> Sequence[Finding]:
    """Rows out of order that were replayed after something live of their strand."""
    view = ground.view
    if not ground.breaks:
        return []
    late = ground.rows("late")
    after = view.after[np.searchsorted(view.late, late)]
    kept = view.live[after] & ~view.live[late] & (view.span[after] == view.span[late])
    return ground.found_rows(FINDING, late[kept])


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return (
        f"Live updates were handled before the replay had ended: {listed([finding])} came late.",
        (
            "Client: hold live updates back until the replay is complete.",
            "Server: go live only after the last update of the replay.",
        ),
    )
