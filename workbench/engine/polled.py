"""Sessions that take many HTTP exchanges: each is made one link of its client.

The polls of a session travel over several kept-alive connections, one of these may carry
several sessions one after the other, and in the end a session may move to a WebSocket.  It
lives as long as that, or as its polls go on.  A connection that is only kept alive is nobody's
presence, and its end nobody's outage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from workbench.engine.exchanges import target_of
from workbench.engine.lives import LinkLife, Story
from workbench.engine.readings import Array, Readings
from workbench.journal.recording import Recording
from workbench.model.history import ClientEvent, Event
from workbench.model.words import Direction, How, Kind, Means, ReadFlag, Side

NEVER = 2**63 - 1
#: Bodies looked back through for the last update that a client has polled past.
LAST_BODIES = 50
#: A client that polls always has a request under way, but for moments (ns).
SILENCE = 2_000_000_000
#: A client that opens a connection for each poll has thousands: the newest are told.
TOLD_LINKS = 200


@dataclass(slots=True)
class Request:
    """A poll or a post: on which link, from when to when it waited for its answer."""

    time: int
    row: int
    link: int
    answered: int = NEVER


@dataclass(frozen=True, slots=True)
class End:
    """How a session ended."""

    time: int
    row: int
    how: How
    code: int = 0
    by: str = ""


@dataclass(slots=True)
class Session:
    """What is known of one session; ``number`` is the link that it becomes."""

    number: int
    key: tuple[str, str] = ("", "")
    opened: int | None = None
    opened_record: int = -1
    rows: list[int] = field(default_factory=list)  # records of its exchanges
    links: dict[int, None] = field(default_factory=dict)  # that its exchanges travelled on
    sockets: list[int] = field(default_factory=list)  # WebSockets opened in its name
    requests: list[Request] = field(default_factory=list)
    said: list[End] = field(default_factory=list)  # what its own messages say of its end
    moved: int = NEVER
    socket: int = 0  # the WebSocket that it moved to

    def carries(self, link: int, moment: int) -> bool:
        """Whether breaking a link at that moment breaks the session: a request of it is
        waiting there, or its last one was answered there."""
        before = [r for r in self.requests if r.time <= moment < self.moved]
        waiting = any(r.link == link and r.answered > moment for r in before)
        return waiting or (bool(before) and before[-1].link == link)


def join_sessions(recording: Recording, story: Story, readings: Readings) -> None:
    """Put one link for each session into the story and the readings, and take out what is
    plain HTTP."""
    sessions = _sessions(readings, 1 + max(story.links, default=0))
    _sockets(sessions, readings)
    _turns(list(sessions.values()), readings)
    _renumber(list(sessions.values()), readings)
    made = [_life(recording, session, story, readings) for session in sessions.values()]
    parts = {link for session in sessions.values() for link in session.sockets}
    for number in [n for n, life in story.links.items() if n in parts or _plain(life)]:
        del story.links[number]
    story.links.update({life.number: life for life in made})


def _plain(life: LinkLife) -> bool:
    """Other HTTP, but for an attempt that failed: that may be a client who tried to return."""
    failed = any(e.event == Event.ATTEMPT_FAILED for e in life.events)
    http = life.facts.get("protocol") == "http" and life.opened is None
    return http and not life.ours and not failed


# --- gathering ------------------------------------------------------------------------------


def _sessions(readings: Readings, free: int) -> dict[tuple[int, int], Session]:
    """By the (label, text) of the key that its exchanges bear, in order."""
    rows, found = readings.rows, dict[tuple[int, int], Session]()
    exchanges = (readings.kind == Kind.HTTP) & _keys(rows)
    for i in np.flatnonzero(exchanges).tolist():
        key = (int(rows["label"][i]), int(rows["text"][i]))
        if key not in found:
            words = (readings.names[key[0]], readings.names[key[1]])
            found[key] = Session(free + len(found), words)
        session = found[key]
        _exchange(session, readings, i)
    return found


def _keys(rows: Array) -> Array:
    found: Array = (rows["means"] == Means.IDENTITY) & ((rows["flags"] & ReadFlag.SESSION) != 0)
    return found


def _exchange(session: Session, readings: Readings, i: int) -> None:
    time, row, link = int(readings.time[i]), int(readings.rows["row"][i]), int(readings.link[i])
    session.rows.append(row)
    session.links[link] = None
    if readings.direction[i] == Direction.OUT:
        if not readings.seq[i]:  # the head; bodies are counted
            session.requests.append(Request(time, row, link))
    elif readings.passed[i]:
        _answered(session, link, time, row, int(readings.code[i]))


def _answered(session: Session, link: int, time: int, row: int, code: int) -> None:
    waiting = [r for r in session.requests[-100:] if r.link == link and r.answered == NEVER]
    for request in waiting[:1]:
        request.answered = time
    if session.opened is None:
        session.opened, session.opened_record = time, row
    if not 200 <= code < 300:
        session.said.append(End(time, row, How.CLOSE, code, Side.SERVER))


def _sockets(sessions: dict[tuple[int, int], Session], readings: Readings) -> None:
    rows = readings.rows
    keys = (readings.kind != Kind.HTTP) & _keys(rows)
    for i in np.flatnonzero(keys).tolist():
        session = sessions.get((int(rows["label"][i]), int(rows["text"][i])))
        if session is not None and int(readings.link[i]) not in session.sockets:
            session.sockets.append(int(readings.link[i]))


def _turns(sessions: list[Session], readings: Readings) -> None:
    """When each moved to a WebSocket, and what it says of its own end."""
    by_row = {row: session for session in sessions for row in session.rows}
    by_link = {link: session for session in sessions for link in session.sockets}
    rows = readings.rows
    for i in np.flatnonzero(np.isin(rows["means"], (Means.MOVED, Means.ENDED))).tolist():
        row, link, time = int(rows["row"][i]), int(readings.link[i]), int(readings.time[i])
        http = readings.kind[i] == Kind.HTTP
        session = by_row.get(row) if http else by_link.get(link)
        if session is None:
            continue
        if rows["means"][i] == Means.ENDED:
            by = Side.CLIENT if readings.direction[i] == Direction.OUT else Side.SERVER
            session.said.append(End(time, row, How.CLOSE, 0, by))
        elif session.moved == NEVER:
            session.moved, session.socket = time, link


def _renumber(sessions: list[Session], readings: Readings) -> None:
    """All readings of a session are of its link."""
    if not sessions:
        return
    pairs = sorted((row, s.number) for s in sessions for row in s.rows)
    records = np.array([row for row, _ in pairs], np.uint64)
    at = np.minimum(np.searchsorted(records, readings.rows["row"]), len(records) - 1)
    exchanged = (records[at] == readings.rows["row"]) & (readings.kind == Kind.HTTP)
    numbers = np.array([number for _, number in pairs], np.int64)
    link = np.where(exchanged, numbers[at], readings.link.astype(np.int64))
    for session in sessions:
        for socket in session.sockets:
            link[link == socket] = session.number
    readings.link = link


# --- its life -------------------------------------------------------------------------------


def _life(recording: Recording, session: Session, story: Story, readings: Readings) -> LinkLife:
    end = _end(session, story)
    begun, target = _begun(recording, session)
    first = story.links.get(next(iter(session.links)))
    facts = dict(first.facts) if first is not None else {}
    facts["keys"] = {**(facts.get("keys") or {}), "path": target.partition("?")[0]}
    facts["protocol"] = "ws" if session.socket else "polling"
    facts["by"] = end.by if end is not None else ""
    life = LinkLife(session.number, facts, begun, session.opened, session.opened_record)
    life.parts = (*list(session.links)[-TOLD_LINKS:], *session.sockets)
    life.keys = (session.key,)
    life.events = [ClientEvent(begun, Event.ATTEMPT), *_events(session, story)]
    if end is not None:
        life.ended = end.time
        ended = ClientEvent(end.time, Event.ENDED, record=end.row, how=end.how, code=end.code)
        life.events += [*_polled_past(recording, session, readings, end), ended]
    return life


def _begun(recording: Recording, session: Session) -> tuple[int, str]:
    """When the session was asked for, and the target: found from its first answer's body by
    way of the answer's head."""
    row = session.opened_record
    for _ in range(2):
        if row >= recording.first:
            row = int(recording.headers(row, row + 1)["ref"][0]) - 1
    if row < recording.first:  # it began before the recording did
        row = session.rows[0]
    return int(recording.headers(row, row + 1)["time"][0]), target_of(recording.payload(row))


def _events(session: Session, story: Story) -> Iterator[ClientEvent]:
    """Stalls, and how they healed, of what the session was carried by."""
    for number in session.links:
        for event in story.links[number].events if number in story.links else ():
            silent = event.how == How.STALL or event.event == Event.HEALED
            if silent and session.carries(number, event.time):
                yield event
    socket = story.links.get(session.socket)
    for event in socket.events if socket is not None else ():
        silent = event.how == How.STALL or event.event == Event.HEALED
        if silent and event.time >= session.moved:
            yield event


def _end(session: Session, story: Story) -> End | None:
    """The first that ends a session: its own words, the end of its WebSocket, or that of a
    connection on which a request waited."""
    ends = list(session.said)
    if session.socket:
        ends += _closed(story, session.socket)
    else:
        for request in session.requests:
            for end in _closed(story, request.link):
                if request.time <= end.time < request.answered:
                    ends.append(end)
    return min(ends, key=lambda e: e.time, default=_fallen_silent(session, story))


def _fallen_silent(session: Session, story: Story) -> End | None:
    """Nothing waited, but none of its connections is left and it asks no more.  A client may
    open a connection for each poll: only silence tells that from a pause between two."""
    closed = [end for link in session.links for end in _closed(story, link)]
    if session.socket or len(closed) < len(session.links):
        return None
    last = max(closed, key=lambda e: e.time)
    return last if story.end - last.time >= SILENCE else None


def _closed(story: Story, link: int) -> list[End]:
    life = story.links.get(link)
    if life is None or life.ended is None:
        return []
    return [End(life.ended, life.ended_record, life.how, life.code, str(life.facts.get("by", "")))]


def _polled_past(
    recording: Recording, session: Session, readings: Readings, end: End
) -> Iterator[ClientEvent]:
    """A client that polls again has handled what the poll before brought: without this every
    update of the last 0.1 s would be in doubt."""
    polls = (r for r in reversed(session.requests) if r.time < end.time)
    poll = next((r for r in polls if recording.payload(r.row)[:4] == b"GET "), None)
    if session.socket or poll is None:
        return
    told: set[int] = set()
    for i in reversed(_updates(session, readings, poll.time)):
        stream = int(readings.rows["stream"][i])
        if stream not in told:
            told.add(stream)
            place = readings.position(i)
            yield ClientEvent(poll.time, Event.ACKED, record=poll.row, position=place)


def _updates(session: Session, readings: Readings, until: int) -> list[int]:
    """The readings of updates in the last bodies before a moment."""
    records = session.rows[-LAST_BODIES:]
    numbers: Array = readings.rows["row"]
    low, high = np.searchsorted(numbers, [records[0], records[-1] + 1])
    part = slice(int(low), int(high))
    kept = (readings.link[part] == session.number) & (readings.time[part] <= until)
    kept &= (readings.rows["means"][part] == Means.UPDATE) & readings.passed[part]
    kept &= readings.direction[part] == Direction.IN
    found: list[int] = (np.flatnonzero(kept) + int(low)).tolist()
    return found
