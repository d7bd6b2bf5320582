"""What a deploy does to the clients and replicas, measured while it goes on.

Fed with facts (mirror values of connections, arrivals at the balancer, states of replicas);
holds no socket and asks no clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.engine.storm import Storm

MOST_CLIENTS = 200  # told one by one
MOST_STATES = 500  # of one replica
HERE = ("open", "silent")
GONE_FOR_GOOD = ("closed", "failed")


@dataclass(slots=True)
class Away:
    """One client's part."""

    name: str
    was_on: str
    state: str
    ours: bool = True
    landed: str = ""
    times: int = 0
    attempts: int = 0
    away_ns: int = 0
    longest_ns: int = 0
    since: int = 0  # moment it went away, 0: it is here

    def take(self, value: Mapping[str, Any]) -> None:
        """Its newest value (door/state.py, ConnectionValue)."""
        state, before = str(value["state"]), self.state
        self.state, self.ours = state, bool(value["ours"])
        if state == "connecting" != before and self.since:
            self.attempts += 1
        if before in HERE and state not in HERE:
            self.since, self.times = int(value["since"]), self.times + 1
            self.attempts += state == "connecting"
        elif self.since and state in HERE:
            span = max(0, int(value["since"]) - self.since)
            self.since, self.away_ns = 0, self.away_ns + span
            self.longest_ns = max(self.longest_ns, span)
        if state in HERE and value["replica"]:
            self.landed = str(value["replica"])

    def settled(self) -> bool:
        """Here again, or gone and not coming back."""
        return not self.since or (self.ours and self.state in GONE_FOR_GOOD)

    def value(self, now: int) -> dict[str, Any]:
        """As door/state.py says (AwayValue)."""
        open_span = now - self.since if self.since else 0
        return {
            "name": self.name,
            "was_on": self.was_on,
            "landed": "" if self.since else self.landed,
            "times": self.times,
            "away_ms": round((self.away_ns + open_span) / 1e6, 1),
            "longest_ms": round(max(self.longest_ns, open_span) / 1e6, 1),
            "attempts": self.attempts,
            "back": not self.since,
        }


class Measures:
    """One deploy, from ``began`` (ns) on; ``clients`` are the connections at that moment."""

    def __init__(self, began: int, clients: Mapping[str, Mapping[str, Any]], storm: Storm) -> None:
        self._began = began
        self.storm = storm
        self._replicas: dict[str, list[tuple[float, str, str, str]]] = {}
        self._clients = {
            name: Away(name, str(value["replica"]), str(value["state"]))
            for name, value in clients.items()
        }

    def client(self, name: str, value: Mapping[str, Any] | None) -> None:
        """A connection changed; one that came during the deploy counts too."""
        if value is None:
            self._clients.pop(name, None)
            return
        if name not in self._clients:
            self._clients[name] = Away(name, "", str(value["state"]))
        self._clients[name].take(value)

    def replica(self, moment: int, name: str, state: str, version: str, reason: str) -> None:
        """A replica's state changed."""
        states = self._replicas.setdefault(name, [])
        if len(states) < MOST_STATES:
            states.append((round((moment - self._began) / 1e6, 1), state, version, reason[:300]))

    @property
    def settled(self) -> bool:
        """Everybody who was away is back, or will not come back."""
        return all(client.settled() for client in self._clients.values())

    def value(self, now: int, loads: Counter[str]) -> dict[str, Any]:
        """As door/state.py says (MeasuredValue)."""
        away = [client.value(now) for client in self._clients.values() if client.times]
        away.sort(key=lambda each: (-each["away_ms"], each["name"]))
        total = sum(loads.values())
        return {
            "storm": self.storm.value(),
            "clients": away[:MOST_CLIENTS],
            "clients_left_out": max(0, len(away) - MOST_CLIENTS),
            "replicas": {name: list(states) for name, states in self._replicas.items()},
            "loads": dict(loads),
            "unevenness": round(max(loads.values()) * len(loads) / total, 2) if total else 1.0,
            "settled": self.settled,
        }
