"""What a recording says for a page: plain values, read by ``gather.py``, drawn by the others.

Moments are nanoseconds since 1970.  Texts are as they were recorded: whoever shows them cleans
and masks them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
#: Ticks of a lane are drawn in so many bins.
BINS = 260


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """Who a client is."""

    name: str
    ours: bool = True
    protocol: str = "ws"
    address: str = ""
    links: int = 0


@dataclass(slots=True)
class Lane:
    """One client in one outage: messages per bin, gaps (end None: still away), replays."""

    client: str
    received: Array = field(default_factory=lambda: np.zeros(BINS, dtype=np.int64))
    sent: Array = field(default_factory=lambda: np.zeros(BINS, dtype=np.int64))
    gaps: list[tuple[int, int | None]] = field(default_factory=list)
    replayed: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mark:
    """A deploy or a fault; ``end`` None: not known to have ended."""

    kind: str
    title: str
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Sorted moments at which one more was published, and received; ``lost`` are those of the
    published ones that never came.  Of very many only some are kept; the totals are whole."""

    published: Array
    received: Array
    lost: Array
    published_total: int
    received_total: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record: number, moment, direction (words.Direction), what it is, size, payload."""

    number: int
    time: int
    direction: int
    what: str
    size: int
    payload: bytes


@dataclass(slots=True)
class Picture:
    """One outage to draw, from ``start`` to ``end``."""

    start: int
    end: int
    lanes: list[Lane] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    curves: dict[str, Curve] = field(default_factory=dict)
    evidence: dict[str, list[Evidence]] = field(default_factory=dict)


@dataclass(slots=True)
class Facts:
    """The recording as a whole.  ``pictures`` are by the outage's number."""

    start: int = 0
    end: int = 0
    created: str = ""
    records: int = 0
    messages: int = 0
    bytes: int = 0
    published: int = 0
    clients: list[ClientFacts] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    pictures: dict[int, Picture] = field(default_factory=dict)
