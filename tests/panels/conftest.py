"""The demo's story as a recording in memory."""

from __future__ import annotations

import datetime

import pytest

from tests.panels.sample import Sample
from workbench.panels.source import Source
from workbench.panels.workspace import Workspace


def settle(space: Workspace, beats: int = 80) -> Workspace:
    for _ in range(beats):
        space.step()
    return space


@pytest.fixture
def sample() -> Sample:
    return Sample()


@pytest.fixture
def space(sample: Sample) -> Workspace:
    columns = sample.columns()
    made = Workspace(
        sample.mirror(), lambda folder: Source(sample.reader(), lambda: columns), datetime.UTC
    )
    return settle(made)
