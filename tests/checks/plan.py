"""The parts of a plan: updates, clients, and one outage of one client (see corpus)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from workbench.model.history import ClientEvent, Event
from workbench.model.position import Position
from workbench.model.words import How, Ids, Outcome, Truth, Want

STREAMS = ("s", "t")
EPOCHS = ("e", "f")
KEYS = ("k0", "k1", *(f"z{i}" for i in range(80)))
NAMES = ("", *STREAMS, *EPOCHS, *KEYS)
END_AFTER = 14.0


def ns(seconds: float) -> int:
    return round(seconds * 1e9)


@dataclass(frozen=True)
class Update:
    """One update of the plan."""

    at: float
    stream: str
    epoch: str
    offset: int
    outcome: Outcome = Outcome.OK
    key: str = ""

    @property
    def position(self) -> Position:
        return Position(self.stream, self.epoch, self.offset)


@dataclass
class Expected:
    """What a story must give.  Positions only where the finding is about updates."""

    findings: dict[str, set[Position]] = field(default_factory=dict)
    recovered: float | None = None  # seconds after the first broken byte; None: never
    invalid: bool = False
    reasons: set[str] = field(default_factory=set)

    def add(self, name: str, positions: set[Position] | None = None) -> None:
        self.findings.setdefault(name, set()).update(positions or set())

    @property
    def verdict(self) -> str:
        return "invalid" if self.invalid else "unknown" if self.reasons else "valid"


@dataclass
class Actor:
    """A client of the plan: what it got and did, and what must be found."""

    name: str
    ours: bool
    protocol: str = "ws"
    rows: list[tuple[float, Update, int, bool]] = field(default_factory=list)
    events: list[ClientEvent] = field(default_factory=list)
    outages: list[Expected] = field(default_factory=list)
    calm: Expected = field(default_factory=Expected)
    link: int = 1
    away: bool = False
    back: float = 0.0  # open again since

    def event(self, at: float, event: Event, **more: object) -> None:
        self.events.append(ClientEvent(ns(at), event, self.link, **more))

    def get(self, at: float, update: Update, replayed: bool = False) -> None:
        self.rows.append((at, update, self.link, replayed))


@dataclass
class World:
    """Everything that a history is made of."""

    luck: random.Random
    truth: Truth
    want: Want
    ids: Ids
    gap: float
    dedupes: bool = True
    updates: list[Update] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)
    bogus: int = 900

    def between(self, start: float, stop: float, stream: str) -> list[Update]:
        return [
            u
            for u in self.updates
            if start <= u.at < stop and u.stream == stream and u.outcome == Outcome.OK
        ]


@dataclass
class Scene:
    """One outage of one client: cut at ``cut``, back at ``back``, in ``stream``."""

    world: World
    actor: Actor
    cut: float
    back: float
    stream: str
    expected: Expected = field(default_factory=Expected)

    @property
    def other(self) -> str:
        return STREAMS[1 - STREAMS.index(self.stream)]

    @property
    def missed(self) -> list[Update]:
        return self.world.between(self.cut, self.back, self.stream)

    @property
    def held(self) -> Update:
        return self.world.between(0, self.cut, self.stream)[-1]

    def end_link(self, how: How = How.RST) -> None:
        self.actor.event(self.cut, Event.ENDED, how=how)

    def subscribe(self, asked: Position | None, *, other: bool = True) -> None:
        actor = self.actor
        actor.link += 1
        detail = "" if asked is not None else self.stream
        actor.event(self.back, Event.SUBSCRIBED, position=asked, detail=detail)
        last = self.world.between(0, self.cut, self.other)[-1].position
        actor.event(self.back, Event.SUBSCRIBED, position=last)
        if other:
            self.replay(self.world.between(self.cut, self.back, self.other), 0.002)

    def replay(self, updates: list[Update], start: float = 0.01) -> None:
        for i, update in enumerate(updates):
            self.actor.get(self.back + start + 0.004 * i, update, True)

    def recovered(self, since: float | None = None) -> None:
        """In time: when the last of both replays had come."""
        self.expected.recovered = 0.0
        last = max(at for at, _, link, old in self.actor.rows if link == self.actor.link and old)
        self.expected.recovered = last - (self.cut if since is None else since)

    def lose(self, updates: list[Update]) -> None:
        if updates:
            self.expected.add("lost", {u.position for u in updates})
            self.expected.invalid = True
            self.expected.recovered = None
