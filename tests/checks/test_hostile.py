"""Everything from the network is hostile: odd numbers cost neither memory nor a verdict."""

from __future__ import annotations

import numpy as np
import pytest

import workbench.checks
from tests.checks.build import cut_once, delivered, history, ns
from workbench.checks import judge
from workbench.checks._ground.strand import SPARE, strands
from workbench.model.history import Client, History
from workbench.model.words import Truth, Value
from workbench.units.discovery import discover


def client_with(extra: list[tuple]) -> Client:
    base = cut_once("a")
    rows = np.concatenate([base.delivered, delivered(extra)])
    rows = rows[np.argsort(rows["time"], kind="stable")]
    return Client("a", True, rows, base.events)


@pytest.mark.parametrize("offset", [2**62, 2**63 - 1, -1, -(2**63)])
def test_a_monstrous_offset_is_one_unexpected_update(offset: int) -> None:
    judgement = judge(history(client_with([(5.7, offset, 2)])))
    (verdict,) = judgement.outages[0].clients
    assert judgement.notes == ()
    assert verdict.value == Value.INVALID
    assert {f.name: f.count for f in verdict.findings} == {"unexpected": 1}


def test_a_monstrous_hole_proves_nothing_and_costs_nothing() -> None:
    without = history(client_with([(5.7, 2**62, 2)]), published=None, truths=(Truth.SEQUENCE,))
    judgement = judge(without)
    assert judgement.notes == ()
    # The numbers can't be counted any more; that they went down is seen all the same.
    found = [f for o in judgement.outages for f in o.clients[0].findings]
    assert {f.name for f in found} == {"nonmonotonic"}
    assert sum(f.count for f in found) == 4


def test_a_strand_is_searched_where_it_is_too_wide_to_be_counted() -> None:
    wide = client_with([(5.7, SPARE * 3, 2)])
    (strand,) = strands(history(wide), [], [wide.delivered]).values()
    assert strand.offsets is not None
    assert strand.find(np.array([2, SPARE * 3, 77, 2**62])).tolist() == [1, 9, -1, -1]
    near = client_with([(5.7, SPARE, 2)])
    (strand,) = strands(history(near), [], [near.delivered]).values()
    assert strand.offsets is None
    assert strand.find(np.array([1, SPARE, SPARE + 1, 0])).tolist() == [0, SPARE - 1, -1, -1]


def test_a_searched_strand_is_judged_like_a_counted_one() -> None:
    base = cut_once("a", asked=None)
    wide = history(base, cut_once("b"))
    published = wide.published
    assert published is not None
    stretch = np.int64(10**12)
    far = published.copy()
    far["offset"] *= stretch
    clients = {}
    for name, client in wide.clients.items():
        rows = client.delivered.copy()
        rows["offset"] *= stretch
        events = tuple(
            e if e.position is None else _stretched(e, int(stretch)) for e in client.events
        )
        clients[name] = Client(name, True, rows, events)
    judged = judge(History(wide.names, clients, wide.end, published=far))
    values = {c.client: (c.value, c.count("lost")) for c in judged.outages[0].clients}
    assert values == {"a": (Value.INVALID, 3), "b": (Value.VALID, 0)}


def _stretched(event, by: int):
    from dataclasses import replace

    position = event.position._replace(offset=event.position.offset * by)
    return replace(event, position=position)


def test_a_thousand_breaks_of_one_client() -> None:
    from tests.checks.build import ended, opened, published

    count = 1000
    ledger = published([(0.5 + i, i) for i in range(count)])
    events = [opened(0)]
    rows = []
    for i in range(count):
        events += [ended(i + 0.6, i + 1), opened(i + 0.8, i + 2, asked=i)]
        rows.append((i + 0.55, i, i + 1))
    client = Client("a", True, delivered(rows), tuple(events))
    judged = judge(History(("",), {"a": client}, ns(count + 20), published=ledger))
    assert len([o for o in judged.outages if o.number]) == count
    assert judged.notes == ()


def test_a_check_that_crashes_makes_its_verdict_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_ground: object) -> list:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(discover(workbench.checks)["herd"], "check", crash)
    judgement = judge(history(cut_once("a")))
    assert judgement.value == Value.UNKNOWN
    assert judgement.outages[0].clients[0].reasons == ("check-crashed",)
    assert "herd" in judgement.notes[0]
    assert "planted" in judgement.notes[0]
    naive = judge(history(cut_once("a", asked=None)))
    assert naive.value == Value.INVALID  # what is proved stays proved


def test_empty_histories() -> None:
    assert judge(History(("",), {}, 0)).value == Value.UNKNOWN
    nobody = Client("a", False, delivered([]), ())
    assert judge(history(nobody)).value == Value.UNKNOWN
