"""What a deploy is measured by, from facts told by hand."""

from __future__ import annotations

from collections import Counter
from typing import Any

from workbench.engine.measures import MOST_CLIENTS, Measures
from workbench.engine.storm import MOST_ARRIVALS, Storm
from workbench.wire.balancer import Arrival

MS = 1_000_000


def arrival(at: int, opened: int = 0, protocol: str = "ws", port: int = 1) -> Arrival:
    landed = "r1" if opened else ""
    kind = protocol if opened or protocol == "http" else ""
    return Arrival(("127.0.0.1", port), at * MS, landed, kind, opened * MS)


def storm_of(*arrivals: Arrival, ours: Any = lambda _: False) -> dict[str, Any]:
    storm = Storm(0, ours)
    for each in arrivals:
        storm.arrived(each)
        storm.arrived(each)  # told again with each change
    return storm.value()


def test_the_curve_has_attempts_and_opens_in_bins_of_100_ms() -> None:
    value = storm_of(arrival(10), arrival(20, 150), arrival(120, 160), arrival(950, 999))
    assert value["curve"] == [(0, 2, 0), (100, 1, 2), (900, 1, 1)]
    assert (value["attempts"], value["opens"]) == (4, 3)
    assert (value["peak_attempts"], value["peak_opens"]) == (2, 2)
    assert value["spread_ms"] == 900
    assert value["herd_index"] == round(2 / 3, 3)
    assert value["admitted_ms"] == {"50": 150, "99": 989, "100": 989}


def test_all_at_once_is_a_herd_of_one_and_evenly_is_none() -> None:
    assert storm_of(*(arrival(5, 6) for _ in range(9)))["herd_index"] == 1.0
    assert storm_of(*(arrival(n * 100, n * 100 + 1) for n in range(10)))["herd_index"] == 0.1


def test_what_is_no_client_is_not_counted() -> None:
    value = storm_of(
        arrival(1, protocol="http"),
        arrival(2, port=7),
        arrival(3, port=8),
        ours=lambda a: a.peer[1] == 7,
    )
    assert (value["attempts"], value["opens"]) == (1, 0)


def test_what_came_before_is_no_part_of_it() -> None:
    storm = Storm(50 * MS)
    storm.arrived(arrival(10, 60))
    assert storm.value()["attempts"] == 0


def test_a_flood_is_bounded_and_what_is_left_out_is_said() -> None:
    storm = Storm(0)
    for n in range(MOST_ARRIVALS + 5):
        storm.arrived(Arrival(("127.0.0.1", 1), n))
    assert storm.value()["left_out"] == 5
    assert storm.value()["attempts"] == MOST_ARRIVALS


def value(state: str, since: int, replica: str = "r1", ours: bool = True) -> dict[str, Any]:
    return {"state": state, "since": since * MS, "replica": replica, "ours": ours}


def test_away_is_from_the_loss_to_the_next_open_with_each_attempt() -> None:
    measures = Measures(0, {"a": value("open", 0)}, Storm(0))
    for state, since in (
        ("waiting", 100),
        ("connecting", 200),
        ("waiting", 210),
        ("connecting", 300),
    ):
        measures.client("a", value(state, since))
    assert not measures.settled
    measures.client("a", value("open", 350, "r2"))
    assert measures.settled
    (client,) = measures.value(400 * MS, Counter())["clients"]
    assert client == {
        "name": "a",
        "was_on": "r1",
        "landed": "r2",
        "times": 1,
        "away_ms": 250.0,
        "longest_ms": 250.0,
        "attempts": 2,
        "back": True,
    }


def test_one_that_is_still_away_counts_up_to_now() -> None:
    measures = Measures(0, {"a": value("open", 0)}, Storm(0))
    measures.client("a", value("waiting", 100))
    (client,) = measures.value(400 * MS, Counter())["clients"]
    assert (client["away_ms"], client["landed"], client["back"]) == (300.0, "", False)


def test_one_that_gave_up_or_left_is_not_waited_for() -> None:
    measures = Measures(0, {"a": value("open", 0), "b": value("open", 0)}, Storm(0))
    measures.client("a", value("failed", 100))
    measures.client("b", value("waiting", 100))
    measures.client("b", None)
    assert measures.settled
    behind_proxy = Measures(0, {"c": value("open", 0, ours=False)}, Storm(0))
    behind_proxy.client("c", value("closed", 100, ours=False))
    assert not behind_proxy.settled  # an app may come back


def test_who_never_went_away_is_not_listed_and_a_crowd_is_cut() -> None:
    many = {f"c{n}": value("open", 0) for n in range(MOST_CLIENTS + 10)}
    measures = Measures(0, {"calm": value("open", 0), **many}, Storm(0))
    for n, name in enumerate(many):
        measures.client(name, value("waiting", 1))
        measures.client(name, value("open", 2 + n))
    told = measures.value(0, Counter())
    assert len(told["clients"]) == MOST_CLIENTS
    assert told["clients_left_out"] == 10
    assert told["clients"][0]["name"] == f"c{MOST_CLIENTS + 9}"


def test_unevenness_is_the_fullest_by_the_even_share() -> None:
    measures = Measures(0, {}, Storm(0))
    assert measures.value(0, Counter({"a": 3, "b": 1}))["unevenness"] == 1.5
    assert measures.value(0, Counter({"a": 2, "b": 2}))["unevenness"] == 1.0
    assert measures.value(0, Counter({"a": 0}))["unevenness"] == 1.0


def test_the_states_of_each_replica_with_their_moments() -> None:
    measures = Measures(1000 * MS, {}, Storm(0))
    measures.replica(1250 * MS, "r1", "draining", "v1", "SIGTERM")
    measures.replica(1300 * MS, "r1", "down", "v1", "Exit code 0.")
    assert measures.value(0, Counter())["replicas"] == {
        "r1": [(250.0, "draining", "v1", "SIGTERM"), (300.0, "down", "v1", "Exit code 0.")]
    }
