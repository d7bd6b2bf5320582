"""Live before replay: a live update was handled before the replay had ended."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.model.verdict import Finding

TITLE = "Live before replay"
FINDING = "live-before-replay"


def check(ground: Ground) -> Sequence[Finding]:
    """Rows out of order that were replayed after something live of their strand."""
    view = ground.view
    live = view.live[view.after] & ~view.live[view.late]
    rows = ground.rows(view.late[live & (view.span[view.after] == view.span[view.late])])
    return ground.found_rows(FINDING, rows) if ground.breaks else []
