"""What the events of a client say of its life, and what it is entitled to."""

from __future__ import annotations

import numpy as np
import pytest

from tests.checks.build import cut_once, delivered, ended, event, history, ns, opened, published
from workbench.checks import judge
from workbench.checks._ground.life import UNSEEN, life_of
from workbench.model.history import DELIVERED, Client, Event, History
from workbench.model.position import Position
from workbench.model.verdict import ClientVerdict
from workbench.model.words import How, Outcome, Value

NOTHING = np.zeros(0, DELIVERED)


def verdict(judged: History, outage: int = 1) -> ClientVerdict:
    found = [o for o in judge(judged).outages if o.number == outage]
    return found[0].clients[0]


def test_times_and_counts_of_a_return() -> None:
    base = cut_once("a")
    tried = event(3, Event.ATTEMPT), event(3.1, Event.ATTEMPT_FAILED, detail="refused")
    client = Client("a", True, base.delivered, (*base.events[:2], *tried, base.events[2]))
    seen = verdict(history(client))
    assert seen.away_from == ns(2.5)
    assert seen.away == ns(3)
    assert seen.reconnect == ns(2.5)  # from the first attempt
    assert seen.recovered == ns(3.1)
    assert (seen.replayed, seen.attempts) == (3, 2)
    assert seen.asked_from == Position("", "", 2)
    assert verdict(history(base)).reconnect == ns(3)  # no attempt seen: from the break


def test_opened_and_ended_before_it_had_subscribed_is_an_attempt() -> None:
    base = cut_once("a")
    client = Client("a", True, base.delivered, (*base.events[:2], ended(3, 5), base.events[2]))
    life = life_of(client, ns(20))
    assert len(life.breaks) == 1
    assert verdict(history(client)).attempts == 2


@pytest.mark.parametrize(
    ("how", "code", "address", "words"),
    [
        (How.RST, 0, "r2", "the connection was reset"),
        (How.CLOSE, 1012, "r2", "r2 closed the connection (1012)"),
        (How.CLOSE, 1012, "", "the connection was closed (1012)"),
        (How.FIN, 0, "r1", "r1 ended the connection"),
        (How.STALL, 0, "r1", "the link fell silent"),
        (None, 0, "", "it was cut off"),
    ],
)
def test_how_it_was_cut_off_is_said(how: How, code: int, address: str, words: str) -> None:
    base = cut_once("a")
    cut = ended(2.5, how=how, code=code, address=address)
    client = Client("a", True, base.delivered, (base.events[0], cut, base.events[2]))
    assert verdict(history(client)).broke == words


def test_a_link_without_a_subscription_begins_with_its_first_delivery() -> None:
    base = cut_once("a")
    life = life_of(Client("a", True, base.delivered, base.events[1:2]), ns(20))
    assert life.started == ns(1.05)
    assert life.breaks[0].returned == ns(5.6)
    assert [e.detail for e in life.breaks[0].asks] == [UNSEEN]


def test_what_was_published_before_it_subscribed_is_not_owed() -> None:
    base = cut_once("a")
    rows = base.delivered[base.delivered["offset"] > 1]

    def lost(at: float) -> int:
        judged = judge(history(Client("a", True, rows, (opened(at), *base.events[1:]))))
        return sum(c.count("lost") for o in judged.outages for c in o.clients)

    assert lost(1.5) == 0
    # 1 came out after these subscriptions; that 2 came first shows how long subscribing took,
    assert lost(0.9) == 0
    assert lost(0.0) == 0
    # but no server takes longer than the delivery patience.
    assert lost(-0.001) == 1


def test_a_stream_subscribed_later_is_owed_from_then_on() -> None:
    base = cut_once("a")
    later = opened(2.5, 1, detail="t")
    mine = opened(0, detail="s")
    rows = np.concatenate([delivered([(4.6, 9, 1)], "t"), base.delivered[:0]])
    ledger = np.concatenate([published([(i, i) for i in range(1, 6)], "t")])
    ledger = np.concatenate([ledger, published([(4.58, 9)], "t")])
    client = Client("a", True, rows, (mine, later))
    judged = judge(history(client, published=ledger))
    # 3 to 5 came out after the subscription and never arrived; 1 and 2 are not its business.
    lost = judged.outages[0].clients[0].findings
    assert [(f.name, [p.offset for p in f.positions]) for f in lost] == [("lost", [3, 4, 5])]


def test_a_publish_that_was_tried_again_counts_as_its_best_outcome() -> None:
    rows = [(i, i) for i in range(1, 10) if i != 4]
    tried = [(4, 4, Outcome.FAIL), (4.01, 4, Outcome.INFO), (4.02, 4), (4.03, 4, Outcome.FAIL)]
    ledger = published(sorted([*rows, *tried]))
    naive = verdict(history(cut_once("a", asked=None), published=ledger))
    assert naive.count("lost") == 3
    assert verdict(history(cut_once("a"), published=ledger)).value == Value.VALID


def test_record_numbers_prove_what_is_found() -> None:
    naive = verdict(history(cut_once("a", asked=None)))
    lost = next(f for f in naive.findings if f.name == "lost")
    assert lost.records == (2, 3, 4)  # the rows of the ledger
    base = cut_once("a", asked=1)
    rows = np.concatenate([base.delivered[:3], base.delivered[2:]])
    again = verdict(history(Client("a", True, rows, base.events)))
    repeated = next(f for f in again.findings if f.name == "duplicated")
    assert repeated.records == (502,)


def test_evidence_is_capped_and_the_count_is_whole() -> None:
    ledger = published([(1 + i * 0.01, i) for i in range(1000)])
    client = Client("a", True, NOTHING, (opened(0), ended(1.5), opened(6, 2)))
    found = judge(history(client, published=ledger)).outages[-1].clients[0].findings
    lost = next(f for f in found if f.name == "lost")
    assert lost.count > 900
    assert len(lost.positions) == len(lost.records) == 100
