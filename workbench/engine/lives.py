"""What the records say beside the messages: lives of links, outages, the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import orjson

from workbench.journal.recording import Recording
from workbench.model.history import ClientEvent, Event, OutageMark
from workbench.model.position import Position
from workbench.model.words import How, Kind, LinkEvent, Outcome

#: The note with which the engine begins to end everything it owns.
ENDING = "ending"
#: Records that are read one by one; messages are not among them.
STORY = (Kind.LINK, Kind.FAULT, Kind.DEPLOY, Kind.PUBLISH, Kind.NOTE)


@dataclass(slots=True)
class LinkLife:
    """One link: who, from when to when, and its small events."""

    number: int
    facts: dict[str, Any] = field(default_factory=dict)
    opening: int = 0
    opened: int | None = None
    opened_record: int = -1
    ended: int | None = None
    ended_record: int = -1
    how: How = How.FIN
    code: int = 0
    keys: tuple[tuple[str, str], ...] = ()  # a session: (label, text) of its key
    parts: tuple[int, ...] = ()  # a session: the links in the recording that it is made of
    events: list[ClientEvent] = field(default_factory=list)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The links in the recording."""
        return self.parts or (self.number,)

    @property
    def ours(self) -> bool:
        """True for a link of our own client, False for one that a proxy saw."""
        return bool(self.facts.get("ours"))


@dataclass(slots=True)
class Story:
    """Everything of a recording that is not a message.  ``published`` rows are
    (moment, position, outcome, key, record)."""

    links: dict[int, LinkLife] = field(default_factory=dict)
    marks: list[OutageMark] = field(default_factory=list)
    published: list[tuple[int, Position, int, str, int]] = field(default_factory=list)
    end: int = 0
    over: bool = False

    def link(self, number: int) -> LinkLife:
        """The life of a link, begun where it is new."""
        if number not in self.links:
            self.links[number] = LinkLife(number)
        return self.links[number]

    def end_mark(self, kind: str, time: int) -> None:
        """What of this kind is not over yet ends now."""
        self.marks = [
            replace(mark, end=time) if mark.kind == kind and mark.end is None else mark
            for mark in self.marks
        ]


def read_story(recording: Recording) -> Story:
    """Walk a recording's own records once."""
    story = Story()
    count = recording.refresh()
    for start in range(recording.first, count, 1 << 18):
        headers = recording.headers(start, min(start + (1 << 18), count))
        if len(headers) and not story.over:
            story.end = max(story.end, int(headers["time"].max()))
        for i in np.flatnonzero(np.isin(headers["kind"], STORY)).tolist():
            _tell(story, start + i, headers[i], recording.payload(start + i))
    return story


def _tell(story: Story, row: int, header: Any, payload: bytes) -> None:
    try:
        value = orjson.loads(payload) if payload else {}
    except ValueError:
        return  # a damaged or foreign payload: the journal names it, nothing follows from it
    if not isinstance(value, dict) or story.over:
        return
    kind, time = int(header["kind"]), int(header["time"])
    if kind == Kind.LINK:
        _link(story.link(int(header["link"])), int(header["opcode"]), time, row, value)
    elif kind == Kind.FAULT:
        _fault(story, time, row, value, on=bool(header["code"]))
    elif kind == Kind.DEPLOY:
        _deploy(story, time, row, value)
    elif kind == Kind.PUBLISH:
        _publish(story, time, row, int(header["opcode"]), value)
    elif value.get("event") == ENDING:  # what ends from here on is ended by us, not by an outage
        story.over, story.end = True, time


def _link(link: LinkLife, event: int, time: int, row: int, value: dict[str, Any]) -> None:
    link.facts.update(value)
    if event == LinkEvent.OPENING:
        link.opening = time
        link.events.append(ClientEvent(time, Event.ATTEMPT, record=row))
    elif event == LinkEvent.OPEN:
        link.opened, link.opened_record = time, row
    elif event == LinkEvent.FAILED:
        detail = str(value.get("status") or "refused")
        link.events.append(ClientEvent(time, Event.ATTEMPT_FAILED, record=row, detail=detail))
    elif event == LinkEvent.HEALED:
        link.events.append(ClientEvent(time, Event.HEALED, record=row))
    elif event == LinkEvent.CLOSED:
        link.ended, link.ended_record = time, row
        link.how, link.code = _how(value.get("how")), int(value.get("code") or 0)
        if link.opened is not None:
            ended = ClientEvent(time, Event.ENDED, record=row, how=link.how, code=link.code)
            link.events.append(ended)


def _how(text: Any) -> How:
    return How(text) if text in set(How) else How.FIN


def _fault(story: Story, time: int, row: int, value: dict[str, Any], *, on: bool) -> None:
    fault = str(value.get("fault", ""))
    links = [n for n in value.get("links", ()) if isinstance(n, int)]
    if on and fault == "stall":  # its end is told by the link itself (LinkEvent.HEALED)
        for number in links:
            ended = ClientEvent(time, Event.ENDED, record=row, how=How.STALL)
            story.link(number).events.append(ended)
    if on and value.get("outage"):
        clients = tuple(str(name) for name in value.get("scope", ()))
        title = str(value.get("title", fault))
        number = len(story.marks) + 1
        end = None if fault == "stall" else time  # the others are done at once
        story.marks.append(OutageMark(number, fault, time, end, clients, row, title))
    elif not on:
        story.end_mark(fault, time)


def _deploy(story: Story, time: int, row: int, value: dict[str, Any]) -> None:
    event = value.get("event")
    if event == "begin":
        title = str(value.get("title", "Deploy"))
        number = len(story.marks) + 1
        story.marks.append(OutageMark(number, "deploy", time, None, (), row, title))
    elif event == "end":
        story.end_mark("deploy", time)


def _publish(story: Story, time: int, row: int, outcome: int, value: dict[str, Any]) -> None:
    sent = value.get("sent")
    moment = sent if isinstance(sent, int) else time
    offset = value.get("offset")
    position = Position(
        str(value.get("stream", "")),
        str(value.get("epoch", "")),
        offset if isinstance(offset, int) else None,
        str(value.get("id", "")),
    )
    kept = outcome if outcome in set(Outcome) else Outcome.INFO
    story.published.append((moment, position, kept, str(value.get("key", "")), row))
