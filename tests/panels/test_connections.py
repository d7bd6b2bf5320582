"""The rows of the connections dock, in words."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.door.state import Mirror
from workbench.panels import connections
from workbench.panels.connections import ConnectionRow, GroupRow
from workbench.panels.words import THIN

NS = 1_000_000_000
NOW = 1_763_993_018 * NS


def value(name: str = "b-naive", **changed: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "name": name,
        "protocol": "ws",
        "address": "ws://127.0.0.1:1/ws",
        "group": "Demo service",
        "ours": True,
        "state": "open",
        "since": NOW,
        "rate": 6.5,
        "lag_ms": 18.0,
        "attempt": 0,
        "retry_at": 0,
        "code": 0,
        "error": None,
        "last_error": "",
        "fault": "",
        "link": 1,
        "links": [1],
        "replica": "r1",
        "dialect": "",
        "details": {},
    }
    return base | changed


def row(**changed: Any) -> ConnectionRow:
    return connections.connection_row(value(**changed), NOW)


@pytest.mark.parametrize(
    ("changed", "shape", "token", "word"),
    [
        ({"state": "connecting", "since": NOW - 1_200_000_000}, "dashed", "info_mark",
         "Connecting… 1.2 s"),
        ({}, "disc", "ok_mark", "Open"),
        ({"fault": "+120 ms"}, "triangle", "warn_mark", "Open"),
        ({"state": "silent", "since": NOW - 12 * NS}, "half", "warn_mark", "Silent for 12 s"),
        ({"state": "waiting", "attempt": 3, "retry_at": NOW + 1_500_000_000}, "gap", "warn_mark",
         "Retry 3 in 1.5 s"),
        ({"state": "waiting", "attempt": 3, "retry_at": NOW - NS}, "gap", "warn_mark",
         "Retry 3 in 0.0 s"),
        ({"state": "closed", "code": 1012}, "cross", "error_mark", "Closed 1012"),
        ({"state": "closed", "code": 1000}, "cross", "text3", "Closed 1000"),
        ({"state": "closed"}, "cross", "text3", "Disconnected"),
        ({"state": "failed", "error": {"what": "No.", "why": "Certificate expired."}}, "cross",
         "error_mark", "Failed: Certificate expired"),
        ({"state": "failed"}, "cross", "error_mark", "Failed"),
        ({"state": "<b>new</b>"}, "gap", "text3", "<b>new</b>"),
    ],
)  # fmt: skip
def test_each_state_has_shape_colour_and_word(
    changed: dict[str, Any], shape: str, token: str, word: str
) -> None:
    made = row(**changed)
    assert (made.shape, made.token, made.word.replace(THIN, " ")) == (shape, token, word)


def test_rate_and_lag_only_while_connected() -> None:
    assert row().rate == "6.5/s"
    assert row().lag == f"lag 18{THIN}ms"
    away = row(state="waiting")
    assert (away.rate, away.lag, away.connected) == ("", "", False)
    assert row(lag_ms=None).lag == ""


def test_the_last_error_makes_a_third_line() -> None:
    assert row(last_error="closed 1012 at 14:03:22").last == "Last: closed 1012 at 14:03:22"
    assert row().last == ""


def test_a_row_is_spoken_as_one_sentence() -> None:
    made = row(fault="+120 ms", last_error="closed 1012 at 14:03:22")
    assert made.spoken.replace(THIN, " ") == (
        "b-naive, WS, Open, 6.5/s, lag 18 ms, fault +120 ms, Last: closed 1012 at 14:03:22"
    )


def filled() -> Mirror:
    mirror = Mirror()
    mirror.put("proxy", "Proxy", {
        "name": "Proxy", "listen": "ws://127.0.0.1:9001", "to": "wss://staging.example",
        "links": 1, "state": "listening", "error": None,
    })  # fmt: skip
    mirror.put("service", "demo", {
        "name": "demo", "title": "Demo service", "address": "", "version": "v43",
        "replicas": ["r1", "r2", "r3"],
    })  # fmt: skip
    for one in (
        value("other", group="Direct"),
        value("app", group="Proxy", ours=False, address="ws://elsewhere/x"),
        value("a-resume"),
        value("b-naive", state="waiting"),
    ):
        mirror.put("connection", one["name"], one)
    return mirror


def test_services_come_first_then_proxies_then_the_rest() -> None:
    shown = connections.rows(filled(), NOW)
    assert [r.key for r in shown] == [
        "Demo service", "a-resume", "b-naive", "Proxy", "app", "Direct", "other",
    ]  # fmt: skip
    service, proxy = shown[0], shown[3]
    assert isinstance(service, GroupRow)
    assert service.note.replace(THIN, " ") == "3 replicas · v43"
    assert isinstance(proxy, GroupRow)
    assert (proxy.note, proxy.sub) == ("ws://127.0.0.1:9001", "to wss://staging.example")


def test_a_proxy_nobody_uses_yet_says_what_it_waits_for() -> None:
    mirror = filled()
    mirror["proxy"]["Proxy"]["links"] = 0
    proxy = next(r for r in connections.rows(mirror, NOW) if r.key == "Proxy")
    assert isinstance(proxy, GroupRow)
    assert proxy.sub == "Waiting for your app to connect…"


def test_folded_groups_keep_their_heading() -> None:
    keys = [r.key for r in connections.rows(filled(), NOW, {"Demo service"})]
    assert keys == ["Demo service", "Proxy", "app", "Direct", "other"]


def test_find_looks_at_names_and_addresses() -> None:
    def found(text: str) -> list[str]:
        shown = connections.rows(filled(), NOW, find=text)
        return [r.key for r in shown if isinstance(r, ConnectionRow)]

    assert found("NAIVE") == ["b-naive"]
    assert found("elsewhere") == ["app"]
    assert found("no such") == []


def test_counts() -> None:
    assert connections.open_count(filled()) == "3 open"
    assert connections.open_count(Mirror()) == ""
    assert connections.summary(filled()) == "Connections, 4, 3 open"


def test_a_strip_shows_the_first_part_of_a_name() -> None:
    assert connections.short_name("b-naive") == "b"
    assert connections.short_name("checkout") == "checko"


def test_what_a_peer_chose_stays_one_plain_line() -> None:
    made = row(name="<b>x</b>\nsecond", last_error="closed 1008 <script>\x07")
    assert "\n" not in made.spoken
    assert "<b>x</b>" in made.spoken
    assert "\x07" not in made.last


def test_only_changed_connections_are_made_again() -> None:
    mirror, memo = filled(), {}
    first = connections.rows(mirror, NOW, memo=memo)
    mirror.put("connection", "a-resume", value("a-resume", rate=9.0))
    again = connections.rows(mirror, NOW + NS, memo=memo)
    same = {
        a.key: a is b for a, b in zip(first, again, strict=True) if isinstance(a, ConnectionRow)
    }
    assert same == {"a-resume": False, "b-naive": False, "app": True, "other": True}
    mirror.put("connection", "app", None)
    connections.rows(mirror, NOW, memo=memo)
    assert "app" not in memo
