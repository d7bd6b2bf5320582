"""From a recording and its interpreted columns to a history that can be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.engine.identity import Joined, join
from workbench.engine.lives import LinkLife, Story, read_story
from workbench.engine.polled import join_sessions
from workbench.engine.readings import Readings
from workbench.journal.columns import Columns
from workbench.journal.recording import Recording
from workbench.model.hashing import id_hash
from workbench.model.history import (
    DELIVERED,
    PUBLISHED,
    Client,
    ClientEvent,
    Event,
    History,
    Limits,
    StreamRule,
)
from workbench.model.position import Position
from workbench.model.words import Direction, Flag, How, Ids, Means, ReadFlag, Side, Truth, Want

Array = npt.NDArray[Any]

USUAL = Limits()
LONGEST_LAG = 1_000_000_000  # ns; beyond it the publisher's clock is not believed

#: Readings that become small events of a client, and how.
EVENTS = {
    Means.SUBSCRIBE: Event.SUBSCRIBED,
    Means.RESUME: Event.SUBSCRIBED,
    Means.CLAIM: Event.CLAIMED,
    Means.SNAPSHOT: Event.SNAPSHOT,
    Means.ACK: Event.ACKED,
    Means.SEND: Event.SENT,
    Means.REPLY: Event.SEND_ACKED,
    Means.UNREADABLE: Event.UNREADABLE,
    Means.TOO_OLD: Event.TOO_OLD,
}


@dataclass(frozen=True, slots=True)
class Options:
    """How to judge: sources in order (empty: the best there is), what ids prove (None: seen
    from the traffic), what streams promise, the witness's name."""

    truths: tuple[Truth, ...] = ()
    ids: Ids | None = None
    want: Want = Want.AT_LEAST_ONCE
    ordered: bool = True
    witness: str = ""


def build_history(
    recording: Recording,
    columns: Columns,
    options: Options,
    own_ids: Mapping[int, Ids] | None = None,
) -> tuple[History, list[Joined]]:
    """All that is known, as the checks take it; and which links make up each client.

    ``own_ids``: what the positions on a link prove, where they are its protocol's own.
    """
    reader = Readings(recording, columns)
    story = read_story(recording)
    told_on = reader.link  # before sessions become links of their own
    for life in story.links.values():
        reader.thrown_away(life)
    join_sessions(recording, story, reader)
    rules = _rules(reader, told_on, options, own_ids or {})
    clients = join(list(story.links.values()), _strong_keys(reader))
    names = Names(reader.names)
    published = _published(story, names)
    built = {joined.name: _client(joined, reader) for joined in clients if _counts(joined)}
    truths = options.truths or _best_truths(published, built, options)
    history = History(
        names=tuple(names.list),
        clients=built,
        end=story.end,
        published=published,
        truths=truths,
        witness=options.witness,
        rules=rules,
        default_rule=StreamRule(options.want, options.ordered, options.ids or Ids.CONTIGUOUS),
        outages=tuple(story.marks),
        limits=Limits(in_flight=in_flight(reader)),
        texts=_texts(reader),
    )
    return history, clients


def _counts(joined: Joined) -> bool:
    """A client that never got as far as an open link has nothing to miss."""
    return any(link.opened is not None for link in joined.links)


class Names:
    """Interned strings: those of the columns, and those of the ledger after them."""

    def __init__(self, known: list[str]) -> None:
        self.list = known or [""]
        self._numbers = {name: i for i, name in reversed(list(enumerate(self.list)))}

    def number(self, text: str) -> int:
        """The number of a string, new where it is new."""
        if text not in self._numbers:
            self._numbers[text] = len(self.list)
            self.list.append(text)
        return self._numbers[text]


def _strong_keys(reader: Readings) -> dict[int, set[tuple[str, str]]]:
    keys: dict[int, set[tuple[str, str]]] = {}
    for i in np.flatnonzero(reader.rows["means"] == Means.IDENTITY).tolist():
        r = reader.rows[i]
        pair = (reader.names[r["label"]], reader.names[r["text"]])
        keys.setdefault(int(reader.link[i]), set()).add(pair)
    return keys


def _published(story: Story, names: Names) -> Array | None:
    if not story.published:
        return None
    rows = [
        (
            time,
            names.number(p.stream),
            names.number(p.epoch),
            -1 if p.offset is None else p.offset,
            id_hash(p.id) if p.id else 0,
            names.number(key),
            outcome,
            (0, 0, 0),
            record,
        )
        for time, p, outcome, key, record in story.published
    ]
    return np.sort(np.array(rows, dtype=PUBLISHED), order="time", kind="stable")


def _client(joined: Joined, reader: Readings) -> Client:
    order = {link.number: i + 1 for i, link in enumerate(joined.links)}
    mine = np.isin(reader.link, list(order))
    inward = mine & (reader.rows["means"] == Means.UPDATE) & (reader.direction == Direction.IN)
    passed = inward & reader.passed
    arrived = inward & ((reader.flags & Flag.ARRIVED) != 0)
    events = _link_events(joined, order) + _read_events(reader, mine, order)
    events += _quiet_starts(joined, events, order)
    return Client(
        name=joined.name,
        ours=joined.ours,
        delivered=_delivered(reader, passed, order),
        events=tuple(sorted(events, key=lambda e: e.time)),
        upstream=None if joined.ours else _delivered(reader, arrived, order),
        known=joined.known,
        protocol=str(joined.links[0].facts.get("protocol", "ws")),
        keys=tuple(sorted(joined.keys)),
    )


def _delivered(reader: Readings, mask: Array, order: dict[int, int]) -> Array:
    index = np.flatnonzero(mask)
    rows = reader.rows[index]
    out = np.zeros(len(index), dtype=DELIVERED)
    out["time"] = reader.time[index]
    for name in ("stream", "epoch", "offset", "id", "key"):
        out[name] = rows[name]
    numbers = reader.link[index]
    for link, mine in order.items():
        out["link"][numbers == link] = mine
    out["replayed"] = (rows["flags"] & ReadFlag.REPLAYED) != 0
    out["record"] = rows["row"]
    return np.sort(out, order="time", kind="stable")


def _link_events(joined: Joined, order: dict[int, int]) -> list[ClientEvent]:
    return [
        replace(e, link=order[link.number], how=How.LEAVE if _left(joined, link, e) else e.how)
        for link in joined.links
        for e in link.events
    ]


def _left(joined: Joined, link: LinkLife, event: ClientEvent) -> bool:
    """A client that ended its own link and never tried again left on purpose; one that did so
    because the link had fallen silent did not."""
    silent = any(e.how == How.STALL for e in link.events)
    own = link.facts.get("by") == Side.CLIENT and not silent
    return own and event.event == Event.ENDED and link is joined.links[-1]


def _read_events(reader: Readings, mine: Array, order: dict[int, int]) -> list[ClientEvent]:
    wanted = mine & np.isin(reader.rows["means"], list(EVENTS))
    events = []
    for i in np.flatnonzero(wanted).tolist():
        r = reader.rows[i]
        means, inward = Means(int(r["means"])), reader.direction[i] == Direction.IN
        if (means == Means.UNREADABLE and not inward) or (inward and not reader.passed[i]):
            continue
        place = reader.position(i)
        events.append(
            ClientEvent(
                int(reader.time[i]),
                EVENTS[means],
                order[int(reader.link[i])],
                int(r["row"]),
                position=_placed(reader, place) if means != Means.SUBSCRIBE else None,
                detail=_detail(means, int(r["flags"]), place),
                cumulative=not r["flags"] & ReadFlag.ALONE,
            )
        )
    return events


def _placed(reader: Readings, place: Position) -> Position:
    """A position that names only an id, with the offset of the update that carried the id."""
    if place.offset is not None or not place.id:
        return place
    hit = np.flatnonzero((reader.rows["id"] == id_hash(place.id)) & (reader.rows["offset"] >= 0))
    if not len(hit):
        return place
    r = reader.rows[hit[0]]
    return Position(reader.names[r["stream"]], reader.names[r["epoch"]], int(r["offset"]), place.id)


def _detail(means: Means, flags: int, place: Position) -> str:
    if means == Means.CLAIM:
        return "yes" if flags & ReadFlag.CLAIMED_YES else "no"
    return place.stream if means == Means.SUBSCRIBE else place.id


def _quiet_starts(
    joined: Joined, events: list[ClientEvent], order: dict[int, int]
) -> list[ClientEvent]:
    """Links on which nobody subscribes: being open is all there is to say."""
    told = {e.link for e in events if e.event == Event.SUBSCRIBED}
    return [
        ClientEvent(link.opened, Event.SUBSCRIBED, order[link.number], link.opened_record)
        for link in joined.links
        if link.opened is not None and order[link.number] not in told
    ]


def _best_truths(
    published: Array | None, clients: dict[str, Client], options: Options
) -> tuple[Truth, ...]:
    found = []
    if published is not None:
        found.append(Truth.LEDGER)
    if options.witness:
        found.append(Truth.WITNESS)
    if published is None and sum(not c.ours for c in clients.values()) > 1:
        found.append(Truth.UPSTREAM)
    if published is None:
        found.append(Truth.SEQUENCE)
    return tuple(found)


def _texts(reader: Readings) -> dict[int, str]:
    """Ids as text by their hash, where nothing but the id names an update."""
    rows = reader.rows
    named = rows[(rows["means"] == Means.UPDATE) & (rows["text"] != 0) & (rows["id"] != 0)]
    return {int(r["id"]): reader.names[r["text"]] for r in named}


def in_flight(reader: Readings) -> int:
    """How long bytes may be under way (VERDICTS: 0.1 s, at least three times the p99 lag).

    Only lags that one clock can have measured count: none below zero, none above LONGEST_LAG.
    """
    rows = reader.rows
    live = (rows["means"] == Means.UPDATE) & (rows["time"] > 0)
    live &= (rows["flags"] & ReadFlag.REPLAYED) == 0
    lags = reader.time[live] - rows["time"][live]
    if not len(lags) or lags.min() < 0 or lags.max() > LONGEST_LAG:
        return USUAL.in_flight
    return max(USUAL.in_flight, 3 * int(np.percentile(lags, 99)))


def _rules(
    reader: Readings, told_on: Array, options: Options, own_ids: Mapping[int, Ids]
) -> dict[str, StreamRule]:
    updates = (reader.rows["means"] == Means.UPDATE) & (reader.direction == Direction.IN)
    rules = {}
    for stream in np.unique(reader.rows["stream"][updates]).tolist():
        mask = updates & (reader.rows["stream"] == stream)
        rows = reader.rows[mask]
        ids = options.ids or what_the_protocol_says(rows, told_on[mask], own_ids)
        ids = ids or what_ids_prove(rows, reader.link[mask])
        rules[reader.names[stream]] = StreamRule(options.want, options.ordered, ids)
    return rules


def what_the_protocol_says(rows: Array, links: Array, own_ids: Mapping[int, Ids]) -> Ids | None:
    """What the positions of a stream prove by the word of its protocol, where every link that
    carries it speaks one that has a word, and the positions are of its kind."""
    said = {own_ids.get(link) for link in np.unique(links).tolist()}
    if len(said) != 1 or (rows["flags"] & ReadFlag.CONTENT).any():
        return None
    (ids,) = said
    numbered = bool((rows["offset"] >= 0).all())
    return ids if ids == Ids.OPAQUE or numbered else None


def what_ids_prove(rows: Array, links: Array) -> Ids:
    """Seen from the traffic: offsets that nearly always rise by one on a link are contiguous
    (95 of 100 steps), offsets at all are ordered, ids without offsets opaque, and without ids
    there is the content."""
    if (rows["flags"] & ReadFlag.CONTENT).any():
        return Ids.CONTENT
    if (rows["offset"] < 0).any():
        return Ids.OPAQUE
    order = np.lexsort((np.arange(len(rows)), rows["epoch"], links))
    offset, epoch, link = rows["offset"][order], rows["epoch"][order], links[order]
    same = (epoch[1:] == epoch[:-1]) & (link[1:] == link[:-1])
    steps = np.diff(offset)[same]
    ones = int((steps == 1).sum())
    return Ids.CONTIGUOUS if not len(steps) or ones >= 0.95 * len(steps) else Ids.ORDERED
