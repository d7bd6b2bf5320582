"""A seeded corpus of histories whose findings are known before anything is judged.

A plan is made first: what is published, when each client is cut, what the server replays
and what the client asks for.  The expectation is read off the plan, story by story, and
never asked of a checker.  Times are seconds while planning, nanoseconds in the history.

Every client takes part in two streams that carry the same offsets at the same moments; a
story happens in one of them while the other is resumed without fault.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from workbench.checks import join
from workbench.model.history import (
    DELIVERED,
    PUBLISHED,
    Client,
    ClientEvent,
    Event,
    History,
    StreamRule,
)
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


# --- stories ------------------------------------------------------------------------------

Story = Callable[[Scene], None]


def clean(scene: Scene) -> None:
    scene.end_link(scene.world.luck.choice([How.RST, How.FIN, How.CLOSE]))
    if scene.world.luck.random() < 0.3:
        scene.actor.event(scene.cut + 0.2, Event.ATTEMPT_FAILED, detail="refused")
    scene.subscribe(scene.held.position)
    scene.replay(scene.missed)
    scene.recovered()


def naive(scene: Scene) -> None:
    """Says nothing on return."""
    scene.end_link()
    scene.subscribe(None)
    scene.lose(scene.missed)
    scene.expected.add("no-position", set())


def ignored(scene: Scene) -> None:
    """Asks, and is sent nothing."""
    scene.end_link()
    scene.subscribe(scene.held.position)
    scene.lose(scene.missed)
    scene.expected.add("resume-ignored")


def short(scene: Scene) -> None:
    """The server kept too little."""
    kept = scene.world.luck.randrange(1, len(scene.missed))
    scene.end_link()
    scene.subscribe(scene.held.position)
    scene.replay(scene.missed[kept:])
    scene.lose(scene.missed[:kept])
    scene.expected.add("history-too-short")


def claimed(scene: Scene) -> None:
    """Too little, and somebody says recovered."""
    short(scene)
    scene.actor.event(scene.back + 0.001, Event.CLAIMED, detail="yes")
    scene.expected.add("false-claim")


def holed(scene: Scene) -> None:
    """A hole within the replay."""
    hole = scene.world.luck.randrange(1, len(scene.missed) - 1)
    scene.end_link()
    scene.subscribe(scene.held.position)
    scene.replay(scene.missed[:hole] + scene.missed[hole + 1 :])
    scene.lose([scene.missed[hole]])


def repeated(scene: Scene) -> None:
    """Asks from before what it holds."""
    count = scene.world.luck.randrange(1, 4)
    held = scene.world.between(0, scene.cut, scene.stream)[-count - 1 :]
    scene.end_link()
    scene.subscribe(held[0].position)
    scene.replay(held[1:] + scene.missed)
    scene.recovered()
    scene.expected.add("resumed-inclusively")
    twice(scene, {u.position for u in held[1:]})


def twice(scene: Scene, positions: set[Position]) -> None:
    scene.expected.add("duplicated", positions)
    if scene.world.want == Want.EXACTLY_ONCE:
        if scene.actor.ours or not scene.world.dedupes:
            scene.expected.invalid = True
        else:
            scene.expected.reasons.add("handling-unseen")


def swapped(scene: Scene) -> None:
    """Two updates of the replay change places."""
    missed = list(scene.missed)
    i = scene.world.luck.randrange(0, len(missed) - 1)
    missed[i], missed[i + 1] = missed[i + 1], missed[i]
    scene.end_link()
    scene.subscribe(scene.held.position)
    scene.replay(missed)
    scene.recovered()
    scene.expected.add("nonmonotonic", {missed[i + 1].position})
    scene.expected.invalid = True


def live_first(scene: Scene) -> None:
    """The replay comes after the first live update."""
    live = scene.world.between(scene.back, scene.back + 60, scene.stream)[0]
    scene.end_link()
    scene.subscribe(scene.held.position)
    start = live.at - scene.back + 0.06
    scene.replay(scene.missed, start)
    scene.recovered()
    late = {u.position for u in scene.missed}
    scene.expected.add("nonmonotonic", late)
    scene.expected.add("live-before-replay", set())
    scene.expected.invalid = True


def foreign(scene: Scene) -> None:
    """Something that nobody published."""
    clean(scene)
    scene.world.bogus += 1
    update = replace(scene.held, offset=scene.world.bogus)
    scene.actor.get(scene.back + 0.17, update)
    scene.expected.add("unexpected", {update.position})
    scene.expected.invalid = True


def snapshot(scene: Scene) -> None:
    """A snapshot instead of a replay."""
    scene.end_link()
    scene.subscribe(None)
    at = scene.back + 0.06
    scene.actor.event(at, Event.SNAPSHOT, position=scene.missed[-1].position)
    scene.expected.recovered = at - scene.cut
    scene.expected.add("reloaded", {u.position for u in scene.missed})
    if scene.world.want != Want.RELOAD:
        scene.expected.reasons.add("reloaded")


def old_snapshot(scene: Scene) -> None:
    """A snapshot older than what it holds, then all that follows what it holds."""
    old = scene.world.between(0, scene.cut, scene.stream)[-3]
    scene.end_link()
    scene.subscribe(scene.held.position)
    scene.actor.event(scene.back + 0.005, Event.SNAPSHOT, position=old.position)
    scene.replay(scene.missed)
    scene.recovered()
    scene.expected.add("stale")
    scene.expected.invalid = scene.world.want == Want.EXACTLY_ONCE


def half_open(scene: Scene) -> None:
    """A stall that is noticed late."""
    scene.actor.event(scene.cut, Event.ENDED, how=How.STALL)
    scene.actor.event(scene.back - 0.05, Event.ENDED, how=How.TIMEOUT)
    scene.subscribe(scene.held.position)
    scene.replay(scene.missed)
    scene.recovered(first_held(scene))
    if scene.back - 0.05 - scene.cut > 3:
        scene.expected.add("late-detection")


def healed(scene: Scene) -> None:
    """A stall that ends by itself."""
    scene.actor.event(scene.cut, Event.ENDED, how=How.STALL)
    scene.actor.event(scene.back, Event.HEALED)
    scene.replay(scene.missed)
    scene.replay(scene.world.between(scene.cut, scene.back, scene.other), 0.002)
    scene.recovered(first_held(scene))


def first_held(scene: Scene) -> float:
    if scene.world.truth == Truth.SEQUENCE:
        return scene.cut  # when a replayed update was published is not known then
    return scene.missed[0].at


def send_lost(scene: Scene) -> None:
    clean(scene)
    scene.actor.event(scene.cut - 0.02, Event.SENT, detail=f"m{scene.cut}")
    scene.expected.add("send-lost")
    scene.expected.invalid = True


def sent_twice(scene: Scene) -> None:
    clean(scene)
    name = f"m{scene.cut}"
    scene.actor.event(scene.cut - 0.02, Event.SENT, detail=name)
    scene.actor.event(scene.cut - 0.01, Event.TOOK_EFFECT, detail=name)
    scene.actor.event(scene.back + 0.03, Event.SENT, detail=name)
    scene.actor.event(scene.back + 0.04, Event.TOOK_EFFECT, detail=name)
    scene.actor.event(scene.back + 0.05, Event.SEND_ACKED, detail=name)
    scene.expected.add("sent-twice")
    scene.expected.invalid = True


def asked_past(scene: Scene) -> None:
    """The last update was in flight when the link broke; the client says that it has it."""
    hasten(scene)
    clean(scene)


def sent_again(scene: Scene) -> None:
    """The last update was in flight when the link broke; it is sent again, once."""
    hasten(scene)
    before = scene.world.between(0, scene.cut, scene.stream)[-2]
    scene.end_link()
    scene.subscribe(before.position)
    scene.replay([scene.held, *scene.missed])
    scene.recovered()
    if scene.actor.ours:  # handed to our own client: it has it
        scene.expected.add("resumed-inclusively")
        twice(scene, {scene.held.position})


def hasten(scene: Scene) -> None:
    """Cut just after the last update was delivered: in doubt for a client behind the proxy."""
    scene.cut = scene.held.at + 0.09


def gone(scene: Scene) -> None:
    """Never back."""
    world = scene.world
    scene.end_link()
    last = scene.cut + 2
    scene.actor.event(last, Event.ATTEMPT_FAILED, detail="503")
    name = "retry-stopped" if scene.actor.protocol == "sse" else "never-reconnected"
    scene.expected.add(name)
    scene.actor.away = True
    for stream in STREAMS:
        scene.lose(world.between(scene.cut, 1e9, stream))
    scene.expected.invalid = True


def quiet(scene: Scene) -> None:
    """Nothing is published while it is away."""
    scene.end_link()
    scene.cut, scene.back = scene.held.at + 0.2, scene.held.at + 0.3
    scene.actor.events[-1] = replace(scene.actor.events[-1], time=ns(scene.cut))
    scene.subscribe(scene.held.position, other=False)
    scene.expected.recovered = scene.back - scene.cut
    scene.expected.reasons.add("no-traffic")


def interrupted(scene: Scene) -> None:
    """Cut again in the middle of the replay; the rest comes after the second return."""
    world, actor = scene.world, scene.actor
    half = len(scene.missed) // 2
    scene.end_link()
    scene.subscribe(scene.held.position)
    scene.replay(scene.missed[:half])
    again = replace(scene, cut=scene.back + 0.18, back=scene.back + 0.18 + world.gap * 3)
    again.back = world.between(0, again.back, scene.stream)[-1].at + 0.15
    again.expected = Expected()
    again.end_link()
    again.subscribe(scene.missed[half - 1].position)
    again.replay([*scene.missed[half:], *again.missed])
    again.recovered()
    scene.expected.recovered = again.expected.recovered + again.cut - scene.cut
    actor.outages.append(scene.expected)
    scene.expected, scene.back, scene.cut = again.expected, again.back, again.cut


EVERYWHERE: tuple[Story, ...] = (
    clean, naive, ignored, short, claimed, holed, repeated, swapped, live_first, snapshot,
    old_snapshot, half_open, healed, send_lost, sent_twice, asked_past, sent_again, quiet,
    interrupted,
)  # fmt: skip
BY_LEDGER: tuple[Story, ...] = (foreign, gone)
SNAPSHOTS: tuple[Story, ...] = (snapshot, old_snapshot)


# --- a world ------------------------------------------------------------------------------


def world(seed: int) -> World:
    luck = random.Random(seed)
    truth = luck.choice([Truth.LEDGER, Truth.LEDGER, Truth.WITNESS, Truth.UPSTREAM, Truth.SEQUENCE])
    ids = Ids.CONTIGUOUS
    if truth != Truth.SEQUENCE and luck.random() < 0.4:
        ids = Ids.ORDERED
    wants = [Want.AT_LEAST_ONCE, Want.EXACTLY_ONCE, Want.RELOAD]
    if truth != Truth.SEQUENCE:
        wants.append(Want.LATEST_STATE)  # a hole has no key
    want = luck.choice(wants)
    made = World(luck, truth, want, ids, luck.uniform(0.36, 0.6), luck.random() < 0.5)
    start = luck.choice([0, 40, 4480])
    restart = truth == Truth.LEDGER and luck.random() < 0.3
    publish(made, start, 80, restart)
    for number in range(luck.choice([1, 1, 2, 3])):
        made.actors.append(play(made, number, restart))
    return made


def publish(made: World, start: int, count: int, restart: bool) -> None:
    """Both streams at the same moments; after a restart the numbers begin anew at 1."""
    turn = count // 2 if restart else count
    for i in range(count):
        at = 1.0 + made.gap * i
        epoch, offset = ("e", start + i + 1) if i < turn else ("f", i - turn + 1)
        # Two keys take turns; some updates have a key of their own, which nothing overtakes.
        key = f"z{i}" if made.luck.random() < 0.1 else f"k{i % 2}"
        outcome = made.luck.choices([Outcome.OK, Outcome.INFO, Outcome.FAIL], [8, 1, 1])[0]
        alone = not made.updates or made.updates[-1].outcome == Outcome.OK
        if made.truth != Truth.LEDGER or restart or not alone:
            outcome = Outcome.OK
        made.updates += [Update(at, stream, epoch, offset, outcome, key) for stream in STREAMS]
    # What failed, or is unknown, goes to nobody: the plan passes it over, the ledger does not.


def play(made: World, number: int, restart: bool) -> Actor:
    """One client: a calm start, then one or two outages far enough apart."""
    luck = made.luck
    ours = made.truth != Truth.UPSTREAM and luck.random() < 0.5
    actor = Actor(f"{'a' if ours else 'p'}{number}", ours)
    actor.protocol = luck.choice(["ws", "sse"])
    actor.event(0, Event.SUBSCRIBED)
    if restart:
        restarted(made, actor)
    else:
        staged(made, actor)
    live(made, actor)
    snapped = any(e.event == Event.SNAPSHOT for e in actor.events)
    if luck.random() < 0.2 and not snapped and made.truth == Truth.LEDGER:
        calm_loss(made, actor)
    if made.want == Want.LATEST_STATE:
        for expected in (*actor.outages, actor.calm):
            only_final(made, expected)
    return actor


#: What makes a verdict invalid where only the final state counts.
GRAVE = {"stale-state", "unexpected", "never-reconnected", "retry-stopped", "send-lost",
         "sent-twice"}  # fmt: skip
#: Causes that are named only where an update is missing for good.
CAUSES = ("no-position", "resume-ignored", "history-too-short", "false-claim", "epoch-changed")


def only_final(made: World, expected: Expected) -> None:
    """The same story where only the last update of each key counts."""
    lost = expected.findings.pop("lost", set())
    final = {
        (u.stream, u.key): u.position for u in made.updates if u.outcome == Outcome.OK
    }.values()
    if stale := lost & set(final):
        expected.add("stale-state", stale)
    for name in CAUSES:
        expected.findings.pop(name, None)
    expected.reasons.discard("reloaded")
    expected.invalid = bool(GRAVE & set(expected.findings))


def staged(made: World, actor: Actor) -> None:
    luck = made.luck
    first = 8
    for turn in range(luck.choice([0, 1, 1, 2])):
        pool = EVERYWHERE + (BY_LEDGER if made.truth == Truth.LEDGER and turn == 0 else ())
        scene = scene_at(made, actor, first + luck.randrange(4), luck.randrange(6, 11))
        if any("lost" in e.findings for e in actor.outages):
            # A later snapshot pays for what was lost before: test_life.py has that history.
            pool = tuple(story for story in pool if story not in SNAPSHOTS)
        if made.want == Want.LATEST_STATE:
            pool = tuple(story for story in pool if story is not old_snapshot)
        luck.choice(pool)(scene)
        actor.outages.append(scene.expected)
        if actor.away:
            break
        first += 36


def scene_at(made: World, actor: Actor, first: int, length: int) -> Scene:
    """Cut 0.2 s after one publish and back 0.15 s after a later one: nothing is in flight."""
    times = [u.at for u in made.updates if u.stream == "s"]
    stream = made.luck.choice(STREAMS)
    return Scene(made, actor, times[first] + 0.2, times[first + length] + 0.15, stream)


def restarted(made: World, actor: Actor) -> None:
    """The server begins a new epoch: every client is cut, and comes back well or badly."""
    luck = made.luck
    times = [u.at for u in made.updates if u.stream == "s"]
    stream = luck.choice(STREAMS)
    back = times[40 + luck.randrange(3, 8)] + 0.15
    scene = Scene(made, actor, times[39] + 0.2, back, stream)
    scene.end_link()
    if luck.random() < 0.5:
        scene.subscribe(scene.held.position)
        scene.replay(scene.missed)
        scene.recovered()
    else:
        scene.subscribe(scene.held.position)
        scene.lose(scene.missed)
        scene.expected.add("epoch-changed")
    actor.outages.append(scene.expected)


def live(made: World, actor: Actor) -> None:
    """Everything published while it is open comes within the allowance, on the link of then."""
    opened = [e.time / 1e9 for e in actor.events if e.event == Event.SUBSCRIBED]
    links = [e.link for e in actor.events if e.event == Event.SUBSCRIBED]
    away = closed_spans(actor)
    lag = made.luck.uniform(0.005, 0.05)
    for update in made.updates:
        if update.outcome != Outcome.OK or any(a <= update.at < b for a, b in away):
            continue
        link = [n for at, n in zip(opened, links, strict=True) if at <= update.at][-1]
        actor.rows.append((update.at + lag, update, link, False))


def closed_spans(actor: Actor) -> list[tuple[float, float]]:
    """When it was away, by its own events."""
    spans, since = [], None
    for event in sorted(actor.events, key=lambda e: e.time):
        if event.event == Event.ENDED and since is None:
            since = event.time / 1e9
        elif event.event in (Event.SUBSCRIBED, Event.HEALED) and since is not None:
            spans.append((since, event.time / 1e9))
            since = None
    return spans if since is None else [*spans, (since, 1e9)]


def calm_loss(made: World, actor: Actor) -> None:
    """One update is left out before anything was cut."""
    victims = [r for r in actor.rows if 3 < r[1].at < made.updates[8].at]
    if victims:
        actor.rows.remove(victim := made.luck.choice(victims))
        actor.calm.add("lost", {victim[1].position})
        actor.calm.invalid = True


# --- the history --------------------------------------------------------------------------


def history(made: World) -> History:
    actors = list(made.actors)
    witness = ""
    if made.truth in (Truth.WITNESS, Truth.UPSTREAM):
        watcher = Actor("w" if made.truth == Truth.WITNESS else "p9", made.truth == Truth.WITNESS)
        watcher.event(0, Event.SUBSCRIBED)
        live(made, watcher)
        actors.append(watcher)
        witness = "w" if made.truth == Truth.WITNESS else ""
    links = [link for actor in actors for link in parted(made, actor)]
    clients = join(links) if any(c.keys for c in links) else {c.name: c for c in links}
    return History(
        names=NAMES,
        clients=clients,
        end=ns(made.updates[-1].at + END_AFTER),
        published=ledger(made) if made.truth == Truth.LEDGER else None,
        truths=(made.truth,),
        witness=witness,
        default_rule=StreamRule(made.want, True, made.ids),
        dedupes=made.dedupes,
    )


def parted(made: World, actor: Actor) -> list[Client]:
    """The client whole, or (behind the proxy, by chance) as links that a cookie joins."""
    whole = Client(
        actor.name,
        actor.ours,
        columns(actor),
        tuple(sorted(actor.events, key=lambda e: e.time)),
        protocol=actor.protocol,
    )
    if actor.ours or made.luck.random() < 0.6:
        return [whole]
    parts = []
    for link in sorted({e.link for e in whole.events}):
        rows = whole.delivered[whole.delivered["link"] == link].copy()
        rows["link"] = 1
        events = tuple(replace(e, link=1) for e in whole.events if e.link == link)
        name = actor.name if link == 1 else f"{actor.name}-{link}"
        keys = (("cookie", actor.name),)
        parts.append(replace(whole, name=name, delivered=rows, events=events, keys=keys))
    return parts


def columns(actor: Actor) -> np.ndarray:
    rows = np.zeros(len(actor.rows), DELIVERED)
    for i, (at, u, link, replayed) in enumerate(sorted(actor.rows, key=lambda r: r[0])):
        stream, epoch = NAMES.index(u.stream), NAMES.index(u.epoch)
        rows[i] = (
            ns(at),
            stream,
            epoch,
            u.offset,
            0,
            NAMES.index(u.key),
            link,
            replayed,
            (0,) * 7,
            5000 + i,
        )
    return rows


def ledger(made: World) -> np.ndarray:
    rows = np.zeros(len(made.updates), PUBLISHED)
    for i, u in enumerate(made.updates):
        stream, epoch = NAMES.index(u.stream), NAMES.index(u.epoch)
        rows[i] = (ns(u.at), stream, epoch, u.offset, 0, NAMES.index(u.key), u.outcome, (0,) * 3, i)
    return rows
