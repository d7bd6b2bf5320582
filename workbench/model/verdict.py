"""Findings and verdicts (VERDICTS, "Decision")."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.model.position import Position
from workbench.model.words import Truth, Value

#: At most this many positions and record numbers are kept per finding; ``count`` is whole.
EVIDENCE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: name (``lost``, ``duplicated``, ``no-position``, ...), how many,
    where (positions), and the record numbers that prove it."""

    name: str
    count: int = 1
    positions: tuple[Position, ...] = ()
    records: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClientVerdict:
    """One client in one outage.  Times are nanoseconds; None: never, or not known."""

    client: str
    outage: int
    value: Value
    findings: tuple[Finding, ...] = ()
    reasons: tuple[str, ...] = ()  # why unknown: "no-traffic", "in-doubt", ...
    away_from: int = 0  # moment of the first broken byte
    away: int | None = None
    reconnect: int | None = None
    recovered: int | None = None  # time to recovered, from the first broken byte
    asked_from: Position | None = None
    replayed: int = 0
    attempts: int = 0
    broke: str = ""  # how it was cut off, in words: "r2 closed the connection (1012)"
    affected: bool = True

    def count(self, name: str) -> int:
        """How many of a finding; 0 where there is none."""
        return sum(f.count for f in self.findings if f.name == name)


@dataclass(frozen=True, slots=True)
class OutageVerdict:
    """One outage with all its clients.  ``truth`` names the source, ``disagree`` says that
    two sources did not agree."""

    number: int
    kind: str
    start: int
    value: Value
    truth: Truth
    clients: tuple[ClientVerdict, ...] = ()
    end: int | None = None
    title: str = ""
    disagree: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a whole recording: the worst of its outages (none: unknown)."""

    value: Value
    outages: tuple[OutageVerdict, ...] = ()
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Explanation:
    """A client's verdict in words: what it is, why it happened, what to change."""

    title: str
    why: str
    changes: tuple[str, ...] = ()
