"""The label of the next version."""

from __future__ import annotations

import pytest

from workbench.deploys._versions import next_version


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("v41", "v42"),
        ("v9", "v10"),
        ("1.9", "1.10"),
        ("2.0-rc", "2.1-rc"),
        ("blue", "blue-2"),
        ("", "v2"),
    ],
)
def test_the_last_number_grows_by_one(now: str, then: str) -> None:
    assert next_version(now) == then
