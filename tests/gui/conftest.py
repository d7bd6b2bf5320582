"""Tests of the window run off screen, dressed as the program is."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["workbench"]


@pytest.fixture
def dressed(qapp) -> Iterator[object]:  # type: ignore[no-untyped-def]
    """The theme, applied; put back to the dark one at 100 % afterwards."""
    from workbench.gui.look.theme import apply, theme

    if not qapp.styleSheet():
        apply(qapp)
    theme().choose("dark")
    yield theme()
    theme().choose("dark")
    theme().resize(1.0)
