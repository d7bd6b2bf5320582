"""The life of a client: when it was open and subscribed, and how that broke (VERDICTS, "Terms").

A client is open while any of its links is.  A link that ends while another is open is a
make-before-break overlap and breaks nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from workbench.checks._ground.strand import Array
from workbench.model.history import Client, ClientEvent, Event
from workbench.model.position import Position
from workbench.model.words import How

ORDERLY = (How.CLOSE, How.FIN, How.LEAVE)


@dataclass(slots=True)
class Break:
    """One time that a client was cut off.  Moments in ns; None: it has not come."""

    index: int
    time: int
    link: int
    how: How | None
    code: int = 0
    record: int = -1
    address: str = ""
    first: int = 0  #: first broken byte
    detected: int | None = None  #: a stalled link was given up
    healed: bool = False
    returned: int | None = None  #: open and subscribed again
    back: int = 0  #: the link it returned on
    left: bool = False  #: gave up on purpose
    asks: list[ClientEvent] = field(default_factory=list)
    failed: list[ClientEvent] = field(default_factory=list)
    attempt: int | None = None  #: when the first attempt began

    @property
    def abrupt(self) -> bool:
        """Whether bytes written just before may never have arrived."""
        return self.how not in ORDERLY

    def asked(self, stream: str) -> Position | None:
        """The position that it asked to resume this stream from."""
        given = [e.position for e in self.asks if e.position is not None]
        same = [p for p in given if p.stream == stream]
        if same:
            return same[-1]
        alone = len(given) == 1 and len(self.asks) == 1 and not given[0].stream
        return given[0] if alone else None


@dataclass(slots=True)
class Life:
    """When a client was open: ``opened[i]`` to ``closed[i]`` (ns); and its breaks."""

    started: int | None = None
    opened: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    leaves: list[tuple[int, int]] = field(default_factory=list)
    subscribed: dict[str, int] = field(default_factory=dict)  # stream, first time
    unnamed: int | None = None  # first subscription that names no stream: it may be any
    ended: bool = False  # some link of it has ended, and not on purpose

    def since(self, stream: str) -> int | None:
        """When it first subscribed to a stream, as far as that is known."""
        moments = [m for m in (self.subscribed.get(stream), self.unnamed) if m is not None]
        return min(moments, default=self.started)

    def open_time(self, moments: Array) -> Array:
        """For how long (ns) the client has been open at each moment."""
        if not self.opened:
            return np.zeros(len(moments), np.int64)
        opened = np.array(self.opened, np.int64)
        closed = np.array(self.closed, np.int64)
        before = np.concatenate([[0], np.cumsum(closed - opened)])
        last = np.searchsorted(opened, moments, side="right")
        within = np.minimum(moments, closed[np.maximum(last - 1, 0)])
        within = within - opened[np.maximum(last - 1, 0)]
        return np.where(last > 0, before[np.maximum(last - 1, 0)] + within, 0)


class _Reader:
    """Walks the events of a client once."""

    def __init__(self, end: int) -> None:
        self.life = Life()
        self.open: set[int] = set()
        self.silent: set[int] = set()
        self.away: Break | None = None
        self.left: int | None = None
        self.end = end

    def read(self, event: ClientEvent) -> None:
        if event.event == Event.SUBSCRIBED:
            self._subscribed(event)
        elif event.event == Event.ENDED:
            self._ended(event)
        elif event.event == Event.HEALED and event.link in self.silent:
            self._healed(event)
        elif event.event in (Event.ATTEMPT, Event.ATTEMPT_FAILED) and self.away is not None:
            self._tried(self.away, event)

    def _tried(self, away: Break, event: ClientEvent) -> None:
        if away.attempt is None:
            away.attempt = event.time
        if event.event != Event.ATTEMPT:
            away.failed.append(event)

    def _subscribed(self, event: ClientEvent) -> None:
        life = self.life
        stream = event.position.stream if event.position is not None else event.detail
        if event.position is None and event.detail in ("", UNSEEN):
            life.unnamed = event.time if life.unnamed is None else life.unnamed
        else:
            life.subscribed.setdefault(stream, event.time)
        if life.started is None:
            life.started = event.time
        if self.left is not None:
            life.leaves.append((self.left, event.time))
            self.left = None
        last = life.breaks[-1] if life.breaks else None
        if self.away is not None:
            self._returned(event, self.away)
        elif not self.open:
            life.opened.append(event.time)
        elif last is not None and last.returned is not None and last.back == event.link:
            last.asks.append(event)  # one more stream on the link it came back on
        self.silent.discard(event.link)
        self.open.add(event.link)

    def _returned(self, event: ClientEvent, away: Break) -> None:
        if away.how == How.STALL and away.detected is None:
            away.detected = away.attempt if away.attempt is not None else event.time
        away.returned, away.back = event.time, event.link
        away.asks.append(event)
        self.away = None
        self.life.opened.append(event.time)

    def _ended(self, event: ClientEvent) -> None:
        self.life.ended |= event.how != How.LEAVE
        if event.how == How.LEAVE:
            self._leave(event)
        elif event.link in self.silent:
            if event.how != How.STALL:
                self.silent.discard(event.link)
                if self.away is not None and self.away.link == event.link:
                    self.away.detected = event.time
        elif event.link in self.open:
            self.open.discard(event.link)
            if event.how == How.STALL:
                self.silent.add(event.link)
            if not self.open:
                self._broken(event)
        elif self.away is not None:
            self._tried(self.away, event)  # opened, and ended before it had subscribed

    def _broken(self, event: ClientEvent) -> None:
        life = self.life
        life.closed.append(event.time)
        self.away = Break(
            len(life.breaks),
            event.time,
            event.link,
            event.how,
            event.code,
            event.record,
            event.address,
        )
        self.away.first = event.time
        life.breaks.append(self.away)

    def _leave(self, event: ClientEvent) -> None:
        was_open = bool(self.open)
        self.open.discard(event.link)
        self.silent.discard(event.link)
        if self.open:
            return
        self.left = event.time
        if self.away is not None:
            self.away.left = True
            self.away = None
        elif was_open:
            self.life.closed.append(event.time)

    def _healed(self, event: ClientEvent) -> None:
        self.silent.discard(event.link)
        self.open.add(event.link)
        if self.away is not None:
            self.away.returned, self.away.back = event.time, event.link
            self.away.healed = True
            self.away = None
            self.life.opened.append(event.time)

    def finish(self) -> Life:
        life = self.life
        if len(life.closed) < len(life.opened):
            life.closed.append(self.end)
        if self.left is not None:
            life.leaves.append((self.left, self.end + 1))
        return life


def life_of(client: Client, end: int) -> Life:
    """Read the life of a client from its events and, where a subscription was not seen,
    from its first delivery on that link."""
    events = [*client.events, *_unseen(client)]
    events.sort(key=lambda event: event.time)
    reader = _Reader(end)
    for event in events:
        reader.read(event)
    return reader.finish()


def _unseen(client: Client) -> list[ClientEvent]:
    """A subscription for each link that delivers and was never seen to subscribe."""
    seen = {e.link for e in client.events if e.event == Event.SUBSCRIBED}
    links = client.delivered["link"]
    if not len(links) or (len(seen) == 1 and (links == next(iter(seen))).all()):
        return []
    found, first = np.unique(links, return_index=True)
    return [
        ClientEvent(int(client.delivered["time"][row]), Event.SUBSCRIBED, int(link), detail=UNSEEN)
        for link, row in zip(found, first, strict=True)
        if int(link) not in seen
    ]


#: ``detail`` of a subscription that is only inferred: what it asked for is not known.
UNSEEN = "\0unseen"
