"""Verdicts as plain values: topic ``outage``, ``--json``, reports.

The keys named in the issue "First road" stay; more may be added.  Durations are
milliseconds, moments nanoseconds (``started_ns``) and ISO 8601 (``started``).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from workbench.model.position import Position
from workbench.model.verdict import ClientVerdict, Finding, Judgement, OutageVerdict

LOST = ("lost", "skipped")
TWICE = ("duplicated",)
ORDER = ("nonmonotonic",)


def judgement_as_dict(judgement: Judgement, seed: int) -> dict[str, Any]:
    """The one object of ``--json``."""
    return {
        "verdict": str(judgement.value),
        "seed": seed,
        "outages": [outage_as_dict(o) for o in judgement.outages],
        "reasons": list(judgement.reasons),
        "notes": list(judgement.notes),
    }


def outage_as_dict(outage: OutageVerdict) -> dict[str, Any]:
    """One outage with its clients, worst first."""
    return {
        "number": outage.number,
        "kind": outage.kind,
        "title": outage.title,
        "started": iso(outage.start),
        "started_ns": outage.start,
        "ended_ns": outage.end,
        "source": str(outage.truth),
        "verdict": str(outage.value),
        "disagree": outage.disagree,
        "clients": [client_as_dict(c) for c in sorted(outage.clients, key=rank)],
    }


def client_as_dict(c: ClientVerdict) -> dict[str, Any]:
    """One client in one outage."""
    return {
        "name": c.client,
        "verdict": str(c.value),
        "missed": total(c, LOST),
        "duplicated": total(c, TWICE),
        "out_of_order": total(c, ORDER),
        "away_ms": in_ms(c.away),
        "away_from_ns": c.away_from,
        "reconnect_ms": in_ms(c.reconnect),
        "time_to_recovered_ms": in_ms(c.recovered),
        "reason": ", ".join(c.reasons),
        "asked_from": str(c.asked_from) if c.asked_from is not None else None,
        "replayed": c.replayed,
        "attempts": c.attempts,
        "affected": c.affected,
        "word": word(c),
        "findings": [finding_as_dict(f) for f in c.findings],
    }


def finding_as_dict(f: Finding) -> dict[str, Any]:
    """One finding with its evidence."""
    return {
        "name": f.name,
        "count": f.count,
        "positions": [position_as_dict(p) for p in f.positions],
        "records": list(f.records),
        "note": f.note,
    }


def position_as_dict(p: Position) -> dict[str, Any]:
    """A position by its parts."""
    return {"stream": p.stream, "epoch": p.epoch, "offset": p.offset, "id": p.id}


def word(c: ClientVerdict) -> str:
    """The verdict in the window's words (UX section 12)."""
    if not c.affected:
        return "Not affected"
    if c.value == "invalid" and total(c, LOST):
        return "Lost updates"
    if c.value == "invalid" and total(c, ORDER):
        return "Out of order"
    if "still-away" in c.reasons or "not-live" in c.reasons:
        return "Still recovering"
    if c.value == "unknown":
        return "Can't tell"
    if c.value == "invalid":
        return "Failed"
    twice = total(c, TWICE)
    return f"Recovered, {twice} twice" if twice else "Recovered"


def rank(c: ClientVerdict) -> tuple[int, str]:
    """Worst first, then by name."""
    order = {"invalid": 0, "unknown": 1, "valid": 2}
    twice = 0 if c.count("duplicated") else 1
    return (order[str(c.value)] * 2 + twice, c.client)


def total(c: ClientVerdict, names: tuple[str, ...]) -> int:
    """The count over several findings."""
    return sum(c.count(name) for name in names)


def in_ms(ns: int | None) -> float | None:
    """Nanoseconds as milliseconds, three digits."""
    return None if ns is None else round(ns / 1e6, 3)


def iso(ns: int) -> str:
    """A moment as ISO 8601 in UTC, milliseconds."""
    return datetime.fromtimestamp(ns / 1e9, UTC).isoformat(timespec="milliseconds")
