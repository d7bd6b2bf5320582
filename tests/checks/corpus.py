"""A seeded corpus of histories whose findings are known before anything is judged.

A plan is made first: what is published, when each client is cut, what the server replays
and what the client asks for.  The expectation is read off the plan, story by story, and
never asked of a checker.  Times are seconds while planning, nanoseconds in the history.

Every client takes part in two streams that carry the same offsets at the same moments; a
story happens in one of them while the other is resumed without fault.
"""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from tests.checks.plan import END_AFTER, NAMES, STREAMS, Actor, Expected, Scene, Update, World, ns
from tests.checks.stories import BY_LEDGER, EVERYWHERE, SNAPSHOTS, old_snapshot
from workbench.checks import join
from workbench.model.history import DELIVERED, PUBLISHED, Client, Event, History, StreamRule
from workbench.model.words import Ids, Outcome, Truth, Want

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
