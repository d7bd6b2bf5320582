"""Publishes updates by the service's own door, and keeps the ledger.

Every attempt is a PUBLISH record: ``ok`` with the position the service gave, ``fail``
where it surely did not publish, ``info`` where nobody knows (the connection ended
before the answer came).
"""

from __future__ import annotations

import asyncio
import http.client
import random
from collections.abc import Callable
from typing import Any

import orjson

from workbench.engine.session import Session
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Kind, Outcome

ANSWER_LIMIT = 5.0  # seconds to wait for the service's answer
SOURCES = 4096  # addresses of ours remembered, to tell our updates from clients
SAME_CONNECTION = 1_000_000_000  # ns between its two ends' hearing of it


class Publisher:
    """Posts to ``address`` (host, port); one after the other, so that order is known."""

    def __init__(self, session: Session, address: Callable[[], tuple[str, int]]) -> None:
        self._session = session
        self._address = address
        self._turn = asyncio.Lock()
        self.count = 0
        self._sources: dict[tuple[str, int], int] = {}

    def sent_from(self, source: tuple[str, int], moment: int) -> bool:
        """True when a connection from there, at that moment (ns), was an update of ours."""
        when = self._sources.get(source)
        return when is not None and abs(when - moment) < SAME_CONNECTION

    async def publish(self, stream: str, payload: Any, key: str = "") -> dict[str, Any]:
        """Publish one update; the service's answer.  Raises WorkbenchError (target)."""
        body = {"stream": stream, "payload": payload}
        if key:
            body["key"] = key
        async with self._turn:
            sent = self._session.now()
            outcome, answer = await asyncio.to_thread(self._post, orjson.dumps(body))
            value = {"sent": sent, "stream": stream, "key": key, **answer}
            self._session.say(Kind.PUBLISH, value, opcode=outcome)
            self.count += 1
        if outcome is not Outcome.OK:
            raise WorkbenchError(
                "The service did not confirm an update.",
                whose=Whose.TARGET,
                why=str(answer.get("why", "")),
                to_do="The ledger counts it as not published or not known.",
            )
        return answer

    def _post(self, body: bytes) -> tuple[Outcome, dict[str, Any]]:
        host, port = self._address()
        connection = http.client.HTTPConnection(host, port, timeout=ANSWER_LIMIT)
        try:
            connection.connect()
        except OSError as bad:  # nothing was sent
            return Outcome.FAIL, {"why": str(bad)}
        self._note_source(connection)
        try:
            connection.request("POST", "/publish", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            value = orjson.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as bad:
            return Outcome.INFO, {"why": str(bad) or type(bad).__name__}
        finally:
            connection.close()
        if answer.status != 200 or not isinstance(value, dict):
            return Outcome.FAIL, {"why": str(value)}
        return Outcome.OK, value

    def _note_source(self, connection: http.client.HTTPConnection) -> None:
        """Known connections of ours: they are no client's."""
        name = connection.sock.getsockname()
        self._sources[name[0], name[1]] = self._session.now()
        while len(self._sources) > SOURCES:
            self._sources.pop(next(iter(self._sources)))


class Ticks:
    """Payloads that look like something: prices that walk, by the luck handed in."""

    def __init__(self, luck: random.Random) -> None:
        self._luck = luck
        self._bid = {"EURUSD": 1.0842, "GBPUSD": 1.2713, "USDJPY": 151.32}

    def next(self) -> dict[str, Any]:
        """The next tick."""
        symbol = self._luck.choice(sorted(self._bid))
        step = 0.0001 if self._bid[symbol] < 10 else 0.01
        self._bid[symbol] += self._luck.randint(-3, 3) * step
        bid = self._bid[symbol]
        digits = 5 if bid < 10 else 3
        return {"sym": symbol, "bid": round(bid, digits), "ask": round(bid + 3 * step, digits)}
