"""What a recording says beside its messages: links, gaps, deploys, replicas, faults, ledger.

Fed record by record in order (``take``); nothing is ever read twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.model.words import How, Kind, LinkEvent, Outcome
from workbench.panels.growing import Column

#: Records that are read one by one; messages and heartbeats are not among them.
TOLD = (Kind.LINK, Kind.FAULT, Kind.DEPLOY, Kind.PUBLISH)
#: A gap within so many ns of the moment that a verdict names is the gap it means.
SLACK = 500_000_000
END_OF_TIME = 2**63 - 1


Outage = Mapping[str, Any]


@dataclass(slots=True)
class Link:
    """One link's life.  ``asked``: None not known, "" nothing asked, else the position."""

    number: int
    client: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    opening: int = 0
    opened: int = 0
    subscribed: int = 0
    closed: int = 0
    asked: str | None = None
    attempts: int = 1
    waited: float = 0.0
    before: int = 0  # the client's link before this one
    open_row: int = -1

    @property
    def replica(self) -> str:
        """Where the balancer has put it, if it said so."""
        return str(self.facts.get("replica") or "")


@dataclass(slots=True)
class Gap:
    """A stretch in which a client had no open link.  ``end`` 0: still away."""

    client: str
    start: int
    how: str = ""
    code: int = 0
    by: str = ""
    end: int = 0
    close_row: int = -1
    open_row: int = -1
    link: int = 0
    verdict: Mapping[str, Any] | None = None
    outage: int = 0
    among: int = 1  # how many times the client was away in that outage


@dataclass(slots=True)
class DeployMark:
    """A deploy.  ``end`` 0: still running."""

    row: int
    start: int
    title: str
    version: str
    end: int = 0


@dataclass(slots=True)
class Stretch:
    """A replica in one state from ``start`` until the next stretch begins."""

    start: int
    state: str
    version: str


@dataclass(slots=True)
class FaultMark:
    """A fault on some clients (none named: all).  ``end`` 0: still on; equal ``start``: once."""

    row: int
    start: int
    clients: tuple[str, ...]
    chip: str
    end: int = 0


class Story:
    """Everything told so far.  ``version`` grows with each change."""

    def __init__(self) -> None:
        self.links: dict[int, Link] = {}
        self.clients: dict[str, list[int]] = {}
        self.gaps: dict[str, list[Gap]] = {}
        self.gap_at: dict[int, Gap] = {}  # by the record that opened the link after it
        self.deploys: list[DeployMark] = []
        self.replicas: dict[str, list[Stretch]] = {}
        self.faults: list[FaultMark] = []
        self.published_time = Column("<i8")
        self.published_offset = Column("<i8")
        self.versions: list[str] = []
        self.version = 0
        self._fault_ids: dict[str, FaultMark] = {}
        self._attempts: dict[str, tuple[int, float]] = {}
        self.names: dict[int, str] = {}  # link → client, as the engine made them out

    # --- names ----------------------------------------------------------------------------

    def name_links(self, client: str, links: list[int]) -> bool:
        """The engine says whose links these are; True when that is news for a known link."""
        changed = False
        for number in links:
            if self.names.get(number) != client:
                self.names[number] = client
                known = self.links.get(number)
                changed |= known is not None and known.client != client
        return changed

    def client_of(self, link: int) -> str:
        """The client's name, or "" for a link not seen."""
        found = self.links.get(link)
        return found.client if found is not None else self.names.get(link, "")

    def away(self, client: str) -> Gap | None:
        """The gap that a client is in now."""
        gaps = self.gaps.get(client)
        return gaps[-1] if gaps and not gaps[-1].end else None

    # --- records --------------------------------------------------------------------------

    def take(self, row: int, header: Any, payload: bytes) -> None:
        """One record of a kind in TOLD, in order."""
        value = _object(payload)
        time, kind = int(header["time"]), int(header["kind"])
        if kind == Kind.LINK:
            self._link(row, time, int(header["link"]), int(header["opcode"]), value)
        elif kind == Kind.DEPLOY:
            self._deploy(row, time, value)
        elif kind == Kind.FAULT:
            self._fault(row, time, value, on=bool(header["code"]))
        elif kind == Kind.PUBLISH and int(header["opcode"]) == Outcome.OK:
            self._publish(time, value)
        self.version += kind != Kind.PUBLISH

    def _publish(self, time: int, value: dict[str, Any]) -> None:
        sent, offset = value.get("sent"), value.get("offset")
        self.published_time.add(sent if _fits(sent) else time)
        self.published_offset.add(offset if _fits(offset) else -1)

    def _link(self, row: int, time: int, number: int, event: int, value: dict[str, Any]) -> None:
        link = self._known(number, value)
        link.facts.update(value)
        if event == LinkEvent.OPENING:
            link.opening = time
        elif event == LinkEvent.OPEN:
            link.opened = time
            self._opened(row, time, link)
        elif event == LinkEvent.SUBSCRIBED:
            link.subscribed = time
            link.asked = position_words(value.get("asked"))
            gap = self.gap_at.get(link.open_row)
            if gap is not None and gap.end < time and self.away(link.client) is None:
                gap.end = time
        elif event == LinkEvent.CLOSED:
            self._closed(row, time, link, value)
        elif event == LinkEvent.FAILED:
            tried, waited = self._attempts.get(link.client, (1, 0.0))
            self._attempts[link.client] = (tried + 1, waited)
        elif event == LinkEvent.WAITING:
            tried, waited = self._attempts.get(link.client, (1, 0.0))
            self._attempts[link.client] = (tried, waited + _seconds(value.get("seconds")))

    def _known(self, number: int, value: dict[str, Any]) -> Link:
        link = self.links.get(number)
        if link is None:
            name = self.names.get(number) or str(value.get("client") or "")
            link = self.links[number] = Link(number)
            # Plain HTTP is nobody's until the engine says whose: pages and polls are many.
            if name or value.get("protocol") != "http":
                self._belongs(link, name or f"{value.get('proxy') or 'link'} {number}")
        return link

    def _belongs(self, link: Link, name: str) -> None:
        earlier = self.clients.setdefault(name, [])
        link.client, link.before = name, earlier[-1] if earlier else 0
        earlier.append(link.number)
        self.gaps.setdefault(name, [])

    def _opened(self, row: int, time: int, link: Link) -> None:
        if not link.client:  # plain HTTP that turned out to be an event stream
            self._belongs(link, f"{link.facts.get('proxy') or 'link'} {link.number}")
        link.open_row = row
        link.attempts, link.waited = self._attempts.pop(link.client, (1, 0.0))
        gap = self.away(link.client)
        if gap is not None:
            gap.end, gap.open_row, gap.link = time, row, link.number
            self.gap_at[row] = gap

    def _closed(self, row: int, time: int, link: Link, value: dict[str, Any]) -> None:
        link.closed = time
        how = str(value.get("how") or "")
        known = self.clients.get(link.client, ())
        others = (self.links[n] for n in known if n != link.number)
        if not link.opened or how == How.LEAVE or any(o.opened and not o.closed for o in others):
            return
        gap = Gap(link.client, time, how, _code(value.get("code")), str(value.get("by") or ""))
        gap.close_row = row
        self.gaps[link.client].append(gap)

    def _deploy(self, row: int, time: int, value: dict[str, Any]) -> None:
        event = value.get("event")
        if event == "begin":
            version = str(value.get("version") or "")
            title = str(value.get("title") or "Deploy")
            self.deploys.append(DeployMark(row, time, title, version))
            self._note_version(version)
        elif event == "end":
            for mark in self.deploys:
                mark.end = mark.end or time
        elif event == "replica":
            version = str(value.get("version") or "")
            stretch = Stretch(time, str(value.get("state") or ""), version)
            self.replicas.setdefault(str(value.get("replica") or ""), []).append(stretch)
            self._note_version(version)

    def _note_version(self, version: str) -> None:
        if version and version not in self.versions:
            self.versions.append(version)

    def _fault(self, row: int, time: int, value: dict[str, Any], *, on: bool) -> None:
        number = str(value.get("id") or "")
        if not on:
            mark = self._fault_ids.pop(number, None)
            if mark is not None:
                mark.end = time
            return
        chip = str(value.get("chip") or value.get("title") or value.get("fault") or "fault")
        once = value.get("fault") in ("cut", "close", "finish")
        scope = tuple(str(name) for name in value.get("scope") or ())
        mark = FaultMark(row, time, scope, chip, time if once else 0)
        self.faults.append(mark)
        self._fault_ids[number] = mark

    # --- verdicts -------------------------------------------------------------------------

    def judged(self, outages: Mapping[str, Outage]) -> None:
        """Put the judged outages onto the gaps they belong to."""
        for gaps in self.gaps.values():
            for gap in gaps:
                gap.verdict, gap.outage, gap.among = None, 0, 1
        in_order = sorted(outages.values(), key=lambda o: int(o.get("started_ns") or 0))
        starts = [int(o.get("started_ns") or 0) for o in in_order]
        for outage, until in zip(in_order, [*starts[1:], END_OF_TIME], strict=False):
            for client in outage.get("clients", ()):
                self._judged_gaps(outage, client, until)
        self.version += 1

    def _judged_gaps(
        self, outage: Mapping[str, Any], client: Mapping[str, Any], until: int
    ) -> None:
        """A client may have been away more than once in an outage: the last gap carries the
        verdict, which is on all of them together."""
        if not client.get("affected", True):
            return
        start = int(client.get("away_from_ns") or 0)
        lengths = (client.get("time_to_recovered_ms"), client.get("away_ms"))
        own = start + int(max(float(n or 0) for n in lengths) * 1e6)
        last = max(own, int(outage.get("ended_ns") or 0))
        mine = [
            gap
            for gap in self.gaps.get(str(client.get("name")), [])
            if not gap.outage
            and (start - SLACK <= gap.start <= min(last, until) or abs(gap.start - start) < SLACK)
        ]
        for gap in mine:
            gap.outage, gap.among = int(outage.get("number") or 0), len(mine)
        if mine:
            mine[-1].verdict = client


def position_words(asked: Any) -> str:
    """A position as it is written in records: a number or an id of a few words; "" for none."""
    if asked is None:
        return ""
    if isinstance(asked, dict):
        asked = asked.get("offset") if asked.get("offset") is not None else asked.get("id")
    elif isinstance(asked, list) and asked:
        asked = next((part for part in reversed(asked) if part not in (None, "")), "")
    text = "" if asked is None else str(asked)
    return text.rpartition(":")[2] or text


def _object(payload: bytes) -> dict[str, Any]:
    try:
        value = json.loads(payload) if payload else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _fits(value: Any) -> bool:
    return isinstance(value, int) and -(2**63) <= value < 2**63


def _code(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _seconds(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def told_rows(headers: np.ndarray[Any, Any]) -> list[int]:
    """Which of these headers are of a kind in TOLD."""
    found: list[int] = np.flatnonzero(np.isin(headers["kind"], TOLD)).tolist()
    return found
