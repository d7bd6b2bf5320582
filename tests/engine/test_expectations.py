"""A run's verdict: the worst of its expectations; no evidence is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.engine.expectations import run_verdict
from workbench.engine.scenario_file import Expect


def client(name: str = "a", verdict: str = "valid", **changes: Any) -> dict[str, Any]:
    row = {
        "name": name,
        "verdict": verdict,
        "missed": 0,
        "duplicated": 0,
        "out_of_order": 0,
        "time_to_recovered_ms": 900.0,
        "affected": True,
    }
    return {**row, **changes}


def judged(*clients: dict[str, Any], verdict: str = "valid") -> dict[str, Any]:
    return {"verdict": verdict, "outages": [{"number": 1, "clients": list(clients)}]}


def value(expect: Expect, *clients: dict[str, Any]) -> str:
    return str(run_verdict((expect,), judged(*clients))[0])


def test_without_expectations_the_clients_decide() -> None:
    assert str(run_verdict((), judged(client(), verdict="unknown"))[0]) == "unknown"


@pytest.mark.parametrize(
    ("expect", "row", "wanted"),
    [
        (Expect("a", missed=0), client(), "valid"),
        (Expect("a", missed=0), client(verdict="invalid", missed=3), "invalid"),
        (Expect("a", missed=3), client(verdict="invalid", missed=3), "valid"),
        (Expect("a", missed=0), client(verdict="unknown"), "unknown"),
        (Expect("a", missed=0), client(verdict="unknown", missed=1), "invalid"),
        (Expect("b", missed=0), client(), "unknown"),
        (Expect("*", duplicated=0), client(duplicated=1), "invalid"),
        (Expect("a", out_of_order=0), client(out_of_order=2), "invalid"),
        (Expect("a", verdict="valid"), client(), "valid"),
        (Expect("a", verdict="valid"), client(verdict="invalid"), "invalid"),
        (Expect("a", verdict="valid"), client(verdict="unknown"), "unknown"),
        (Expect("a", verdict="unknown"), client(verdict="unknown"), "valid"),
        (Expect("a", recovered_within=1.0), client(), "valid"),
        (Expect("a", recovered_within=0.5), client(), "invalid"),
        (Expect("a", recovered_within=1.0), client(time_to_recovered_ms=None), "invalid"),
        (
            Expect("a", recovered_within=1.0),
            client(verdict="unknown", time_to_recovered_ms=None),
            "unknown",
        ),
        (Expect("a", missed=0, outage=2), client(), "unknown"),
        (Expect("a", missed=0), client(affected=False), "unknown"),
    ],
)
def test_one_expectation(expect: Expect, row: dict[str, Any], wanted: str) -> None:
    assert value(expect, row) == wanted


def test_the_worst_check_decides() -> None:
    expects = (Expect("a", missed=0), Expect("zz", missed=0))
    verdict, checks = run_verdict(expects, judged(client()))
    assert str(verdict) == "unknown"
    assert [check["verdict"] for check in checks] == ["valid", "unknown"]


@pytest.mark.parametrize(
    ("ended", "wanted"),
    [
        (["finished"], "valid"),
        (["finished", "finished"], "valid"),
        (["finished", "rolled-back"], "invalid"),
        ([], "unknown"),
    ],
)
def test_how_the_deploys_ended(ended: list[str], wanted: str) -> None:
    value, checks = run_verdict((Expect(deploy="finished"),), judged(client()), ended)
    assert (str(value), len(checks)) == (wanted, 1)
