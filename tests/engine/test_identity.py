"""Which links belong to one client: names, strong keys, fingerprints, and honest doubt."""

from __future__ import annotations

from workbench.engine.identity import join
from workbench.engine.lives import LinkLife


def link(
    number: int, opened: int, ended: int | None, *, agent: str = "A", client: str = ""
) -> LinkLife:
    facts = {"proxy": "edge", "keys": {"addr": f"127.0.0.1:{5000 + number}", "user-agent": agent}}
    if client:
        facts = {"ours": True, "client": client}
    return LinkLife(number, facts, opening=opened, opened=opened, ended=ended)


def test_our_own_clients_are_known_by_name() -> None:
    joined = join(
        [link(1, 0, 5, client="a"), link(2, 1, 9, client="b"), link(3, 6, 9, client="a")], {}
    )
    assert [(c.name, [x.number for x in c.links]) for c in joined] == [("a", [1, 3]), ("b", [2])]


def test_one_away_of_a_fingerprint_is_the_one_that_comes_back() -> None:
    joined = join([link(1, 0, 5), link(2, 6, None)], {})
    assert [[x.number for x in c.links] for c in joined] == [[1, 2]]
    assert joined[0].known


def test_one_that_is_still_open_is_not_the_one_that_comes() -> None:
    joined = join([link(1, 0, None), link(2, 6, None)], {})
    assert [[x.number for x in c.links] for c in joined] == [[1], [2]]
    assert all(c.known for c in joined)


def test_two_away_make_nobody_certain() -> None:
    joined = join([link(1, 0, 5), link(2, 0, 5), link(3, 6, None)], {})
    assert len(joined) == 3
    assert not any(c.known for c in joined)


def test_a_strong_key_decides_where_fingerprints_cannot() -> None:
    keys = {1: {("pid", "x")}, 2: {("pid", "y")}, 3: {("pid", "y")}}
    joined = join([link(1, 0, 5), link(2, 0, 5), link(3, 6, None)], keys)
    assert [[x.number for x in c.links] for c in joined] == [[1], [2, 3]]
    assert all(c.known for c in joined)


def test_our_own_client_behind_our_own_proxy_is_one_client() -> None:
    ours = link(1, 0, None, client="a")
    ours.facts["local"] = "127.0.0.1:5002"
    joined = join([ours, link(2, 1, None), link(3, 1, None)], {})
    assert [(c.name, [x.number for x in c.links]) for c in joined] == [("a", [1]), ("edge-1", [3])]


def test_another_user_agent_is_another_client() -> None:
    joined = join([link(1, 0, 5), link(2, 6, None, agent="B")], {})
    assert [[x.number for x in c.links] for c in joined] == [[1], [2]]


def test_clients_behind_a_proxy_are_numbered_by_it() -> None:
    joined = join([link(1, 0, None), link(2, 1, None)], {})
    assert [c.name for c in joined] == ["edge-1", "edge-2"]
