"""Breaks are joined to what the recording says happened; the others are unplanned."""

from __future__ import annotations

import pytest

from tests.checks.build import cut_once, history, ns
from workbench.checks import judge
from workbench.model.history import Client, OutageMark
from workbench.model.verdict import OutageVerdict
from workbench.model.words import Truth, Value

DEPLOY = OutageMark(7, "deploy", ns(2.4), ns(4), title="Rolling drain")


def one(*clients: Client, marks: tuple[OutageMark, ...] = (DEPLOY,)) -> list[OutageVerdict]:
    return list(judge(history(*clients, outages=marks)).outages)


def test_a_mark_names_the_outage() -> None:
    (outage,) = one(cut_once("a"))
    assert (outage.number, outage.kind, outage.title) == (7, "deploy", "Rolling drain")
    assert (outage.start, outage.end, outage.truth) == (ns(2.4), ns(4), Truth.LEDGER)
    assert [(c.client, c.affected) for c in outage.clients] == [("a", True)]


@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [
        (2.4, 2.45, True),  # ended 0.05 s before: a link is seen to end a little later
        (2.0, 2.2, False),
        (2.55, 3.0, True),  # begins 0.05 s after: the mark may be written a little later
        (2.56, 3.0, False),
        (2.0, 2.25, True),
        (2.0, None, True),  # not known to have ended
    ],
)
def test_what_a_mark_covers(start: float, end: float | None, covered: bool) -> None:
    mark = OutageMark(3, "cut", ns(start), None if end is None else ns(end))
    kinds = {o.kind: o for o in one(cut_once("a"), marks=(mark,))}
    touched = "cut" if covered else "unplanned"
    assert [c.client for c in kinds[touched].clients if c.affected] == ["a"]
    assert kinds[touched].number == (3 if covered else 4)


def test_a_mark_may_name_its_clients() -> None:
    mark = OutageMark(1, "cut", ns(2.4), ns(3), clients=("b",))
    outages = one(cut_once("a"), cut_once("b"), marks=(mark,))
    touched = {o.number: [c.client for c in o.clients if c.affected] for o in outages}
    assert touched == {1: ["b"], 2: ["a"]}


def test_an_outage_within_an_outage_takes_its_own_breaks() -> None:
    marks = (OutageMark(1, "deploy", ns(1), ns(9)), OutageMark(2, "cut", ns(2.45), ns(2.6)))
    first, second = one(cut_once("a"), cut_once("b", at=3.5), marks=marks)
    assert [c.client for c in first.clients if c.affected] == ["b"]
    assert [c.client for c in second.clients if c.affected] == ["a"]


def test_breaks_close_together_are_one_outage() -> None:
    outages = one(cut_once("a"), cut_once("b", at=2.75), cut_once("c", at=2.76), marks=())
    touched = [[c.client for c in o.clients if c.affected] for o in outages]
    assert touched == [["a", "b"], ["c"]]
    assert [o.kind for o in outages] == ["unplanned", "unplanned"]


def test_a_client_that_was_not_touched_is_valid_and_says_so() -> None:
    calm = Client("b", True, cut_once("b", at=50).delivered, cut_once("b").events[:1])
    (outage,) = one(cut_once("a"), calm)
    verdict = next(c for c in outage.clients if c.client == "b")
    assert (verdict.affected, verdict.value, verdict.findings) == (False, Value.VALID, ())


@pytest.mark.parametrize(("kind", "value"), [("deploy", Value.VALID), ("cut", Value.UNKNOWN)])
def test_an_outage_that_breaks_nobody(kind: str, value: Value) -> None:
    calm = Client("b", True, cut_once("b", at=50).delivered, cut_once("b").events[:1])
    (outage,) = one(calm, marks=(OutageMark(1, kind, ns(3), ns(4)),))
    assert outage.value == value
    assert [c.reasons for c in outage.clients] == [() if kind == "deploy" else ("no-cut",)]


def test_a_recording_without_any_cut_is_unknown() -> None:
    calm = Client("b", True, cut_once("b", at=50).delivered, cut_once("b").events[:1])
    judgement = judge(history(calm))
    assert (judgement.value, judgement.reasons) == (Value.UNKNOWN, ("no-cut",))
    assert [o.number for o in judgement.outages] == [0]


def test_two_breaks_in_one_deploy_are_one_verdict() -> None:
    twice = cut_once("a")
    again = cut_once("a", asked=5, at=5.75)
    rows = [r for r in again.delivered if r["time"] >= ns(5.75)]
    both = [*[r for r in twice.delivered if r["time"] < ns(5.75)], *rows]
    delivered = again.delivered[:0].copy()
    delivered.resize(len(both))
    for i, row in enumerate(both):
        delivered[i] = row
        delivered["link"][i] = 1 if row["time"] < ns(2.5) else 2 if row["time"] < ns(5.75) else 3
    events = (*twice.events, *(_on(e, e.link + 1) for e in again.events[1:]))
    mark = OutageMark(1, "deploy", ns(2), ns(8))
    (outage,) = one(Client("a", True, delivered, events), marks=(mark,))
    (verdict,) = outage.clients
    assert verdict.value == Value.VALID
    assert verdict.away == ns(6)
    assert verdict.attempts == 2


def _on(event, link: int):
    from dataclasses import replace

    return replace(event, link=link)
