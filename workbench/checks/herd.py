"""Herd: so many clients came back at the same moment that they are a load of their own."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground
from workbench.model.verdict import Finding

TITLE = "Herd"
FINDING = "herd"


def check(ground: Ground) -> Sequence[Finding]:
    """A client that returned within one short window with many others."""
    return [Finding(FINDING, 1, (), (), str(ground.herd))] if ground.herd else []
