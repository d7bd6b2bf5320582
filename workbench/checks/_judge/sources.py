"""Sources of truth: what was published, who says so, and when its word is not enough."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from workbench.checks._ground.life import Life
from workbench.checks._ground.strand import NEVER, Array, Name, Strand, split, strands
from workbench.checks._ground.view import View
from workbench.model.history import PUBLISHED, Client, Columns, History
from workbench.model.position import Position
from workbench.model.words import Outcome, Truth


@dataclass(slots=True)
class Source:
    """What a recording's first usable source of truth knows."""

    truth: Truth
    strands: dict[Name, Strand]
    watchers: dict[str, Life] = field(default_factory=dict)  # whose receipt it rests on
    refuted: list[tuple[int, Position]] = field(default_factory=list)

    def gap(self, client: str, start: int, end: int) -> bool:
        """Whether no watcher but the client itself was open from start to end."""
        if self.truth not in (Truth.WITNESS, Truth.UPSTREAM):
            return False
        others = (life for name, life in self.watchers.items() if name != client)
        return not any(_throughout(life, start, end) for life in others)


def _throughout(life: Life, start: int, end: int) -> bool:
    spans = zip(life.opened, life.closed, strict=True)
    return any(opened <= start and closed >= end for opened, closed in spans)


def source_of(history: History, lives: dict[str, Life]) -> Source:
    """The first of the history's sources that has anything to say."""
    truth = next((t for t in history.truths if _usable(history, t)), Truth.SEQUENCE)
    clients = history.clients
    seen = [c.delivered for c in clients.values()]
    seen += [c.upstream for c in clients.values() if c.upstream is not None]
    if truth == Truth.LEDGER and history.published is not None:
        source = Source(truth, strands(history, [history.published], seen))
        source.refuted = _refute(history, source.strands)
        return source
    watching = _watching(history, truth)
    published = [_as_published(columns) for columns in _receipts(watching)]
    watchers = {c.name: lives[c.name] for c in watching}
    return Source(truth, strands(history, published, seen), watchers)


def _usable(history: History, truth: Truth) -> bool:
    if truth == Truth.LEDGER:
        return history.published is not None and len(history.published) > 0
    if truth == Truth.WITNESS:
        return history.witness in history.clients
    if truth == Truth.UPSTREAM:
        return bool(_watching(history, truth))
    return truth == Truth.SEQUENCE


def _watching(history: History, truth: Truth) -> list[Client]:
    if truth == Truth.WITNESS:
        return [history.clients[history.witness]]
    if truth == Truth.UPSTREAM:
        return [c for c in history.clients.values() if not c.ours]
    return []


def _receipts(clients: Iterable[Client]) -> Iterable[Columns]:
    for client in clients:
        yield client.delivered
        if client.upstream is not None:
            yield client.upstream


def _as_published(columns: Columns) -> Columns:
    rows = np.zeros(len(columns), PUBLISHED)
    for name in ("time", "stream", "epoch", "offset", "id", "key", "record"):
        rows[name] = columns[name]
    rows["outcome"] = Outcome.OK
    return rows


def _refute(history: History, known: dict[Name, Strand]) -> list[tuple[int, Position]]:
    """Take in what the ledger does not know and two clients got: it was published."""
    holders: dict[tuple[Name, int], set[str]] = {}
    first: dict[tuple[Name, int], int] = {}
    for client in history.clients.values():
        for name, place, at in _strangers(client, known):
            holders.setdefault((name, place), set()).add(client.name)
            first[name, place] = min(at, first.get((name, place), NEVER))
    refuted = []
    for (name, place), clients in sorted(holders.items()):
        if len(clients) > 1:
            strand = known[name]
            strand.time[place] = first[name, place]
            strand.outcome[place] = Outcome.OK
            stream, epoch = history.names[name[0]], history.names[name[1]]
            refuted.append((first[name, place], Position(stream, epoch, strand.offset(place))))
    return refuted


def _strangers(client: Client, known: dict[Name, Strand]) -> Iterable[tuple[Name, int, int]]:
    for name, rows in split(client.delivered):
        strand = known[name]
        if not strand.listed or not strand.ordered:
            continue
        part = client.delivered[rows]
        places = strand.find(part["offset"].astype(np.int64))
        odd = np.flatnonzero((places >= 0) & (strand.time[places] == NEVER))
        for row in odd:
            yield name, int(places[row]), int(part["time"][row])


def strange(view: View) -> Array:
    """The rows of a client that the ledger refutes: unknown to it, or surely not published."""
    if view.truth != Truth.LEDGER:
        return np.zeros(0, np.int64)
    listed = {s.stream for s in view.strands if s.listed}
    inside = np.isin(view.rows["stream"], list(listed))
    placed = view.place >= 0
    time = np.full(len(view.rows), NEVER, np.int64)
    time[placed] = view.time[view.place[placed]]
    failed = np.zeros(len(view.rows), bool)
    failed[placed] = view.outcome[view.place[placed]] == Outcome.FAIL
    inside[view.repeats] = False  # one copy too many of something known is a repeat
    return np.flatnonzero(inside & ((time == NEVER) | failed))
