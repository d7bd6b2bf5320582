"""Small histories written by hand, in seconds."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from workbench.model.history import DELIVERED, PUBLISHED, Client, ClientEvent, Event, History
from workbench.model.position import Position
from workbench.model.words import How, Outcome

NAMES = ("", "e", "f", "s", "t")


def ns(seconds: float) -> int:
    return round(seconds * 1e9)


def published(rows: Iterable[tuple], stream: str = "") -> np.ndarray:
    """(at, offset) or (at, offset, outcome) as a ledger."""
    rows = list(rows)
    made = np.zeros(len(rows), PUBLISHED)
    for i, (at, offset, *outcome) in enumerate(rows):
        word = outcome[0] if outcome else Outcome.OK
        made[i] = (ns(at), NAMES.index(stream), 0, offset, 0, 0, word, (0,) * 3, i)
    return made


def delivered(rows: Iterable[tuple], stream: str = "") -> np.ndarray:
    """(at, offset, link) as deliveries; record numbers from 500."""
    rows = list(rows)
    made = np.zeros(len(rows), DELIVERED)
    for i, (at, offset, link) in enumerate(rows):
        made[i] = (ns(at), NAMES.index(stream), 0, offset, 0, 0, link, 0, (0,) * 7, 500 + i)
    return made


def event(at: float, kind: Event, link: int = 1, **more: object) -> ClientEvent:
    return ClientEvent(ns(at), kind, link, **more)


def opened(at: float, link: int = 1, asked: int | None = None, **more: object) -> ClientEvent:
    position = None if asked is None else Position("", "", asked)
    return event(at, Event.SUBSCRIBED, link, position=position, **more)


def ended(at: float, link: int = 1, how: How = How.RST, **more: object) -> ClientEvent:
    return event(at, Event.ENDED, link, how=how, **more)


def cut_once(name: str, *, asked: int | None = 2, ours: bool = True, at: float = 2.5) -> Client:
    """One update a second; cut at ``at`` for three seconds; all missed ones replayed if asked."""
    live = [(i + 0.05, i, 1) for i in range(1, 10) if i + 0.05 < at]
    back = at + 3
    replay = [(back + 0.1, i, 2) for i in range(1, 10) if at - 0.1 <= i < back]
    after = [(i + 0.05, i, 2) for i in range(1, 10) if i >= back]
    rows = live + (replay if asked is not None else []) + after
    events = (opened(0), ended(at, record=90), opened(back, 2, asked))
    return Client(name, ours, delivered(rows), events)


def history(*clients: Client, **more: object) -> History:
    """A history over nine updates, one a second, that ends at 20 s."""
    ledger = published([(i, i) for i in range(1, 10)])
    known = {"published": ledger, **more}
    return History(NAMES, {c.name: c for c in clients}, ns(20), **known)
