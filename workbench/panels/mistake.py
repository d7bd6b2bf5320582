"""The error of a filter with its place: for the bar, without what evaluates filters (numpy)."""

from __future__ import annotations

from workbench.journal.filters.errors import FilterError

__all__ = ["FilterError"]
