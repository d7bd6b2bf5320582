"""Small recordings told by hand: links, messages of the reference service, faults, a ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from workbench.journal.writer import Writer
from workbench.model.record import Record
from workbench.model.words import Direction, How, Kind, LinkEvent, Opcode, Outcome

SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND


class Teller:
    """Writes records at given seconds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.at = 0.0
        self.writer = Writer(folder, now=self.now, anchor=START)
        self._seq: dict[tuple[int, int], int] = {}

    def now(self) -> int:
        return START + int(self.at * SECOND)

    def put(self, kind: Kind, link: int, payload: bytes, **more: Any) -> int:
        return self.writer.put(Record(self.now(), link, kind, payload=payload, **more))

    def link(self, at: float, number: int, event: LinkEvent, **facts: Any) -> None:
        self.at = at
        self.put(Kind.LINK, number, orjson.dumps(facts), opcode=event)

    def open(self, at: float, number: int, client: str, after: int | None = None) -> None:
        """Our own client opens and subscribes."""
        self.link(at, number, LinkEvent.OPENING, client=client, ours=True, protocol="ws")
        self.link(at, number, LinkEvent.OPEN, client=client)
        asked = {"after": {"epoch": "e", "offset": after}} if after is not None else {}
        self.say(number, Direction.OUT, {"op": "subscribe", "stream": "s", **asked})

    def say(self, link: int, direction: Direction, value: dict[str, Any]) -> None:
        key = (link, direction)
        self._seq[key] = self._seq.get(key, 0) + 1
        payload = orjson.dumps(value)
        self.put(
            Kind.MESSAGE,
            link,
            payload,
            direction=direction,
            opcode=Opcode.TEXT,
            seq=self._seq[key],
            wire=len(payload) + 2,
        )

    def publish(self, at: float, offset: int) -> None:
        self.at = at
        value = {"stream": "s", "epoch": "e", "offset": offset, "sent": self.now()}
        self.put(Kind.PUBLISH, 0, orjson.dumps(value), opcode=Outcome.OK)

    def update(self, at: float, link: int, offset: int, *, replayed: bool = False) -> None:
        self.at = at
        value: dict[str, Any] = {"type": "update", "stream": "s", "epoch": "e", "offset": offset}
        value |= {"ts": self.now() / 1e6, "server": "r1", "payload": {}}
        if replayed:
            value["replayed"] = True
        self.say(link, Direction.IN, value)

    def cut(self, at: float, number: int) -> None:
        self.link(at, number, LinkEvent.CLOSED, how=str(How.RST), by="workbench")

    def done(self, at: float) -> Path:
        """The end of the recording."""
        self.at = at
        self.put(Kind.NOTE, 0, b"{}")
        self.writer.flush()
        self.writer.close()
        return self.folder


def naive_client(folder: Path) -> Path:
    """Nine updates a second apart; one client is cut at 2.5 and comes back at 5.5, naive."""
    teller = Teller(folder)
    teller.open(0.5, 1, "a")
    for n in range(1, 10):
        teller.publish(n, n)
        if n <= 2:
            teller.update(n + 0.05, 1, n)
        if n == 2:
            teller.cut(2.5, 1)
        if n == 5:
            teller.open(5.5, 2, "a")
        if n >= 6:
            teller.update(n + 0.05, 2, n)
    return teller.done(14)
