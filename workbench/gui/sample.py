"""Fixed values for screenshots: the session of the wireframes, as the engine would tell it."""

from __future__ import annotations

from typing import Any

from workbench.door.state import Mirror

NS = 1_000_000_000
#: 14:03:38 UTC; pictures are made in UTC
NOW = 1_763_993_018 * NS


class StillDoor:
    """A door behind which nothing happens."""

    def __init__(self) -> None:
        self.mirror = Mirror()

    async def call(self, command: Any) -> dict[str, Any]:
        """Nothing is carried out."""
        return {}

    async def close(self) -> None:
        """Nothing to end."""


def connection(name: str, **changed: Any) -> dict[str, Any]:
    """One connection, open, unless ``changed`` says otherwise."""
    value: dict[str, Any] = {
        "name": name, "protocol": "ws", "address": "ws://127.0.0.1:41234/ws",
        "group": "Demo service", "ours": True, "state": "open", "since": NOW - 14 * NS,
        "rate": 6.5, "lag_ms": 17.0, "attempt": 0, "retry_at": 0, "code": 0, "error": None,
        "last_error": "", "fault": "", "link": 1, "links": [1], "replica": "r1",
        "dialect": "reference", "details": {"stream": "prices"},
    }  # fmt: skip
    return value | changed


def session(**changed: Any) -> dict[str, Any]:
    """The open session."""
    value: dict[str, Any] = {
        "folder": "/home/ana/Workbench/checkout-staging", "title": "checkout-staging",
        "recording": True, "started": NOW - 708 * NS, "records": 18_560, "messages": 18_420,
        "bytes": 41_200_000, "limit": 2_000_000_000, "dropped": 0, "rate_in": 26.0,
        "rate_out": 0.8, "live": True, "error": None,
    }  # fmt: skip
    return value | changed


def fill_service(mirror: Mirror) -> None:
    """The demo's service."""
    mirror.put("service", "demo", {
        "name": "demo", "title": "Demo service", "address": "ws://127.0.0.1:41234",
        "version": "v43", "replicas": ["r1", "r2", "r3"],
    })  # fmt: skip


def fill(mirror: Mirror) -> None:
    """The state of wireframe 01."""
    mirror.put("session", "current", session())
    fill_service(mirror)
    mirror.put("proxy", "Proxy", {
        "name": "Proxy", "listen": "ws://127.0.0.1:9001", "to": "wss://staging.example",
        "links": 1, "state": "listening", "error": None,
    })  # fmt: skip
    for value in (
        connection("a-resume"),
        connection("b-naive", lag_ms=18.0, last_error="closed 1012 at 14:03:22"),
        connection("c-overlap", lag_ms=141.0, fault="+120 ms"),
        connection("d-feed", protocol="sse", lag_ms=19.0),
    ):
        mirror.put("connection", value["name"], value)
    mirror.put("fault", "1", {
        "id": "1", "fault": "latency", "scope": ["c-overlap"], "since": NOW - 8 * NS, "until": 0,
        "chip": "+120 ms", "sees": "Client sees updates 80–160 ms late.",
    })  # fmt: skip
    mirror.put("outage", "3", {"number": 3, "verdict": "invalid"})


def every_state(mirror: Mirror) -> None:
    """One connection in each state, and a proxy that waits."""
    mirror.put("session", "current", session(dropped=12))
    mirror.put("proxy", "Proxy", {
        "name": "Proxy", "listen": "ws://127.0.0.1:9001", "to": "wss://staging.example",
        "links": 0, "state": "listening", "error": None,
    })  # fmt: skip
    refused = {"what": "Could not connect.", "why": "The certificate expired on 3 May.",
               "to_do": "Check the server.", "whose": "peer", "details": ""}  # fmt: skip
    for value in (
        connection("connecting", state="connecting", since=NOW - 1_200_000_000),
        connection("open"),
        connection("faulty", fault="+120 ms", lag_ms=141.0),
        connection("silent", state="silent", since=NOW - 12 * NS, rate=0.0, lag_ms=None),
        connection("waiting", state="waiting", attempt=3, retry_at=NOW + 1_500_000_000,
                   last_error="closed 1012 at 14:03:22"),
        connection("closed", state="closed", code=1012, last_error="closed 1012 at 14:03:22"),
        connection("left", state="closed", code=1000),
        connection("failed", state="failed", error=refused,
                   last_error="certificate expired at 14:03:20"),
        connection("a-very-long-name-for-a-connection-of-the-checkout", protocol="sse"),
    ):  # fmt: skip
        mirror.put("connection", value["name"], value | {"group": "Direct"})


def pulses(note: Any) -> None:
    """Half a minute and more of the small curves, with a gap where a client was away."""
    away = {"a-resume": (16, 17), "b-naive": (14, 16), "c-overlap": (13, 14), "d-feed": (14, 17)}
    for name, (first, last) in away.items():
        for second in range(60, -1, -1):
            rate = 4.5 + (second * 7 + len(name) * 3) % 5
            note(name, rate, not first <= second <= last, NOW - second * NS)
