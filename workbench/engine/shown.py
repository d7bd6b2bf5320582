"""One connection as the fronts see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workbench.model.words import How
from workbench.wire.client import Client
from workbench.wire.link import Link

RATE_SPAN = 2_000_000_000  # ns over which the rate is counted
CLOSED_BY = {How.FIN: "closed without a close frame", How.RST: "reset", How.TIMEOUT: "silent"}


class Shown:
    """Gathers what is known of a connection; ``value`` is None while nothing changed."""

    def __init__(self, name: str, group: str, protocol: str) -> None:
        self.name = name
        self.group = group
        self.protocol = protocol or "ws"
        self.link = 0
        self._facts: dict[str, Any] = {}
        self._counts: list[tuple[int, int]] = []
        self._messages = 0
        self._since = 0
        self._state = ""
        self._last_error = ("", "")  # what, with the moment
        self._last: dict[str, Any] | None = None

    def take_client(self, client: Client, now: int) -> None:
        """What a client of ours says of itself."""
        error = client.error
        self.link = client.link
        self._messages = client.counters.messages_in
        self.protocol = client.target.protocol
        self._enter("stalled" if client.stalled else client.state, now)
        self._note_error(client, now)
        end = client.last_end
        self._facts = {
            "ours": True,
            "address": client.target.address,
            "state": "silent" if client.stalled else client.state,
            "lag_ms": client.lag_ms,
            "attempt": client.attempt,
            "retry_at": client.retry_at,
            "code": end.code if end is not None and client.state != "open" else 0,
            "error": error.as_dict() if error else None,
            "links": list(client.links),
            "details": {
                "url": client.spec.address,
                "resume": client.spec.resume,
                "retry": client.spec.retry,
                "stream": client.spec.stream,
            },
        }

    def take_link(self, links: list[int], link: Link | None, now: int) -> None:
        """What a proxy says of the newest link of one of its clients (None: it has ended)."""
        self.link = link.number if link is not None else links[-1]
        state = link.state if link is not None else "closed"
        if link is not None and link.stalled:
            state = "silent"
        self._enter(state, now)
        if link is not None:
            self.protocol = link.protocol or self.protocol
        self._facts = {
            "ours": False,
            "address": link.path if link is not None else self._facts.get("address", ""),
            "state": state,
            "lag_ms": None,
            "attempt": len(links),
            "retry_at": 0,
            "code": 0,
            "error": None,
            "links": list(links),
            "details": {**link.keys, **link.details} if link is not None else {},
        }

    def count(self, messages: int) -> None:
        """How many messages have come in all."""
        self._messages = messages

    def _enter(self, state: str, now: int) -> None:
        if state != self._state:
            self._state, self._since = state, now

    def _note_error(self, client: Client, now: int) -> None:
        end, error = client.last_end, client.error
        what = ""
        if client.state in ("waiting", "failed", "connecting") and error is not None:
            what = error.what
        if end is not None and end.how != How.LEAVE and client.state != "open":
            what = f"closed {end.code}" if end.code else CLOSED_BY.get(end.how, "") or what
        if what and what != self._last_error[0]:
            at = datetime.fromtimestamp(now / 1e9).astimezone()
            self._last_error = (what, f"{what} at {at:%H:%M:%S}")

    def value(self, now: int, *, dialect: str, fault: str, replica: str) -> dict[str, Any] | None:
        """The value to tell, or None when it is the one told last."""
        value = {
            "name": self.name,
            "protocol": self.protocol,
            "group": self.group,
            "rate": self._rate(now),
            "since": self._since,
            "last_error": self._last_error[1],
            "link": self.link,
            "dialect": dialect,
            "fault": fault,
            "replica": replica,
            **self._facts,
        }
        if value == self._last:
            return None
        self._last = value
        return value

    def _rate(self, now: int) -> float:
        self._counts = [c for c in self._counts if c[0] > now - RATE_SPAN]
        self._counts.append((now, self._messages))
        (first, before), (last, after) = self._counts[0], self._counts[-1]
        return round((after - before) / max((last - first) / 1e9, 0.5), 1)
