"""One replica of a service, and what a running deploy makes of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from workbench.targets.replica import Replica


class ReplicaState:
    """A replica, its version before the deploy, who was moved away and when it was back.

    ``listed`` is False while the balancer has not heard of it.
    """

    def __init__(self, replica: Replica, *, listed: bool = True) -> None:
        self.replica = replica
        self.listed = listed
        self.old_version = ""
        self.since = 0
        self.moved = 0
        self.away_since = 0
        self.back_ms: float | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return self.replica.name

    @property
    def version(self) -> str:
        """Its version label."""
        return self.replica.version

    def begin_deploy(self) -> None:
        """Remember what it is before one."""
        self.old_version, self.moved, self.away_since, self.back_ms = self.version, 0, 0, None

    def value(
        self, service: str, clients: list[str], loads: Counter[str], drain_seconds: float
    ) -> dict[str, Any]:
        """As fronts see it (door/state.py, ReplicaValue)."""
        links, total, count = loads[self.name], sum(loads.values()), len(loads)
        enough = total >= count > 1
        return {
            "name": self.name,
            "service": service,
            "version": self.version,
            "old_version": self.old_version if self.old_version != self.version else "",
            "state": str(self.replica.state),
            "since": self.since,
            "clients": sorted(clients),
            "links": links,
            "drain_seconds": drain_seconds,
            "moved": self.moved,
            "back_ms": self.back_ms,
            "uneven": enough and (links == 0 or links > 2 * total / max(count, 1)),
        }
