"""Retry stopped: an answer that an event source takes as final (WHATWG HTML 9.2)."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground, fatal, said
from workbench.model.verdict import Finding

TITLE = "Retry stopped"
FINDING = "retry-stopped"


def check(ground: Ground) -> Sequence[Finding]:
    """A client that did not come back, and whose last attempt got a fatal answer."""
    last = fatal(ground)
    return [said(FINDING, [last], note=last.detail)] if ground.gone and last is not None else []
