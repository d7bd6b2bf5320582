"""What may happen in one outage, and what must be found then (see corpus)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.checks.plan import STREAMS, Expected, Scene, ns
from workbench.model.history import Event
from workbench.model.position import Position
from workbench.model.words import How, Truth, Want

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
