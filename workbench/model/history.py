"""A history: everything a check may know (VERDICTS, "Terms").

High-volume parts are numpy columns sorted by time; the rest are small values.
Strings (streams, epochs, keys) are interned in ``History.names``; number 0 is "".
Moments are nanoseconds on one monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.model.position import Position
from workbench.model.words import How, Ids, Truth, Want

#: One update published (the ledger).  ``outcome`` is a words.Outcome.
PUBLISHED = np.dtype(
    [
        ("time", "<i8"),
        ("stream", "<u4"),
        ("epoch", "<u4"),
        ("offset", "<i8"),  # -1: none
        ("id", "<u8"),  # hash of id or content, 0: none
        ("key", "<u4"),
        ("outcome", "u1"),
        ("spare", "u1", (3,)),
        ("record", "<i8"),
    ]
)

#: One update delivered to a client, or handed to the proxy by the server.
#: ``link`` counts the client's own links from 1; ``replayed`` is 0 or 1.
DELIVERED = np.dtype(
    [
        ("time", "<i8"),
        ("stream", "<u4"),
        ("epoch", "<u4"),
        ("offset", "<i8"),
        ("id", "<u8"),
        ("key", "<u4"),
        ("link", "<u4"),
        ("replayed", "u1"),
        ("spare", "u1", (7,)),
        ("record", "<i8"),
    ]
)

Columns = npt.NDArray[Any]


class Event(StrEnum):
    """Small events in a client's life.  The letter is the one of verdict-pairs.txt."""

    ENDED = "X"  #: a link ended or fell silent: ``how``, ``code``
    HEALED = "H"
    ATTEMPT = "N"  #: an attempt to open begins
    ATTEMPT_FAILED = "A"  #: ``detail``: refused, or an HTTP status
    SUBSCRIBED = "O"  #: open and subscribed (again); ``position`` asked from, or None
    #: (``detail``: the stream, where no position names it)
    CLAIMED = "C"  #: ``detail``: yes or no
    SNAPSHOT = "S"  #: contains everything up to ``position``
    ACKED = "K"  #: the client acknowledged ``position``, and all before it where ``cumulative``
    SENT = "M"  #: ``detail``: the message's id
    TOOK_EFFECT = "Z"
    SEND_ACKED = "Y"
    UNREADABLE = "B"  #: ``count`` payloads
    TOO_OLD = "T"  #: the server said that the position asked for is too old


@dataclass(frozen=True, slots=True)
class ClientEvent:
    """One event: moment (ns), the client's link number (from 1), record number (-1: none)."""

    time: int
    event: Event
    link: int = 1
    record: int = -1
    how: How | None = None
    code: int = 0
    position: Position | None = None
    detail: str = ""
    count: int = 1
    address: str = ""
    cumulative: bool = True


@dataclass(frozen=True, slots=True)
class Client:
    """What happened to one client over all its links.

    ``ours``: application receipt (what was handed to our own client); otherwise wire
    receipt through the proxy (handling unseen).  ``known`` False: the links of this
    client could not be joined for sure (verdict: unknown, identity).
    """

    name: str
    ours: bool
    delivered: Columns
    events: tuple[ClientEvent, ...]
    upstream: Columns | None = None
    known: bool = True
    protocol: str = "ws"
    keys: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StreamRule:
    """What is expected of a stream."""

    want: Want = Want.AT_LEAST_ONCE
    ordered: bool = True
    ids: Ids = Ids.CONTIGUOUS


@dataclass(frozen=True, slots=True)
class Limits:
    """The constants of VERDICTS, in nanoseconds (herd: clients)."""

    in_flight: int = 100_000_000
    quiet: int = 1_000_000_000
    delivery_patience: int = 2_000_000_000
    return_patience: int = 10_000_000_000
    late_detection: int = 3_000_000_000
    herd: int = 20
    herd_window: int = 100_000_000


@dataclass(frozen=True, slots=True)
class OutageMark:
    """An outage as the recording knows it: number, kind (cut, stall, deploy, unplanned, ...),
    when it began and ended (ns; ``end`` None: not known to have ended), clients it names
    (empty: whoever is away within it), the record that opened it."""

    number: int
    kind: str
    start: int
    end: int | None = None
    clients: tuple[str, ...] = ()
    record: int = -1
    title: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """All that is judged.  ``truths`` are tried in order; ``witness`` names the witness client."""

    names: tuple[str, ...]
    clients: dict[str, Client]
    end: int
    published: Columns | None = None
    truths: tuple[Truth, ...] = (Truth.LEDGER,)
    witness: str = ""
    rules: dict[str, StreamRule] = field(default_factory=dict)
    default_rule: StreamRule = field(default_factory=StreamRule)
    limits: Limits = field(default_factory=Limits)
    outages: tuple[OutageMark, ...] = ()
    dedupes: bool = True  #: False: the clients are known to handle every delivery
    exact_position: bool = False  #: the clients' resume position is what they handled
    texts: dict[int, str] = field(default_factory=dict)  #: ids as text, by their hash

    def rule(self, stream: str) -> StreamRule:
        """The rule of a stream, or the default."""
        return self.rules.get(stream, self.default_rule)
