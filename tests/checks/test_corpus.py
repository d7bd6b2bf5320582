"""Planned histories: every planted finding is found, and nothing else."""

from __future__ import annotations

import pytest

from tests.checks.corpus import Expected, World, history, world
from workbench.checks import judge
from workbench.model.verdict import ClientVerdict, Judgement
from workbench.model.words import Truth, Want

SEED = 20_261
FAST, WHOLE = 300, 2_000
#: Findings whose positions the plan knows; the others are causes and are only named.
PLACED = ("lost", "skipped", "duplicated", "nonmonotonic", "unexpected", "reloaded", "stale-state")


def said(verdict: ClientVerdict) -> dict[str, object]:
    """A verdict in the shape of an expectation."""
    found: dict[str, set[str]] = {}
    for finding in verdict.findings:
        places = found.setdefault(finding.name, set())
        if finding.name in PLACED:
            places |= {str(p) for p in finding.positions}
    return {"verdict": str(verdict.value), "findings": found, "reasons": set(verdict.reasons)}


def planned(expected: Expected) -> dict[str, object]:
    found = {
        name: {str(p) for p in places} if name in PLACED else set()
        for name, places in expected.findings.items()
    }
    reasons = set() if expected.invalid else expected.reasons
    return {"verdict": expected.verdict, "findings": found, "reasons": reasons}


def differences(made: World, judgement: Judgement) -> list[str]:
    """Where the judgement is not what was planned, in words."""
    wrong = list(judgement.notes)
    for actor in made.actors:
        found = [
            client
            for outage in judgement.outages
            for client in outage.clients
            if client.client == actor.name
        ]
        cut = sorted((c for c in found if c.affected), key=lambda c: c.away_from)
        calm = [c for c in found if c.outage == 0]
        if len(cut) != len(actor.outages):
            wrong.append(f"{actor.name}: {len(cut)} outages, planned {len(actor.outages)}")
            continue
        for number, (verdict, expected) in enumerate(zip(cut, actor.outages, strict=True), 1):
            if said(verdict) != planned(expected):
                wrong.append(f"{actor.name} {number}: {said(verdict)} != {planned(expected)}")
            elif not timed(made, verdict, expected):
                wrong.append(f"{actor.name} {number}: {verdict.recovered} {expected.recovered}")
        if actor.calm.findings:
            if [said(c) for c in calm] != [planned(actor.calm)]:
                wrong.append(f"{actor.name} calm: {[said(c) for c in calm]} {actor.calm}")
        elif any(c.findings for c in calm):
            wrong.append(f"{actor.name} calm: {calm}")
    return wrong


def timed(made: World, verdict: ClientVerdict, expected: Expected) -> bool:
    """A witness tells of an update only when it got it; the others are exact."""
    if made.want == Want.LATEST_STATE:
        return True  # a later state may pay for what was missed
    if verdict.recovered is None or expected.recovered is None:
        return verdict.recovered is None and expected.recovered is None
    slack = 0.06 if made.truth in (Truth.WITNESS, Truth.UPSTREAM) else 0.000001
    return abs(verdict.recovered / 1e9 - expected.recovered) <= slack


def failures(first: int, count: int) -> list[str]:
    """The seeds that were judged otherwise than planned, with what differs."""
    found = []
    for seed in range(first, first + count):
        made = world(seed)
        wrong = differences(made, judge(history(made)))
        if wrong:
            found.append(f"seed {seed} ({made.truth}, {made.want}): {wrong[0]}")
    return found


def test_fast_part() -> None:
    print(f"corpus seeds {SEED} to {SEED + FAST - 1}")
    assert failures(SEED, FAST) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_whole(part: int) -> None:
    first = SEED + FAST + part * WHOLE // 4
    print(f"corpus seeds {first} to {first + WHOLE // 4 - 1}")
    assert failures(first, WHOLE // 4) == []
