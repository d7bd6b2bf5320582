"""Outages as Recovery shows them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.panels.sample import NS, START, Sample, replica_value
from workbench.panels import recovery
from workbench.panels.cards import card, progress
from workbench.panels.curves import curves
from workbench.panels.strategies import DEFAULT, Form, by_name, value_text
from workbench.panels.workspace import Workspace


def client(word: str, **more: Any) -> dict[str, Any]:
    verdicts = {"Lost updates": "invalid", "Out of order": "invalid", "Failed": "invalid"}
    unknown = ("Can't tell", "Still recovering")
    verdict = verdicts.get(word, "unknown" if word in unknown else "valid")
    base = {"name": "x", "word": word, "verdict": verdict, "affected": True, "away_ms": 500.0}
    return {**base, "time_to_recovered_ms": 900.0 if verdict == "valid" else None, **more}


def outage(*clients: dict[str, Any]) -> dict[str, Any]:
    return {"number": 1, "kind": "cut", "started_ns": 10 * NS, "clients": list(clients)}


TWICE = "Recovered, 3 twice"
OK = client("Recovered", name="a")


@pytest.mark.parametrize(
    ("clients", "text", "tone"),
    [
        ([client("Lost updates", missed=3), OK, OK], "1 of 3 clients lost updates", "error"),
        ([client("Out of order"), OK], "1 of 2 clients got updates out of order", "error"),
        ([client("Failed"), OK], "1 of 2 clients did not recover", "error"),
        ([client("Still recovering")] * 2 + [OK] * 2, "Still recovering: 2 of 4, 1.3 s", "info"),
        ([client("Can't tell", reason="no-ids")], "Can't tell: no id field chosen", "warn"),
        ([OK] * 3 + [client("Recovered", time_to_recovered_ms=3100.0)],
         "All 4 clients recovered. Slowest: 3.1 s.", "ok"),
        ([OK], "The client recovered in 0.9 s.", "ok"),
        ([client("Recovered, 2 twice", duplicated=2), OK],
         "All 2 clients recovered. Slowest: 0.9 s.", "warn"),
        ([client("Not affected", affected=False)], "No client was affected.", "ok"),
        ([client("Lost updates", missed=1)] * 37 + [OK] * 963,
         "37 of 1\u202f000 clients lost updates", "error"),
    ],
)  # fmt: skip
def test_the_banner_says_the_worst(clients: list[Any], text: str, tone: str) -> None:
    shown = recovery.banner(outage(*clients), 10 * NS + 13 * NS // 10)
    assert (shown.text, shown.tone) == (text, tone)


def test_the_details_name_everyone(sample: Sample) -> None:
    assert recovery.banner(sample.outage(), 0).details == (
        "b-naive never received 12 updates published while it was away. "
        "c-overlap recovered but handled 3 updates twice. a-resume recovered fully."
    )


def test_the_matrix_of_the_demo(sample: Sample) -> None:
    rows = recovery.matrix(sample.outage(), {"a-resume": "sse"}, frozenset())
    told = [(row.name, *(cell.text for cell in row.cells), row.word) for row in rows]
    assert told == [
        ("b-naive", "1.84 s", "None sent", "0", "12", "0", "0", "Never", "Lost updates"),
        (
            "c-overlap",
            "1.20 s",
            "Last id 4491",
            "11",
            "0",
            "3",
            "0",
            "1.31 s",
            "Recovered, 3 twice",
        ),
        ("a-resume", "0.74 s", "Last-Event-ID 4467", "5", "0", "0", "0", "0.85 s", "Recovered"),
    ]
    tones = [cell.tone for cell in rows[0].cells]
    assert tones == ["", "warn", "grey", "error", "grey", "grey", "error"]
    assert "Missed 12" in rows[0].spoken


def test_many_clients_are_grouped_by_verdict() -> None:
    clients = [client("Lost updates", name=f"l{i}", missed=1) for i in range(7)]
    clients += [client("Recovered, 2 twice", name=f"t{i}", duplicated=2) for i in range(20)]
    clients += [client("Recovered", name=f"r{i}") for i in range(40)]
    rows = recovery.matrix(outage(*clients), {}, frozenset())
    assert [(row.name, row.members) for row in rows] == [
        ("Lost updates", 7), ("Recovered, some twice", 20), ("Recovered", 40)
    ]  # fmt: skip
    opened = recovery.matrix(outage(*clients), {}, frozenset({"Lost updates"}))
    assert [row.name for row in opened[:3]] == ["Lost updates", "l0", "l1"]


def test_missed_ids_are_ranges_and_the_count_is_whole(sample: Sample) -> None:
    lost = sample.outage()["clients"][0]
    missed = recovery.missed(lost)
    assert (missed.count, missed.ranges) == (12, ("4479–4490",))
    assert missed.ids == tuple(str(i) for i in sample.missed["b-naive"])


def test_why_falls_back_on_plain_words() -> None:
    why = recovery.why(client("Recovered", name="a"))
    assert why.why == "Every update published while it was away arrived, once and in order."
    told = recovery.why(client("Lost updates", missed=1, explain={"title": "T", "why": "W"}))
    assert (told.title, told.why, told.changes) == ("T", "W", ())


def test_nothing_is_explained_before_it_is_over() -> None:
    explain = {"title": "Can't tell", "why": "The recording ended.", "changes": ["Go on."]}
    why = recovery.why(client("Still recovering", name="a", explain=explain))
    assert (why.why, why.changes) == ("It has not caught up yet.", ())


def test_curves_of_the_one_that_lost(space: Workspace, sample: Sample) -> None:
    shown = sample.outage()
    found = curves(space, shown, shown["clients"][0])
    assert found is not None
    assert found.ids
    assert found.away == (START + 6 * NS, START + round(7.84 * NS))
    during = (found.received > found.away[0]) & (found.received < found.away[1])
    assert not during.any()
    # The last update published may still be on its way.
    assert found.owed - 12 in (0, 1)


def test_curves_of_one_that_recovered_meet_again(space: Workspace, sample: Sample) -> None:
    shown = sample.outage()
    found = curves(space, shown, shown["clients"][2])
    assert found is not None
    assert found.owed in (0, 1)
    assert (np.diff(found.received) >= 0).all()


def test_without_a_ledger_the_first_sight_stands_for_publishing(
    space: Workspace, sample: Sample
) -> None:
    space.story.published_time.cut(0)
    space.story.published_offset.cut(0)
    shown = sample.outage()
    found = curves(space, shown, shown["clients"][0])
    assert found is not None
    assert not found.ids
    assert found.owed == 12


def test_cards() -> None:
    value = replica_value("r1", ["a", "b"], 100 * NS, 1.4)
    shown = card(value, 100 * NS)
    assert (shown.old, shown.version, shown.state, shown.aside) == (
        "v42", "v43", "Serving", "1 moved · back in 1.4 s"
    )  # fmt: skip
    draining = {**value, "state": "draining", "since": 98 * NS, "drain_seconds": 5.0}
    assert card(draining, 100 * NS).state == "Draining 3.0 s"
    assert card(draining, 100 * NS).share == pytest.approx(0.4)
    crowd = replica_value("r2", [f"c{i}" for i in range(20)], 0, 1.0)
    assert (len(card(crowd, 0).clients), card(crowd, 0).total) == (6, 20)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"running": True, "step": 2, "steps": 3, "text": "draining r2"},
         "Step 2 of 3: draining r2"),
        ({"running": False, "started": 0, "ended": 6.3 * NS}, "Finished in 6.3 s"),
        ({"running": False, "aborted": True, "started": 0, "ended": 2 * NS}, "Stopped after 2.0 s"),
        ({"running": False, "error": {"what": "r1 did not start."}}, "r1 did not start."),
    ],
)  # fmt: skip
def test_progress(value: dict[str, Any], text: str) -> None:
    shown = progress(value)
    assert shown is not None
    assert shown.text == text
    assert progress(None) is None


def test_the_form_reads_durations_and_refuses_nonsense() -> None:
    form = Form(by_name(DEFAULT)["rolling-drain"])
    drain, code = form.strategy.shown()
    assert value_text(drain, drain.default) == "250 ms"
    assert form.put(drain, "3 s") == ""
    assert form.put(code, "none") == ""
    assert form.settings() == {"drain_time": 3.0, "close_code": None}
    assert "must be" in form.put(drain, "soon")
    assert "at most" in form.put(code, "70000")
