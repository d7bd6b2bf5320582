"""Verdicts in words: why it happened and what to change, for somebody who did not build it."""

from __future__ import annotations

import pytest

import workbench.checks
from tests.checks.build import cut_once, history
from tests.checks.pairs import history as told
from tests.checks.pairs import lines
from workbench.checks import explain, judge
from workbench.checks._ground.words import seconds
from workbench.checks._judge.explain import REASONS
from workbench.model.position import Position, ranges
from workbench.model.verdict import ClientVerdict, Explanation, Finding, OutageVerdict
from workbench.model.words import Truth, Value
from workbench.units.discovery import discover

LINES = {line.number: line for line in lines()}


def explained(number: int, client: str = "a", outage: int = 1) -> Explanation:
    judged = judge(told(LINES[number].events))
    found = next(o for o in judged.outages if o.number == outage)
    return explain(next(c for c in found.clients if c.client == client), found)


def test_no_position() -> None:
    words = explained(1)
    assert words.title == "No resume position"
    assert words.why == (
        "It reconnected 3 s after the connection was reset, then subscribed again without "
        "saying where it had stopped. 3–5 were never sent."
    )
    assert words.changes[0].startswith("Client: send the last id handled on reconnect")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (9, "It asked from an update that it already had; 3 came twice."),
        (35, "It asked for what follows 2, but the server only kept from 5. 3–4 were never sent."),
        (37, "It asked for what follows 2, and nothing was replayed. 3–5 were never sent."),
        (40, "It stopped retrying after 2 attempts. 3–9 were never sent."),
        (44, "It noticed the loss only after 4.6 s."),
        (64, "Nothing was published while it was away, so nothing could be missed."),
        (2, "It asked for what follows 2, was sent 3 updates again, had everything 3.2 s after"
            " the break."),
    ],
)  # fmt: skip
def test_why(line: int, why: str) -> None:
    assert explained(line, "p" if line == 9 else "a").why == why


def test_no_sentence_is_said_twice() -> None:
    why = explained(30).why  # history too short and a false claim, of the same updates
    assert why.count("3–4 were never sent.") == 1
    assert "told that it had recovered." in why


def test_an_event_stream_without_ids() -> None:
    line = (
        "[proto=sse kind=content] P x,y,z,u,v @1..5; D a x,y @1.05..2.05; X a rst @2.5; "
        "O a @4.5; D a v @5.05"
    )
    outage = judge(told(line)).outages[0]
    assert "carries no `id:`" in explain(outage.clients[0], outage).why
    outage = judge(told(line.replace("proto=sse ", ""))).outages[0]
    assert "without saying where" in explain(outage.clients[0], outage).why


@pytest.mark.parametrize("name", sorted(discover(workbench.checks)))
def test_every_check_has_words(name: str) -> None:
    unit = discover(workbench.checks)[name]
    assert name == unit.FINDING
    assert unit.TITLE
    finding = Finding(name, 3, tuple(Position("", "", i) for i in (4482, 4483, 4490)), (), "3")
    verdict = ClientVerdict("a", 1, Value.INVALID, (finding,), away=1_840_000_000)
    outage = OutageVerdict(1, "deploy", 0, Value.INVALID, Truth.LEDGER, (verdict,))
    words = explain(verdict, outage)
    assert words.title == unit.TITLE
    assert words.why.endswith(".")
    assert words.changes
    assert all(change.endswith(".") for change in words.changes)


def test_effects_that_a_cause_explains_exist() -> None:
    units = discover(workbench.checks)
    assert {e for unit in units.values() for e in unit.EXPLAINS} <= set(units)


def test_every_reason_has_words() -> None:
    seen = {
        reason
        for line in lines()
        for outage in judge(told(line.events)).outages
        for client in outage.clients
        for reason in client.reasons
    }
    assert len(seen) >= 10
    assert seen <= set(REASONS)


def test_calm_clients() -> None:
    judged = judge(history(cut_once("a")))
    outage = judged.outages[0]
    calm = ClientVerdict("b", 1, Value.VALID, affected=False)
    assert explain(calm, outage).title == "Not affected"
    assert explain(outage.clients[0], outage).title == "Recovered"


@pytest.mark.parametrize(
    ("offsets", "text"),
    [
        ([], ""),
        ([7], "7"),
        ([4482, 4483, 4484, 4501], "4482–4484, 4501"),
        ([3, 1, 2, 2], "1–3"),
        ([1, 3, 5], "1, 3, 5"),
    ],
)
def test_ranges(offsets: list[int], text: str) -> None:
    assert ranges(Position("s", "e", offset) for offset in offsets) == text


def test_ranges_keep_streams_and_epochs_apart() -> None:
    mixed = [Position("s", "e", 1), Position("s", "f", 2), Position("s", "f", 3)]
    assert ranges(mixed) == "s:e:1, s:f:2–3"
    assert ranges([Position("s", "", None, "x"), Position("s", "", None, "y")]) == "x, y"


@pytest.mark.parametrize(
    ("ns", "text"),
    [(410_000_000, "410 ms"), (1_840_000_000, "1.84 s"), (41_000_000_000, "41 s"),
     (125_000_000_000, "2 min 5 s")],
)  # fmt: skip
def test_seconds(ns: int, text: str) -> None:
    assert seconds(ns) == text
