"""The tables of a page: matrix, expectations, evidence, clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.door.told import MATRIX as COLUMNS
from workbench.engine.reports import words
from workbench.engine.reports.facts import ClientFacts, Evidence
from workbench.engine.reports.markup import Content, Markup, el
from workbench.engine.reports.masking import Masker
from workbench.model.words import Direction

#: Rows of the matrix and of the table of clients; the rest is counted.
ROWS = 200
SIGNS = {"error": "✕", "warn": "▲", "ok": "✓", "info": "○", "": "–"}
TONES = {"valid": "ok", "invalid": "error", "unknown": "warn"}
NUMBERS = frozenset({"Away for", "Replayed", "Missed", "Twice", "Out of order"})
NUMBERS |= {"Time to recovered", "Links", "Record", "Size", "Seed"}


def chip(text: str, tone: str, *, large: bool = False) -> Markup:
    """A verdict in its colour, with a sign that needs none."""
    classes = f"chip{' large' if large else ''}{f' tone-{tone}' if tone else ' grey'}"
    return el("span", el("span", SIGNS[tone], aria_hidden="true"), text, class_=classes)


def table(columns: Sequence[str], rows: Sequence[Content], left_out: int, what: str) -> Markup:
    """A table that scrolls by itself where it is too wide."""
    head = [el("th", c, class_="num" if c in NUMBERS else None, scope="col") for c in columns]
    more = [
        el("tr", el("td", f"and {left_out:,} more {what}", colspan=len(columns), class_="grey"))
    ]
    body = el("tbody", rows, more if left_out else None)
    return el("div", el("table", el("thead", el("tr", head)), body), class_="card scroll")


def matrix(outage: Mapping[str, Any], masker: Masker) -> Markup:
    """One row per client, worst first."""
    clients = outage["clients"]
    rows = [_client(client, masker) for client in clients[:ROWS]]
    return table(COLUMNS, rows, len(clients) - len(rows), "clients")


def _client(c: Mapping[str, Any], masker: Masker) -> Markup:
    verdict = chip(masker.text(c["word"], 80), words.tone(c))
    name = el("td", masker.text(c["name"], 120), class_="wrap")
    if not c["affected"]:
        return el("tr", name, _nothing(), el("td", verdict))
    return el(
        "tr",
        name,
        el("td", words.seconds(c["away_ms"]) or "still away", class_="num"),
        _asked(c, masker),
        _figure(c["replayed"], "replay"),
        _figure(c["missed"], "error"),
        _figure(c["duplicated"], "warn"),
        _figure(c["out_of_order"], "error"),
        _recovered(c),
        el("td", verdict),
    )


def _nothing() -> list[Markup]:
    return [el("td", "–", class_=f"grey{' num' if c in NUMBERS else ''}") for c in COLUMNS[1:8]]


def _asked(c: Mapping[str, Any], masker: Masker) -> Markup:
    if c["asked_from"]:
        return el("td", masker.text(c["asked_from"], 80))
    if c["reconnect_ms"] is None:  # it had no new link on which to ask
        return el("td", "–", class_="grey")
    return el("td", "none sent", class_="warn")


def _recovered(c: Mapping[str, Any]) -> Markup:
    took = words.seconds(c["time_to_recovered_ms"])
    if took:
        return el("td", took, class_="num")
    never = c["verdict"] == "invalid"
    return el("td", "never" if never else "–", class_=f"num {'error' if never else 'grey'}")


def _figure(n: int, tone: str) -> Markup:
    return el("td", f"{n:,}", class_=f"num {tone if n else 'grey'}")


def expectations(checks: Sequence[Mapping[str, Any]], masker: Masker) -> Markup:
    """What should hold, and what was found."""
    rows = [
        el(
            "tr",
            el("td", chip(words.VERDICTS[c["verdict"]], TONES[c["verdict"]])),
            el("td", masker.text(c["text"], 300), class_="wrap"),
            el("td", masker.text(c["found"], 120), class_="wrap"),
        )
        for c in checks[:ROWS]
    ]
    return table(("Verdict", "Expected", "Found"), rows, len(checks) - len(rows), "expectations")


def evidence(records: Sequence[Evidence], zero: int, masker: Masker) -> Markup:
    """Records with their payload, masked."""
    arrows = {Direction.IN: "↓ to the client", Direction.OUT: "↑ to the server"}
    rows = [
        el(
            "tr",
            el("td", f"{e.number}", class_="num"),
            el("td", f"{(e.time - zero) / 1e9:+.3f} s", class_="num"),
            el(
                "td",
                e.what,
                el("br"),
                el("span", arrows.get(Direction(e.direction)), class_="grey"),
            ),
            el("td", el("pre", _payload(e, masker)), class_="wrap"),
        )
        for e in records
    ]
    return table(("Record", "Time", "What", "Payload"), rows, 0, "")


def _payload(e: Evidence, masker: Masker) -> str:
    return masker.block(e.payload.decode("utf-8", "replace").strip(), 600)


def clients(known: Sequence[ClientFacts], masker: Masker) -> Markup:
    """Who took part."""
    rows = [
        el(
            "tr",
            el("td", masker.text(c.name, 120), class_="wrap"),
            el("td", {"ws": "WebSocket", "sse": "event stream"}.get(c.protocol, "")),
            el("td", "ours" if c.ours else "behind the proxy"),
            el("td", f"{c.links:,}", class_="num"),
            el("td", masker.text(c.address, 300), class_="wrap"),
        )
        for c in known[:ROWS]
    ]
    columns = ("Client", "Protocol", "Who", "Links", "Address")
    return table(columns, rows, len(known) - len(rows), "clients")
