"""What a run's verdict is: the worst of its expectations, else of its clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.engine.scenario_file import Expect
from workbench.model.words import Value, worst

Client = dict[str, Any]


def run_verdict(
    expects: tuple[Expect, ...], judged: dict[str, Any], deploys: Sequence[str] = ()
) -> tuple[Value, list[dict[str, Any]]]:
    """The run's verdict and each check as {"text", "verdict", "found"}; ``deploys`` is how each
    deploy ended."""
    checks = [check for expect in expects for check in _checks(expect, judged, deploys)]
    if not expects:
        return Value(judged["verdict"]), []
    return worst([Value(check["verdict"]) for check in checks]), checks


def _checks(expect: Expect, judged: dict[str, Any], deploys: Sequence[str]) -> list[dict[str, Any]]:
    rows = _rows(expect, judged)
    wanted = [
        ("missed", expect.missed, lambda c: c["missed"]),
        ("handled twice", expect.duplicated, lambda c: c["duplicated"]),
        ("out of order", expect.out_of_order, lambda c: c["out_of_order"]),
    ]
    checks = [
        _count(expect, word, most, rows, found) for word, most, found in wanted if most is not None
    ]
    if expect.verdict is not None:
        checks.append(_verdict(expect, rows))
    if expect.recovered_within is not None:
        checks.append(_recovered(expect, rows))
    if expect.deploy is not None:
        checks.append(_deploys(expect.deploy, deploys))
    return checks


def _rows(expect: Expect, judged: dict[str, Any]) -> list[Client]:
    return [
        client
        for outage in judged["outages"]
        if expect.outage in (None, outage["number"])
        for client in outage["clients"]
        if client["affected"] and expect.client in ("*", client["name"])
    ]


def _who(expect: Expect) -> str:
    return "every client" if expect.client == "*" else expect.client


def _count(
    expect: Expect, word: str, wanted: int, rows: list[Client], found: Any
) -> dict[str, Any]:
    """A count must agree; a client whose verdict is unknown proves only what it already shows."""
    total = sum(found(row) for row in rows)
    blind = not rows or any(row["verdict"] == "unknown" for row in rows)
    value = Value.VALID if total == wanted else Value.INVALID
    if blind and total <= wanted:
        value = Value.UNKNOWN
    return _told(f"{_who(expect)} {word} = {wanted}", value, str(total) if rows else "no outage")


def _verdict(expect: Expect, rows: list[Client]) -> dict[str, Any]:
    found = worst([Value(row["verdict"]) for row in rows])
    agrees = found == expect.verdict
    missing = not rows or (found == Value.UNKNOWN and not agrees)
    value = Value.VALID if agrees and rows else Value.UNKNOWN if missing else Value.INVALID
    return _told(f"{_who(expect)} is {expect.verdict}", value, str(found))


def _recovered(expect: Expect, rows: list[Client]) -> dict[str, Any]:
    assert expect.recovered_within is not None
    text = f"{_who(expect)} recovered within {expect.recovered_within:g} s"
    if not rows:
        return _told(text, Value.UNKNOWN, "no outage")
    slow = [r for r in rows if not _in_time(r, expect.recovered_within)]
    blind = [r for r in slow if r["verdict"] == "unknown"]
    value = Value.INVALID if len(slow) > len(blind) else Value.UNKNOWN if blind else Value.VALID
    times = [r["time_to_recovered_ms"] for r in rows]
    found = "never" if None in times else f"{max(times) / 1000:.2f} s"
    return _told(text, value, found)


def _deploys(wanted: str, ended: Sequence[str]) -> dict[str, Any]:
    value = Value.VALID if all(word == wanted for word in ended) else Value.INVALID
    text = f"the deploy {wanted}" if wanted != "rolled-back" else "the deploy rolled back by itself"
    found = ", ".join(ended)
    return _told(text, value if ended else Value.UNKNOWN, found or "no deploy has ended")


def _in_time(row: Client, seconds: float) -> bool:
    took = row["time_to_recovered_ms"]
    return took is not None and took <= seconds * 1000


def _told(text: str, value: Value, found: str) -> dict[str, Any]:
    return {"text": text, "verdict": str(value), "found": found}
