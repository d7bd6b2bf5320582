"""Which replica is tried first: policies and shares, without a socket."""

from __future__ import annotations

from collections import Counter

from workbench.wire.balancing import Order, Policy

THREE = ["a", "b", "c"]


def first(order: Order, times: int, names=THREE, loads=None, address="1.2.3.4") -> list[str]:
    return [order.of(names, loads or {}, address)[0] for _ in range(times)]


def test_round_robin_gives_each_its_turn_and_names_the_others_after_it() -> None:
    order = Order()
    assert first(order, 4) == ["a", "b", "c", "a"]
    assert order.of(THREE, {}, "") == ["b", "c", "a"]
    assert order.of([], {}, "") == []


def test_least_connections_prefers_the_emptiest_and_takes_turns_among_equals() -> None:
    order = Order(Policy.LEAST_CONNECTIONS)
    assert order.of(THREE, {"a": 5, "b": 1, "c": 3}, "") == ["b", "c", "a"]
    assert set(first(order, 3)) == set(THREE)


def test_an_address_stays_and_only_the_clients_of_a_lost_replica_move() -> None:
    order = Order(Policy.ADDRESS)
    addresses = [f"10.0.0.{n}" for n in range(100)]
    before = {a: order.of(THREE, {}, a)[0] for a in addresses}
    assert before == {a: order.of(THREE, {}, a)[0] for a in addresses}
    assert set(Counter(before.values())) == set(THREE)
    after = {a: order.of(["a", "c"], {}, a)[0] for a in addresses}
    assert all(after[a] == home for a, home in before.items() if home != "b")


def test_of_ten_connections_exactly_the_share_goes_to_the_canary() -> None:
    order = Order()
    order.share(["c"], 0.3)
    assert Counter(first(order, 100))["c"] == 30


def test_a_whole_share_is_a_switch_and_none_takes_out() -> None:
    order = Order()
    order.share(["b", "c"], 1.0)
    assert set(first(order, 10)) == {"b", "c"}
    assert order.of(["a"], {}, "") == []
    order.share(["b", "c"], 0.0)
    assert set(first(order, 10)) == {"a"}
    order.alike()
    assert set(first(order, 10)) == set(THREE)


def test_a_canary_alone_in_service_gets_everything() -> None:
    order = Order()
    order.share(["c"], 0.1)
    assert first(order, 5, names=["c"]) == ["c"] * 5
