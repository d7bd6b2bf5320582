"""What the connections dock shows: rows in groups, with state, rate, lag and last error."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from workbench.door.state import Mirror
from workbench.panels import words

#: state -> (shape, token of its colour); the word is made in ``state_word`` (UX section 5)
SHAPES = {
    "connecting": ("dashed", "info_mark"),
    "open": ("disc", "ok_mark"),
    "silent": ("half", "warn_mark"),
    "waiting": ("gap", "warn_mark"),
    "closed": ("cross", "text3"),
    "failed": ("cross", "error_mark"),
}
CLEAN = (0, 1000, 1001)  # left on purpose: no cause for red


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A heading.  ``kind``: service, proxy, other."""

    key: str
    kind: str
    title: str
    note: str
    sub: str
    folded: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One connection.  ``last`` is the third line, empty when nothing went wrong."""

    key: str
    badge: str
    shape: str
    token: str
    word: str
    rate: str
    lag: str
    slow: bool
    chip: str
    last: str
    ours: bool
    connected: bool
    spoken: str


Row = GroupRow | ConnectionRow


#: name -> the value a row was made of, and the row
Memo = dict[str, tuple[dict[str, Any], "ConnectionRow"]]
TICKING = ("connecting", "silent", "waiting")  # their words change by themselves


def rows(
    mirror: Mirror,
    now: int,
    folded: Collection[str] = (),
    find: str = "",
    memo: Memo | None = None,
) -> list[Row]:
    """The dock from top to bottom: services, then proxies, then the rest.

    ``find`` keeps the connections whose name or address holds it (any case).  ``memo``, kept
    by the caller, saves making rows again whose value is still the same object: with 2 000
    connections only those that changed cost anything.
    """
    known: Memo = {} if memo is None else memo
    for gone in known.keys() - mirror["connection"].keys():
        del known[gone]
    groups: dict[str, list[dict[str, Any]]] = {}
    for value in mirror["connection"].values():
        if not find or find.casefold() in f"{value['name']} {value['address']}".casefold():
            groups.setdefault(value["group"], []).append(value)
    shown: list[Row] = []
    for head in _headings(mirror, groups, folded):
        shown.append(head)
        if not head.folded:
            shown += [_remembered(v, now, known) for v in groups.get(head.key, ())]
    return shown


def _remembered(value: dict[str, Any], now: int, memo: Memo) -> ConnectionRow:
    held = memo.get(value["name"])
    if held is not None and held[0] is value and value["state"] not in TICKING:
        return held[1]
    row = connection_row(value, now)
    memo[value["name"]] = (value, row)
    return row


def _headings(
    mirror: Mirror, groups: dict[str, list[dict[str, Any]]], folded: Collection[str]
) -> list[GroupRow]:
    heads = [_service_head(mirror, value, folded) for value in mirror["service"].values()]
    heads += [_proxy_head(value, folded) for value in mirror["proxy"].values()]
    known = {head.key for head in heads}
    for name in groups:
        if name not in known:
            heads.append(_head(name, "other", name, "", "", folded))
    return heads


def _head(
    key: str, kind: str, title: str, note: str, sub: str, folded: Collection[str]
) -> GroupRow:
    title, note, sub = (words.shown(part) for part in (title, note, sub))
    spoken = ", ".join(filter(None, (title, note, sub)))
    return GroupRow(key, kind, title, note, sub, key in folded, spoken)


def _service_head(mirror: Mirror, value: dict[str, Any], folded: Collection[str]) -> GroupRow:
    replicas = words.count(len(value["replicas"]), "replica")
    title = value["title"] or value["name"]
    return _head(title, "service", title, f"{replicas} · {value['version']}", "", folded)


def _proxy_head(value: dict[str, Any], folded: Collection[str]) -> GroupRow:
    sub = f"to {value['to']}"
    if value["state"] == "failed":
        sub = (value["error"] or {}).get("what", "Failed")
    elif value["state"] == "stopped":
        sub = "Stopped"
    elif not value["links"]:
        sub = "Waiting for your app to connect…"
    return _head(value["name"], "proxy", value["name"], value["listen"], sub, folded)


def connection_row(value: dict[str, Any], now: int) -> ConnectionRow:
    """One connection in words."""
    shape, token = SHAPES.get(value["state"], ("gap", "text3"))
    if value["state"] == "open" and value["fault"]:
        shape, token = "triangle", "warn_mark"
    if value["state"] == "closed" and value["code"] not in CLEAN:
        token = "error_mark"
    connected = value["state"] in ("open", "silent")
    lag = value["lag_ms"]
    row = ConnectionRow(
        key=value["name"],
        badge={"ws": "WS", "sse": "SSE"}.get(value["protocol"], words.shown(value["protocol"], 6)),
        shape=shape,
        token=token,
        word=state_word(value, now),
        rate=words.rate(value["rate"]) if connected else "",
        lag=f"lag {words.milliseconds(lag)}" if connected and lag is not None else "",
        slow=bool(connected and lag is not None and lag >= 100 and value["fault"]),
        chip=words.shown(value["fault"], 20),
        last=last_line(value),
        ours=value["ours"],
        connected=connected,
        spoken="",
    )
    return _spoken(row)


def _spoken(row: ConnectionRow) -> ConnectionRow:
    parts = [row.key, row.badge, row.word, row.rate, row.lag]
    if row.chip:
        parts.append(f"fault {row.chip}")
    parts.append(row.last)
    return replace(row, spoken=", ".join(words.shown(p) for p in parts if p))


def state_word(value: dict[str, Any], now: int) -> str:
    """The state as a word with its figure: ``Open``, ``Retry 3 in 1.5 s``, ``Closed 1012``."""
    state, since = value["state"], now - value["since"]
    if state == "connecting":
        return f"Connecting… {words.ticking(since)}"
    if state == "silent":
        return f"Silent for {words.ticking(since)}"
    if state == "waiting":
        left = max(0, value["retry_at"] - now)
        return f"Retry {value['attempt']} in {words.ticking(left)}"
    if state == "closed":
        return f"Closed {value['code']}" if value["code"] else "Disconnected"
    if state == "failed":
        return _failed(value["error"])
    return "Open" if state == "open" else words.shown(state.capitalize(), 24)


def _failed(error: dict[str, Any] | None) -> str:
    why = ((error or {}).get("why") or (error or {}).get("what") or "").strip().rstrip(".")
    return f"Failed: {words.shown(why, 80)}" if why else "Failed"


def last_line(value: dict[str, Any]) -> str:
    """``Last: closed 1012 at 14:03:22``, or nothing."""
    return f"Last: {words.shown(value['last_error'])}" if value["last_error"] else ""


def open_count(mirror: Mirror) -> str:
    """``4 open``, or nothing while there are no connections."""
    values = mirror["connection"].values()
    return f"{sum(v['state'] == 'open' for v in values)} open" if values else ""


def summary(mirror: Mirror) -> str:
    """One sentence for a screen reader: ``Connections, 4, 3 open``."""
    values = mirror["connection"].values()
    return f"Connections, {len(values)}, {sum(v['state'] == 'open' for v in values)} open"


def short_name(name: str) -> str:
    """What fits a strip 52 pixels wide: the first part of the name."""
    return words.shown(name, 40).split("-")[0].split(" ")[0][:6]
