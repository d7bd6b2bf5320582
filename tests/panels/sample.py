"""A small recording that tells the demo's story, for tests and screenshots.

Three replicas, a rolling drain from v42 to v43, and three clients: ``a-resume`` says where it
stopped, ``b-naive`` starts from now (12 missed), ``c-overlap`` asks from too far back (3 twice).
Everything is planned here and follows from the plan; nothing is random.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.door.state import Mirror
from workbench.journal.links import Links
from workbench.model.record import READING, RECORD, Record
from workbench.model.words import (
    Direction,
    Kind,
    LinkEvent,
    Means,
    Opcode,
    Outcome,
    ReadFlag,
)

NS = 1_000_000_000
START = 1_763_993_000 * NS
BEAT = 153_846_154  # 6.5 updates a second
FIRST_ID = 4440
LENGTH = 14.0


@dataclass
class Memory:
    """A reader of records held in memory; the same calls as journal's Recording."""

    headers_: np.ndarray
    payloads_: list[bytes]
    shown: int = -1  # how many are there by now; -1: all
    first: int = 0

    def refresh(self) -> int:
        return len(self.payloads_) if self.shown < 0 else min(self.shown, len(self.payloads_))

    def headers(self, start: int, stop: int) -> np.ndarray:
        return self.headers_[max(start, 0) : min(stop, self.refresh())]

    def payload(self, number: int) -> bytes:
        return self.payloads_[number]

    # --- what a filter asks for besides -----------------------------------------------------

    @property
    def count(self) -> int:
        return self.refresh()

    def payloads(self, start: int, stop: int) -> list[bytes]:
        return self.payloads_[max(start, 0) : min(stop, self.count)]

    def payloads_at(self, numbers: np.ndarray) -> list[bytes]:
        return [self.payloads_[number] for number in numbers.tolist()]

    def regions(self, start: int, stop: int) -> Iterator[tuple[int, int, memoryview, int]]:
        for n in range(max(start, 0), min(stop, self.count)):
            yield n, n + 1, memoryview(self.payloads_[n]), int(self.headers_[n]["offset"])

    def links(self) -> dict[int, Any]:
        found = Links()
        for number in np.flatnonzero(self.headers_["kind"][: self.count] == Kind.LINK).tolist():
            found.take(self.headers_[number], self.payloads_[number])
        return found.by_number


@dataclass
class Read:
    """Interpreted columns held in memory."""

    rows: np.ndarray
    names: list[str]

    def refresh(self) -> None:
        pass

    def __len__(self) -> int:
        return len(self.rows)

    def between(self, start: int, stop: int) -> np.ndarray:
        low, high = np.searchsorted(self.rows["row"], [start, stop])
        return self.rows[low:high]


@dataclass
class Life:
    """One client's plan: away from … to (seconds), what it asks for after it, replay."""

    name: str
    number: int
    away: tuple[float, float]
    resume: str
    protocol: str = "ws"
    replicas: tuple[str, str] = ("r1", "r2")
    handled: list[int] = field(default_factory=list)


LIVES = (
    Life("a-resume", 1, (4.2, 4.94), "position", replicas=("r1", "r3")),
    Life("b-naive", 2, (6.0, 7.84), "naive", replicas=("r2", "r3")),
    Life("c-overlap", 3, (8.4, 9.6), "overlap", replicas=("r3", "r1")),
)


class Sample:
    """The records, readings and engine state of the story."""

    def __init__(self, lives: tuple[Life, ...] = LIVES, length: float = LENGTH) -> None:
        self.records: list[Record] = []
        self.readings: list[tuple[int, dict[str, Any]]] = []
        self.names: list[str] = [""]
        self.length = length
        self.lives = [
            Life(p.name, p.number, p.away, p.resume, p.protocol, p.replicas) for p in lives
        ]
        self.missed: dict[str, list[int]] = {}
        self.twice: dict[str, list[int]] = {}
        self.twice_rows: dict[str, list[int]] = {}
        self.replayed: dict[str, int] = {}
        self._seq: dict[tuple[int, int], int] = {}
        self._plan()

    # --- the plan -------------------------------------------------------------------------

    def ids_between(self, a: float, b: float) -> list[int]:
        count = int(self.length * NS / BEAT)
        return [FIRST_ID + i for i in range(count) if a * NS <= i * BEAT < b * NS]

    def _plan(self) -> None:
        todo: list[tuple[float, int, Any, tuple[Any, ...]]] = []
        self._service(todo)
        for i, ident in enumerate(self.ids_between(0, self.length)):
            todo.append((i * BEAT / NS, 3, self._publish, (ident,)))
        for life in self.lives:
            self._client(todo, life)
        for at, _, deed, words in sorted(todo, key=lambda each: each[:2]):
            deed(START + round(at * NS), *words)

    def _service(self, todo: list[Any]) -> None:
        for name in ("r1", "r2", "r3"):
            todo.append((-0.3, 0, self._replica, (name, "serving", "v42")))
        title = {"title": "Rolling drain to v43", "strategy": "rolling-drain", "version": "v43"}
        todo.append((3.8, 0, self._deploy, ({"event": "begin", **title},)))
        for step, (name, at) in enumerate((("r1", 3.85), ("r2", 5.7), ("r3", 8.1)), 1):
            said = {"event": "step", "step": step, "steps": 3, "replica": name}
            text = {"text": f"draining {name}, 1 client"}
            todo.append((at, 0, self._deploy, ({**said, **text},)))
            todo.append((at, 1, self._replica, (name, "draining", "v42")))
            todo.append((at + 0.35, 1, self._replica, (name, "down", "v42")))
            todo.append((at + 0.75, 1, self._replica, (name, "starting", "v43")))
            todo.append((at + 1.1, 1, self._replica, (name, "serving", "v43")))
        todo.append((10.1, 0, self._deploy, ({"event": "end", "aborted": False},)))
        if any(life.name == "c-overlap" for life in self.lives):
            todo.append((11.2, 1, self._fault, ()))

    def _client(self, todo: list[Any], life: Life) -> None:
        away, back = life.away
        link = life.number
        todo.append((-0.2, 1, self._open, (life, link, life.replicas[0], None, 1)))
        for ident in self.ids_between(0, away - 0.02):
            lag = 0.016 + (ident * 7 % 5) / 1000
            todo.append((self.at(ident) + lag, 5, self._update, (life, link, ident, 0)))
        last = self.ids_between(0, away - 0.02)[-1]
        todo.append((away, 1, self._close, (life, link)))
        todo.append((away + 0.01, 1, self._wait, (life, link, back - away - 0.3)))
        asked = {"position": last, "overlap": last - 3, "naive": None}[life.resume]
        new = link + 10
        todo.append((back - 0.03, 1, self._open, (life, new, life.replicas[1], asked, 2)))
        owed = self.ids_between(away - 0.02, back)
        replayed = [] if asked is None else [*range(asked + 1, last + 1), *owed]
        self.missed[life.name] = owed if asked is None else []
        self.twice[life.name] = list(range(asked + 1, last + 1)) if asked is not None else []
        self.replayed[life.name] = len(replayed)
        for i, ident in enumerate(replayed):
            flag = int(ReadFlag.REPLAYED)
            todo.append((back + 0.03 + i * 0.03, 5, self._update, (life, new, ident, flag)))
        for ident in self.ids_between(back, self.length - 0.05):
            lag = 0.016 + (ident * 7 % 5) / 1000
            late = 0.03 * (len(replayed) + 1) + back if replayed else 0
            at = max(self.at(ident) + lag, late)
            todo.append((at, 6, self._update, (life, new, ident, 0)))
        for beat in range(2, int(self.length), 3):
            if not away - 0.2 < beat < back + 0.2:
                number = link if beat < away else new
                todo.append((beat + 0.1 * life.number, 7, self._ping, (number,)))

    @staticmethod
    def at(ident: int) -> float:
        return (ident - FIRST_ID) * BEAT / NS

    # --- records --------------------------------------------------------------------------

    def _put(self, time: int, link: int, kind: Kind, **more: Any) -> int:
        value = more.pop("value", None)
        if value is not None:
            more["payload"] = json.dumps(value, separators=(",", ":")).encode()
        self.records.append(Record(time, link, kind, number=len(self.records), **more))
        return len(self.records) - 1

    def _message(self, time: int, link: int, direction: Direction, payload: bytes) -> int:
        key = (link, direction)
        self._seq[key] = self._seq.get(key, 0) + 1
        wire = len(payload) + 4
        return self._put(
            time,
            link,
            Kind.MESSAGE,
            direction=direction,
            opcode=Opcode.TEXT,
            wire=wire,
            seq=self._seq[key],
            payload=payload,
        )

    def _read(self, row: int, **values: Any) -> None:
        for name in ("stream", "epoch", "label", "text"):
            values[name] = self._name(values.get(name, ""))
        self.readings.append((row, values))

    def _name(self, text: str) -> int:
        if text not in self.names:
            self.names.append(text)
        return self.names.index(text)

    def _replica(self, time: int, name: str, state: str, version: str) -> None:
        value = {"event": "replica", "replica": name, "state": state, "version": version}
        self._put(time, 0, Kind.DEPLOY, value=value)

    def _deploy(self, time: int, value: dict[str, Any]) -> None:
        self._put(time, 0, Kind.DEPLOY, value=value)

    def _fault(self, time: int) -> None:
        value = {"id": "1", "fault": "latency", "title": "+120 ms", "scope": ["c-overlap"]}
        value["sees"] = "every message 120 ms later"
        self._put(time, 0, Kind.FAULT, code=1, value=value)

    def _publish(self, time: int, ident: int) -> None:
        value = {"sent": time, "stream": "prices", "epoch": "e1", "offset": ident, "key": ""}
        self._put(time, 0, Kind.PUBLISH, opcode=Outcome.OK, value=value)

    def _update(self, time: int, life: Life, link: int, ident: int, flags: int) -> None:
        tail = f'"server":"r{link % 3 + 1}"' + (',"replayed":true' if flags else "")
        bid = 1.08400 + (ident * 37 % 29) / 1e5
        sent = START + round(self.at(ident) * NS)
        payload = (
            f'{{"type":"tick","stream":"prices","epoch":"e1","offset":{ident},'
            f'"ts":{sent // 1_000_000},"key":null,"payload":{{"sym":"EURUSD",'
            f'"bid":{bid:.5f},"ask":{bid + 0.00003:.5f}}},{tail}}}'
        )
        row = self._message(time, link, Direction.IN, payload.encode())
        place = {"stream": "prices", "epoch": "e1", "offset": ident, "label": "tick"}
        self._read(row, means=Means.UPDATE, flags=flags, time=sent, **place)
        if ident in life.handled:
            self.twice_rows.setdefault(life.name, []).append(row)
        life.handled.append(ident)

    def _open(
        self, time: int, life: Life, link: int, replica: str, asked: int | None, attempt: int
    ) -> None:
        facts = {"client": life.name, "ours": True, "protocol": life.protocol}
        facts["attempt"] = attempt
        self._put(time, link, Kind.LINK, opcode=LinkEvent.OPENING, value=facts)
        self._put(
            time + 4_000_000, link, Kind.LINK, opcode=LinkEvent.OPEN, value={"replica": replica}
        )
        after = "" if asked is None else f',"after":{{"epoch":"e1","offset":{asked}}}'
        text = f'{{"op":"subscribe","stream":"prices"{after}}}'
        row = self._message(time + 26_000_000, link, Direction.OUT, text.encode())
        offset = -1 if asked is None else asked
        means = Means.SUBSCRIBE if asked is None else Means.RESUME
        self._read(row, means=means, stream="prices", epoch="e1", offset=offset, label="subscribe")
        value = {"stream": "prices", "asked": None if asked is None else {"offset": asked}}
        self._put(time + 30_000_000, link, Kind.LINK, opcode=LinkEvent.SUBSCRIBED, value=value)

    def _close(self, time: int, life: Life, link: int) -> None:
        value = {"how": "close", "by": "server", "code": 1012, "reason": "service restart"}
        self._put(time, link, Kind.LINK, opcode=LinkEvent.CLOSED, code=1012, value=value)

    def _wait(self, time: int, life: Life, link: int, seconds: float) -> None:
        value = {"seconds": round(seconds, 1), "attempt": 2}
        self._put(time, link, Kind.LINK, opcode=LinkEvent.WAITING, value=value)

    def _ping(self, time: int, link: int) -> None:
        for direction, opcode in ((Direction.OUT, Opcode.PING), (Direction.IN, Opcode.PONG)):
            self._put(time, link, Kind.CONTROL, direction=direction, opcode=opcode, wire=6)

    # --- what tests take ------------------------------------------------------------------

    def reader(self) -> Memory:
        return memory(self.records)

    def columns(self) -> Read:
        rows = np.zeros(len(self.readings), dtype=READING)
        rows["offset"] = -1
        for i, (row, values) in enumerate(self.readings):
            rows["row"][i] = row
            for name, value in values.items():
                rows[name][i] = value
        return Read(rows, self.names)

    def mirror(self, *, judged: bool = True) -> Mirror:
        mirror = Mirror()
        end = self.records[-1].time
        mirror.put("session", "current", {"folder": "sample", "title": "Demo", "recording": True})
        for life in self.lives:
            mirror.put("connection", life.name, self._connection(life, end))
        held = {r: [p.name for p in self.lives if p.replicas[1] == r] for r in ("r1", "r2", "r3")}
        for i, name in enumerate(("r1", "r2", "r3")):
            mirror.put("replica", name, replica_value(name, held[name], end, 1.4 + i * 0.15))
        mirror.put("deploy", "current", deploy_value(START + round(3.8 * NS), 6.3))
        if judged:
            mirror.put("outage", "1", self.outage())
        return mirror

    def _connection(self, life: Life, end: int) -> dict[str, Any]:
        return {
            "name": life.name,
            "protocol": life.protocol,
            "state": "open",
            "ours": True,
            "link": life.number + 10,
            "links": [life.number, life.number + 10],
            "replica": life.replicas[1],
        }

    def outage(self) -> dict[str, Any]:
        clients = [self._verdict(life) for life in self.lives]
        order = {"Lost updates": 0, "Recovered": 2}
        clients.sort(key=lambda c: (order.get(c["word"], 1), c["name"]))
        return {
            "number": 1,
            "kind": "deploy",
            "title": "Rolling drain to v43",
            "started": "",
            "started_ns": START + round(3.8 * NS),
            "ended_ns": START + round(10.1 * NS),
            "source": "ledger",
            "verdict": "invalid",
            "disagree": "",
            "clients": clients,
        }

    def _verdict(self, life: Life) -> dict[str, Any]:
        missed, twice = self.missed[life.name], self.twice[life.name]
        asked = {"position": 1, "overlap": 1, "naive": 0}[life.resume]
        last = self.ids_between(0, life.away[0] - 0.02)[-1]
        away = life.away[1] - life.away[0]
        word = (
            "Lost updates" if missed else f"Recovered, {len(twice)} twice" if twice else "Recovered"
        )
        findings = []
        if missed:
            findings.append(finding("lost", missed, []))
        if twice:
            findings.append(finding("duplicated", twice, self.twice_rows.get(life.name, [])))
        return {
            "name": life.name,
            "verdict": "invalid" if missed else "valid",
            "missed": len(missed),
            "duplicated": len(twice),
            "out_of_order": 0,
            "away_ms": round(away * 1000, 3),
            "away_from_ns": START + round(life.away[0] * NS),
            "reconnect_ms": 30.0,
            "time_to_recovered_ms": None if missed else round(away * 1000 + 110, 3),
            "reason": "",
            "asked_from": f"prices:e1:{last - len(twice)}" if asked else None,
            "replayed": self.replayed[life.name],
            "attempts": 2,
            "affected": True,
            "word": word,
            "findings": findings,
            "explain": EXPLAIN.get(life.resume, {}),
        }


EXPLAIN = {
    "naive": {
        "title": "Why b-naive lost updates",
        "why": "It reconnected 1.84 s after r2 closed the connection, then subscribed again "
        "without saying where it had stopped. The service therefore started at the newest "
        "update, and those published in between were never sent.",
        "changes": [
            "Client: keep the last id handled and send it on reconnect, for example "
            '{"op":"subscribe","after":4478}',
            "Or fetch a snapshot first, then apply live updates above its id.",
            "Waited 1.5 s before attempt 2: try the first retry at once, then back off.",
        ],
    },
    "overlap": {
        "title": "Why c-overlap handled 3 updates twice",
        "why": "It asked from an id it already had; 3 came twice.",
        "changes": ["Ask for what follows the id, or drop ids already handled."],
    },
}


def finding(name: str, ids: list[int], records: list[int]) -> dict[str, Any]:
    places = [{"stream": "prices", "epoch": "e1", "offset": i, "id": ""} for i in ids]
    return {"name": name, "count": len(ids), "positions": places, "records": records, "note": ""}


def replica_value(name: str, clients: list[str], now: int, back: float) -> dict[str, Any]:
    return {
        "name": name,
        "service": "service",
        "version": "v43",
        "old_version": "v42",
        "state": "serving",
        "since": now - NS,
        "clients": clients,
        "links": len(clients),
        "drain_seconds": 0.25,
        "moved": 1,
        "back_ms": back * 1000,
        "uneven": not clients,
    }


def deploy_value(started: int, took: float) -> dict[str, Any]:
    return {
        "strategy": "rolling-drain",
        "title": "Rolling drain",
        "running": False,
        "step": 3,
        "steps": 3,
        "text": f"Finished in {took} s",
        "started": started,
        "ended": started + round(took * NS),
        "version": "v43",
        "aborted": False,
        "error": None,
    }


def memory(records: list[Record]) -> Memory:
    headers = np.zeros(len(records), dtype=RECORD)
    at = 0
    for i, r in enumerate(records):
        size = len(r.payload)
        headers[i] = (
            *(r.time, at, size, r.wire, r.link, r.seq, r.ref),
            *(r.kind, r.direction, r.opcode, 0, r.flags, r.code),
        )
        at += size
    return Memory(headers, [r.payload for r in records])


def write(sample: Sample, folder: Any, upto: int | None = None) -> None:
    """The same recording on disk, as the engine and its worker would leave it."""
    from workbench.journal.columns import ColumnWriter
    from workbench.journal.writer import Writer

    writer = Writer(folder, now=lambda: START, anchor=START)
    for record in sample.records[:upto]:
        writer.put(record)
    writer.flush()
    writer.close()
    columns = ColumnWriter(folder, "auto", 1)
    read = sample.columns()
    columns.append(read.rows, read.names[1:])
    columns.commit()
    columns.close()
