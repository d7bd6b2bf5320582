"""Never reconnected: still away when the return patience was over."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground, fatal, said
from workbench.checks._ground.words import Context, Words, times
from workbench.model.verdict import Finding

TITLE = "Never reconnected"
FINDING = "never-reconnected"
RANK = 10
EXPLAINS: tuple[str, ...] = ("lost", "skipped")


def check(ground: Ground) -> Sequence[Finding]:
    """A client that did not come back, and was not told to stop trying (see retry-stopped)."""
    if not ground.gone or fatal(ground) is not None:
        return []
    return [said(FINDING, ground.breaks[-1].failed, note=str(len(ground.breaks[-1].failed)))]


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    tried = int(finding.note or 0)
    stopped = (
        f"It stopped retrying after {times(tried, 'attempt')}"
        if tried
        else ("It never tried to reconnect")
    )
    return f"{stopped}. {context.missed()}".rstrip(), (
        "Client: keep retrying with a cap on the pause; show the state to the user.",
    )
