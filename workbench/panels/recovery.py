"""Outages as the Recovery view shows them: banner, matrix, cards (UX section 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.panels import wording
from workbench.panels.story import position_words

Outage = Mapping[str, Any]
GROUP_ABOVE = 50
KINDS = {
    "deploy": "Deploy",
    "cut": "Cut",
    "close": "Polite close",
    "stall": "Stall",
    "finish": "Ended by FIN",
    "unplanned": "Unplanned disconnect",
}
TRUTHS = {
    "ledger": "service publish log",
    "upstream": "proxy upstream record",
    "witness": "witness connection",
    "sequence": "id sequence only",
    "none": "none",
}
#: Why a verdict is unknown, in a few words.
REASONS = {
    "no-traffic": "nothing was published while it was away",
    "no-cut": "no cut was seen",
    "damaged": "part of the recording can't be read",
    "no-ids": "no id field chosen",
    "in-doubt": "updates were on their way when it broke",
    "identity": "it is not sure which client came back",
    "source-gap": "the witness was away too",
    "audience": "the witness gets other updates",
    "epoch-tail": "the server forgot its history",
    "blind": "payloads could not be read",
    "reloaded": "it reloaded without being told to",
    "handling": "what the app did with it is not seen",
    "still-away": "still away",
    "not-live": "no live update yet",
    "crashed": "the check stopped with an error",
}
TONES = {"Lost updates": "error", "Out of order": "error", "Failed": "error", "Recovered": "ok"}


@dataclass(frozen=True, slots=True)
class Banner:
    """The sentence, what stands below it, and its tone (error, warn, ok, info)."""

    text: str
    details: str
    tone: str


def title(outage: Outage) -> str:
    """``Rolling drain to v43``, or the kind in words."""
    kind = str(outage.get("kind") or "")
    return wording.plain(str(outage.get("title") or KINDS.get(kind, kind.capitalize())), 80)


def truth(outage: Outage) -> str:
    """The source of truth in words."""
    source = str(outage.get("source") or "none")
    return TRUTHS.get(source, source)


def affected(outage: Outage) -> list[Mapping[str, Any]]:
    """Clients that the outage touched."""
    return [c for c in outage.get("clients", ()) if c.get("affected", True)]


def banner(outage: Outage, now: int) -> Banner:
    """What happened to the clients, the worst first.  ``now`` is the recording's moment."""
    clients = list(outage.get("clients", ()))
    words = [str(c.get("word")) for c in clients]
    hurt = [c for c in clients if c.get("word") == "Lost updates"]
    bad = [c for c in clients if c.get("verdict") == "invalid" and c not in hurt]
    details = _details(clients)
    if hurt:
        text = f"{wording.count(len(hurt))} of {_clients(len(clients))} lost updates"
        return Banner(text, details, "error")
    if bad:
        what = "got updates out of order" if "Out of order" in words else "did not recover"
        return Banner(
            f"{wording.count(len(bad))} of {_clients(len(clients))} {what}", details, "error"
        )
    away = [c for c in clients if c.get("word") == "Still recovering"]
    if away:
        since = wording.duration(max(0, now - int(outage.get("started_ns") or now)), 1)
        text = f"Still recovering: {wording.count(len(away))} of {wording.count(len(clients))}"
        return Banner(f"{text}, {since}", details, "info")
    doubt = [c for c in clients if c.get("word") == "Can't tell"]
    if doubt:
        return Banner(f"Can't tell: {_why(doubt)}", details, "warn")
    return _recovered(clients, details)


def _recovered(clients: Sequence[Mapping[str, Any]], details: str) -> Banner:
    touched = [c for c in clients if c.get("affected", True)]
    if not touched:
        return Banner("No client was affected.", "", "ok")
    slowest = max((c.get("time_to_recovered_ms") or 0 for c in touched), default=0)
    who = "The client" if len(touched) == 1 else f"All {wording.count(len(touched))} clients"
    text = f"{who} recovered. Slowest: {wording.duration(slowest * 1e6, 1)}."
    if len(touched) == 1:
        text = f"{who} recovered in {wording.duration(slowest * 1e6, 1)}."
    twice = any(c.get("duplicated") for c in touched)
    return Banner(text, details, "warn" if twice else "ok")


def _why(clients: Sequence[Mapping[str, Any]]) -> str:
    reasons = str(clients[0].get("reason") or "").split(", ")
    return REASONS.get(reasons[0], reasons[0] or "there is no evidence")


def _clients(n: int) -> str:
    return f"{wording.count(n)} {'client' if n == 1 else 'clients'}"


def _details(clients: Sequence[Mapping[str, Any]]) -> str:
    told = [_lost(c) for c in clients if c.get("missed")][:4]
    told += [_twice(c) for c in clients if c.get("duplicated") and not c.get("missed")][:3]
    away = [_name(c) for c in clients if c.get("word") == "Still recovering"]
    if away:
        told.append(f"{wording.listed(away)} {_be(away)} still on the way.")
    doubt = [c for c in clients if c.get("word") == "Can't tell"]
    if doubt:
        told.append(f"{wording.listed([_name(c) for c in doubt])}: {_why(doubt)}.")
    fine = [_name(c) for c in clients if c.get("word") == "Recovered"]
    if fine:
        told.append(f"{wording.listed(fine)} recovered fully.")
    return " ".join(told)


def _be(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _name(c: Mapping[str, Any]) -> str:
    return wording.plain(str(c.get("name")), 60)


def _lost(c: Mapping[str, Any]) -> str:
    n = wording.many(int(c["missed"]), "update")
    return f"{_name(c)} never received {n} published while it was away."


def _twice(c: Mapping[str, Any]) -> str:
    n = wording.many(int(c["duplicated"]), "update")
    return f"{_name(c)} recovered but handled {n} twice."


# --- matrix -----------------------------------------------------------------------------------

COLUMNS = (
    "Client",
    "Away for",
    "Asked to resume from",
    "Replayed",
    "Missed",
    "Twice",
    "Out of order",
    "Time to recovered",
    "Verdict",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """Words and tone ("" plain, grey, error, warn, replay, strong)."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One client (or, for very many, one group).  ``tone`` is that of the verdict's chip."""

    name: str
    protocol: str
    cells: tuple[Cell, ...]  # Away for … Time to recovered
    word: str
    tone: str
    members: int = 0  # of a group

    @property
    def spoken(self) -> str:
        """The row as one sentence."""
        if self.members:
            return f"{self.name}: {wording.many(self.members, 'client')}"
        values = zip(COLUMNS[1:8], self.cells, strict=True)
        told = [f"{column} {cell.text}" for column, cell in values if cell.text not in ("0", "–")]
        return ", ".join([self.name, self.word, *told])


def matrix(outage: Outage, protocols: Mapping[str, str], opened: frozenset[str]) -> list[MatrixRow]:
    """Rows, worst first; above GROUP_ABOVE clients grouped by verdict (``opened``: groups)."""
    clients = list(outage.get("clients", ()))
    if len(clients) <= GROUP_ABOVE:
        return [_row(c, protocols) for c in clients]
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for c in clients:
        groups.setdefault(_group(c), []).append(c)
    rows = []
    for word, members in groups.items():
        rows.append(MatrixRow(word, "", (), word, _tone(members[0]), len(members)))
        if word in opened:
            rows += [_row(c, protocols) for c in members]
    return rows


def _group(c: Mapping[str, Any]) -> str:
    word = str(c.get("word"))
    return "Recovered, some twice" if word.startswith("Recovered,") else word


def _tone(c: Mapping[str, Any]) -> str:
    word = str(c.get("word"))
    return TONES.get(word, "warn" if word.startswith(("Recovered,", "Can't")) else "info")


def _row(c: Mapping[str, Any], protocols: Mapping[str, str]) -> MatrixRow:
    name = str(c.get("name"))
    if not c.get("affected", True):
        cells = tuple(Cell("–", "grey") for _ in range(7))
        return MatrixRow(name, protocols.get(name, ""), cells, "Not affected", "")
    cells = (
        _time(c.get("away_ms"), "Still away"),
        _asked(c, protocols.get(name, "")),
        _figure(c.get("replayed"), "replay"),
        _figure(c.get("missed"), "error"),
        _figure(c.get("duplicated"), "warn"),
        _figure(c.get("out_of_order"), "error"),
        _recovered_in(c),
    )
    return MatrixRow(name, protocols.get(name, ""), cells, str(c.get("word")), _tone(c))


def _time(ms: Any, missing: str) -> Cell:
    return Cell(missing, "warn") if ms is None else Cell(wording.duration(ms * 1e6))


def _figure(n: Any, tone: str) -> Cell:
    n = int(n or 0)
    return Cell(wording.count(n), tone if n else "grey")


def _recovered_in(c: Mapping[str, Any]) -> Cell:
    ms = c.get("time_to_recovered_ms")
    if ms is not None:
        return Cell(wording.duration(ms * 1e6))
    return Cell("Never", "error") if c.get("verdict") == "invalid" else Cell("–", "grey")


def _asked(c: Mapping[str, Any], protocol: str) -> Cell:
    asked = c.get("asked_from")
    if asked is None:
        return Cell("–", "grey") if c.get("away_ms") is None else Cell("None sent", "warn")
    word = "Last-Event-ID" if protocol == "sse" else "Last id"
    return Cell(f"{word} {wording.plain(position_words(asked), 40)}")


# --- missed ids and explanation ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Missed:
    """Missed ids: each as text (``ids``, at most 100), as ranges, and how many in all."""

    count: int
    ids: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    records: tuple[int, ...] = ()


def missed(client: Mapping[str, Any]) -> Missed:
    """What a client never got."""
    found = [f for f in client.get("findings", ()) if f.get("name") in ("lost", "skipped")]
    places = [p for f in found for p in f.get("positions", ())]
    offsets = [p["offset"] for p in places if p.get("offset") is not None]
    ids = [str(p.get("id")) for p in places if p.get("offset") is None and p.get("id")]
    texts = [str(o) for o in sorted(set(offsets))] + ids
    records = tuple(int(r) for f in found for r in f.get("records", ()))
    spans = tuple(wording.ranges(offsets) + ids)
    return Missed(int(client.get("missed") or 0), tuple(texts), spans, records)


@dataclass(frozen=True, slots=True)
class Why:
    """Heading, reason, and what to change."""

    title: str
    why: str
    changes: tuple[str, ...]


def why(client: Mapping[str, Any]) -> Why:
    """The engine's explanation of a client's verdict, or the verdict in words."""
    name, told = _name(client), client.get("explain")
    told = told if isinstance(told, Mapping) else {}
    if client.get("word") == "Still recovering":  # nothing can be explained before it is over
        told = {}
    lost = bool(client.get("missed"))
    heading = f"Why {name} lost updates" if lost else f"What happened to {name}"
    text = str(told.get("why") or _plain_why(client))
    changes = tuple(str(change) for change in told.get("changes") or ())
    return Why(str(told.get("title") or heading), text, changes)


def _plain_why(c: Mapping[str, Any]) -> str:
    word = str(c.get("word"))
    if word == "Not affected":
        return "Its connection stayed open."
    if word == "Recovered":
        return "Every update published while it was away arrived, once and in order."
    if word == "Can't tell":
        return f"There is no proof either way: {_why([c])}."
    if word == "Still recovering":
        return "It has not caught up yet."
    return str(c.get("reason") or word) + "."
