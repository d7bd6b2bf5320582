"""The sentences of a report.  They are those of the window (a test compares the two)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.door.told import KINDS, REASONS
from workbench.door.verdicts import LOST
from workbench.engine.reports.masking import one_line
from workbench.model.position import Position, ranges

Client = Mapping[str, Any]
Outage = Mapping[str, Any]

VERDICTS = {"valid": "Valid", "invalid": "Invalid", "unknown": "Unknown"}


def headline(outage: Outage) -> tuple[str, str]:
    """The outage in one sentence, and its tone (error, warn, ok, info)."""
    clients = list(outage["clients"])
    hurt = [c for c in clients if c["word"] == "Lost updates"]
    bad = [c for c in clients if c["verdict"] == "invalid" and c not in hurt]
    if hurt:
        return f"{len(hurt):,} of {many(len(clients), 'client')} lost updates", "error"
    if bad:
        order = any(c["word"] == "Out of order" for c in clients)
        what = "got updates out of order" if order else "did not recover"
        return f"{len(bad):,} of {many(len(clients), 'client')} {what}", "error"
    away = [c for c in clients if c["word"] == "Still recovering"]
    if away:
        return f"Still recovering: {len(away):,} of {len(clients):,}", "info"
    doubt = [c for c in clients if c["word"] == "Can't tell"]
    if doubt:
        return f"Can't tell: {reason(doubt[0])}", "warn"
    return _recovered([c for c in clients if c["affected"]])


def _recovered(touched: Sequence[Client]) -> tuple[str, str]:
    if not touched:
        return "No client was affected.", "ok"
    slowest = seconds(max(c["time_to_recovered_ms"] or 0 for c in touched), 1)
    text = f"All {len(touched):,} clients recovered. Slowest: {slowest}."
    if len(touched) == 1:
        text = f"The client recovered in {slowest}."
    return text, "warn" if any(c["duplicated"] for c in touched) else "ok"


def details(outage: Outage) -> str:
    """Who lost, who handled twice, who came back whole: a sentence each, not more than a few."""
    clients = [c for c in outage["clients"] if c["affected"]]
    names = [one_line(c["name"], 60) for c in clients]
    named = list(zip(names, clients, strict=True))
    told = [_lost(name, c) for name, c in named if c["missed"]][:4]
    told += [_twice(name, c) for name, c in named if c["duplicated"] and not c["missed"]][:3]
    away = [name for name, c in named if c["word"] == "Still recovering"]
    if away:
        told.append(f"{listed(away)} {'is' if len(away) == 1 else 'are'} still on the way.")
    doubt = [(name, c) for name, c in named if c["word"] == "Can't tell"]
    if doubt:
        told.append(f"{listed([name for name, _ in doubt])}: {reason(doubt[0][1])}.")
    fine = [name for name, c in named if c["word"] == "Recovered"]
    if fine:
        told.append(f"{listed(fine)} recovered fully.")
    return " ".join(told)


def _lost(name: str, c: Client) -> str:
    n = many(c["missed"], "update")
    return f"{name} never received {n} published while it was away."


def _twice(name: str, c: Client) -> str:
    return f"{name} recovered but handled {many(c['duplicated'], 'update')} twice."


def listed(names: Sequence[str], limit: int = 4) -> str:
    """``a``, ``a and b``, ``a, b and c``, ``a, b, c and 7 more``."""
    if len(names) > limit:
        return f"{', '.join(names[: limit - 1])} and {len(names) - limit + 1:,} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def reason(client: Client) -> str:
    """Why a client's verdict is unknown, in words."""
    first = str(client["reason"]).split(", ")[0]
    return REASONS.get(first, first or "there is no evidence")


def reasons(words: Sequence[str]) -> str:
    """Reason words as a sentence's end."""
    return ", ".join(REASONS.get(word, word) for word in words) or "there is no evidence"


def tone(client: Client) -> str:
    """The tone of a client's chip; "" where it was not affected."""
    if not client["affected"]:
        return ""
    if client["verdict"] == "invalid":
        return "error"
    if client["word"] == "Recovered":
        return "ok"
    return "info" if client["word"] == "Still recovering" else "warn"


def title(outage: Outage) -> str:
    """``Rolling drain to v43``, or the kind in words."""
    kind = str(outage["kind"])
    return str(outage["title"]) or KINDS.get(kind, kind.capitalize())


def missed_ranges(client: Client) -> str:
    """``s:4482–4493``: what the client never got, as far as it is kept as evidence."""
    found = [f for f in client["findings"] if f["name"] in LOST]
    places = [Position(**p) for f in found for p in f["positions"]]
    kept = ranges(places)
    rest = sum(f["count"] for f in found) - len(set(places))
    return f"{kept} and {rest:,} more" if kept and rest > 0 else kept


def why(client: Client) -> str:
    """Why it came out so."""
    told = client.get("explain") or {}
    return str(told.get("why") or client["reason"] or client["word"])


def changes(client: Client) -> list[str]:
    """What to change."""
    return [str(each) for each in (client.get("explain") or {}).get("changes", ())]


def many(n: int, one: str) -> str:
    """``1 client``, ``3 clients``."""
    return f"{n:,} {one}" if n == 1 else f"{n:,} {one}s"


def seconds(ms: float | None, digits: int = 2) -> str:
    """``1.84 s``; "" for None."""
    if ms is None:
        return ""
    if ms < 9_995:
        return f"{ms / 1000:.{digits}f} s"
    if ms < 59_950:
        return f"{ms / 1000:.1f} s"
    minutes, rest = divmod(round(ms / 1000), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"
