"""Judged recordings for the tests of reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.reports.sample import Judged, judged, told


@pytest.fixture
def lossy(tmp_path: Path) -> Judged:
    """One client that lost three of twenty updates, and one that was never away."""
    return judged(told(tmp_path / "lossy", "b-naive"))


@pytest.fixture
def lossy_as(tmp_path: Path) -> Callable[..., Judged]:
    """The same with names of one's own."""
    return lambda *names: judged(told(tmp_path / "named", *names))
