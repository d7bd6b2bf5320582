"""The demo's story with deliveries that vary, slow heartbeats and a fault: a minute of it.

``Unlike`` numbers (a fixed sequence) give the lags; nothing is random.
"""

from __future__ import annotations

import math
from typing import Any

from tests.panels.sample import BEAT, LIVES, NS, START, Life, Sample
from workbench.model.words import Direction, Kind, Means, Opcode

FAULT = (30.0, 45.5)
AWAY = {"a-resume": (20.4, 21.3), "b-naive": (22.9, 24.74), "c-overlap": (25.6, 27.0)}


class LatencySample(Sample):
    """Three clients over a minute; ``asking`` lets them send requests that are answered."""

    def __init__(self, length: float = 60.0, *, asking: bool = False, seed: int = 7) -> None:
        self._state = seed
        self._asking = asking
        lives = [
            Life(p.name, p.number, AWAY[p.name], p.resume, p.protocol, p.replicas) for p in LIVES
        ]
        super().__init__(tuple(lives), length)

    def unlike(self) -> float:
        """The next number of a fixed sequence, 0 to 1."""
        self._state = (self._state * 1_103_515_245 + 12_345) % 2**31
        return (self._state + 1) / (2**31 + 1)

    def extra(self, name: str, at: float) -> float:
        """Seconds more than usual."""
        usual = 0.006 * -math.log(self.unlike())
        if self.unlike() < 0.03:
            usual += 0.06 * self.unlike()
        if name == "c-overlap" and FAULT[0] <= at < FAULT[1]:
            usual += 0.12 + 0.07 * self.unlike()
        if 20 <= at < 30:
            usual *= 1 + 8 * self.unlike() ** 3
        return usual

    def _plan(self) -> None:
        todo: list[tuple[float, int, Any, tuple[Any, ...]]] = []
        self._serve(todo)
        for i, ident in enumerate(self.ids_between(0, self.length)):
            todo.append((i * BEAT / NS, 3, self._publish, (ident,)))
        for life in self.lives:
            own: list[Any] = []
            self._client(own, life)
            todo += [self._varied(life, each) for each in own if each[2] != self._ping]
            self._beats(todo, life)
        for at, _, deed, words in sorted(todo, key=lambda each: each[:2]):
            deed(START + round(at * NS), *words)

    def _varied(self, life: Life, each: Any) -> Any:
        at, order, deed, words = each
        if deed == self._update and not words[3]:
            at += self.extra(life.name, at)
        return at, order, deed, words

    def _serve(self, todo: list[Any]) -> None:
        """The same deploy, later in the minute."""
        own: list[Any] = []
        self._service(own)
        for at, order, deed, words in own:
            if deed != self._fault:
                todo.append((at if at < 0 else 16.2 + at * (1.05 if at > 4 else 1), order, deed,
                             words))  # fmt: skip
        todo.append((FAULT[0], 0, self._fault, ()))
        todo.append((FAULT[1], 0, self._heal, ()))

    def _heal(self, time: int) -> None:
        self._put(time, 0, Kind.FAULT, code=0, value={"id": "1", "fault": "latency"})

    def _beats(self, todo: list[Any], life: Life) -> None:
        away, back = life.away
        second = 0.5
        while second < self.length - 1:
            link = life.number + (0 if second < away else 10)
            if not away - 0.5 < second < back + 0.3:
                took = 0.005 + self.extra(life.name, second) / 2
                name = f"{second:.2f}".encode()
                todo.append((second, 7, self._control, (link, Direction.OUT, Opcode.PING, name)))
                todo.append(
                    (second + took, 7, self._control, (link, Direction.IN, Opcode.PONG, name))
                )
                if self._asking:
                    todo.append((second + 0.2, 8, self._ask, (link, Means.SEND, int(second * 4))))
                    answer = (link, Means.REPLY, int(second * 4))
                    todo.append((second + 0.2 + took * 2, 8, self._ask, answer))
            second += 1.0

    def _control(self, time: int, link: int, way: Direction, opcode: Opcode, name: bytes) -> None:
        self._put(time, link, Kind.CONTROL, direction=way, opcode=opcode, wire=10, payload=name)

    def _ask(self, time: int, link: int, means: Means, number: int) -> None:
        way = Direction.OUT if means == Means.SEND else Direction.IN
        row = self._message(time, link, way, b"{}")
        self._read(row, means=means, id=number, label="call")
