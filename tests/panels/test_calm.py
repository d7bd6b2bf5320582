"""What Recovery says before anything broke."""

from __future__ import annotations

import pytest

from workbench.door.state import Mirror
from workbench.panels.calm import calm

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("states", "broken", "words"),
    [
        ([], False, "Connect clients first"),
        (["waiting", "failed"], False, "no client is open"),
        (["open", "waiting"], False, "connected for 11 min"),
        (["waiting"], True, "being judged"),
    ],
)
def test_words(states: list[str], broken: bool, words: str) -> None:
    mirror = Mirror()
    for i, state in enumerate(states):
        mirror.put("connection", str(i), {"state": state})
    assert words in " ".join(calm(mirror, span=660 * SECOND, broken=broken))
