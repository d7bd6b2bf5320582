"""The verdict table fits the terminal it is printed on, whole."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.cli.table import judgement_text


def judged() -> dict[str, Any]:
    client = {
        "name": "c-overlap",
        "verdict": "valid",
        "affected": True,
        "away_ms": 2010.0,
        "asked_from": "prices:4eda5653:17",
        "replayed": 19,
        "missed": 0,
        "duplicated": 6,
        "out_of_order": 0,
        "time_to_recovered_ms": 2300.0,
        "word": "Recovered, 6 twice",
        "explain": {"why": "", "changes": []},
    }
    outage = {
        "number": 1,
        "title": "Rolling drain to v43",
        "kind": "deploy",
        "started": "2026-11-24T11:42:57.000+00:00",
        "source": "ledger",
        "clients": [client],
    }
    return {"verdict": "valid", "seed": 1, "outages": [outage]}


@pytest.mark.parametrize("width", [80, 140])
def test_nothing_is_cut_off(width: int) -> None:
    text = judgement_text(judged(), width)
    assert "…" not in text
    assert all(len(line) <= width for line in text.splitlines())
    for word in ("c-overlap", "2.01 s", "17", "19", "2.30 s", "Recovered", "Verdict: valid"):
        assert word in text


def test_room_is_used() -> None:
    text = judgement_text(judged(), 140)
    assert "Asked to resume from" in text
    assert "prices:4eda5653:17" in text
