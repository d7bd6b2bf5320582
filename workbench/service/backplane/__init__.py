"""What carries updates between replicas and remembers them: one contract, two implementations."""

from __future__ import annotations

from workbench.service.backplane.contract import Backplane, Wake
from workbench.service.backplane.values import (
    BackplaneUnavailable,
    Draft,
    Head,
    LimitReached,
    Snapshot,
    TooOld,
    Update,
)

__all__ = [
    "Backplane",
    "BackplaneUnavailable",
    "Draft",
    "Head",
    "LimitReached",
    "Snapshot",
    "TooOld",
    "Update",
    "Wake",
]
