"""What carries updates between replicas and remembers them: one contract, two implementations."""

from __future__ import annotations

from workbench.service.backplane.contract import Backplane, Wake
from workbench.service.backplane.values import (
    BackplaneError,
    Draft,
    Head,
    LimitReachedError,
    Snapshot,
    TooOldError,
    Update,
)

__all__ = [
    "Backplane",
    "BackplaneError",
    "Draft",
    "Head",
    "LimitReachedError",
    "Snapshot",
    "TooOldError",
    "Update",
    "Wake",
]
