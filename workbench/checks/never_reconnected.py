"""Never reconnected: still away when the return patience was over."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground, fatal, said
from workbench.model.verdict import Finding

TITLE = "Never reconnected"
FINDING = "never-reconnected"


def check(ground: Ground) -> Sequence[Finding]:
    """A client that did not come back, and was not told to stop trying (see retry-stopped)."""
    if not ground.gone or fatal(ground) is not None:
        return []
    return [said(FINDING, ground.breaks[-1].failed, note=str(len(ground.breaks[-1].failed)))]
