"""Reads along what passes on one connection, and tells the story of its links.

Requests are read before they are passed on (a head is held until it is whole); everything
else is passed first and read after.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from workbench.model.errors import Whose
from workbench.model.words import Direction, Flag, How, Kind, Opcode, Side
from workbench.protocols import deflate
from workbench.protocols.content_coding import Decoding
from workbench.protocols.event_stream import EventStream
from workbench.protocols.http import (
    Head,
    asks_for_events,
    asks_for_websocket,
    is_event_stream,
    upgrade_fault,
    with_host,
)
from workbench.protocols.http_body import Framing, framing_of_answer
from workbench.protocols.http_stream import (
    BodyPart,
    Broken,
    Ended,
    Fact,
    HeadRead,
    Opaque,
    Reader,
)
from workbench.protocols.websocket import KEEP, Item, Walker
from workbench.wire.backlog import Backlog
from workbench.wire.bodies import Body
from workbench.wire.story import ARRIVED, INVALID, PASSED, WHOSE, Story

#: Bytes after an upgrade request kept until its answer says what they are.
EARLY_LIMIT = 64 * 1024
# By direction (a tuple is much quicker to look into than a dict of an enum's members).
SIDE = (Side.WORKBENCH, Side.SERVER, Side.CLIENT)


@dataclass(frozen=True, slots=True)
class SeenClose:
    """The first close frame on a link: whose, code, reason."""

    by: Side
    code: int
    reason: str


class Scribe:
    """Both directions of one connection.  ``changed`` is called when the state of a link does."""

    def __init__(
        self, story: Story, host: str, changed: Callable[[], None], keep: int = KEEP
    ) -> None:
        self.story = story
        self.seen_close: SeenClose | None = None
        self.closed_by: set[Side] = set()  #: who has sent a close frame
        self.too_large = ""  #: a request's head beyond the limit: what to say
        self._host = host
        self.keep = keep
        self._changed = changed
        self._requests = Reader()
        self._answers = Reader(answers=True)
        self._waiting: deque[tuple[Head, int]] = deque(maxlen=1000)  # with their records
        self._bodies: list[Body | None] = [None, None, None]  # by direction
        self._early = bytearray()
        self._walkers: list[Walker | None] = [None, None, None]  # by direction
        self._framed = False
        self.over = False  #: the workbench itself is ending the connection
        self.at_door: Callable[[Head, str], bool] | None = None  #: says whether a request passes
        self._events: EventStream | None = None
        self._framing = Framing.NONE  # of the event stream
        self._coding = Decoding("")
        self.stream_coding = ""  #: how the event stream is compressed
        self._exchanges = 0
        self._backlogs = (Backlog(), Backlog(), Backlog())
        self._items: list[Item] = []  # of the chunk at hand

    @property
    def reading_requests(self) -> bool:
        """True while what comes from the client goes through ``requests``."""
        return not self._framed

    @property
    def awaiting(self) -> bool:
        """True while a request has no answer, or not the whole of it."""
        return bool(self._waiting) or self._bodies[Direction.IN] is not None

    @property
    def head_is_cut(self) -> bool:
        """True while a part of a request's head is held."""
        return self._requests.head_begun

    def to_boundary(self, direction: Direction) -> int:
        """Bytes that certainly belong to the WebSocket frame at hand; 0 between frames."""
        walker = self._walkers[direction]
        return walker.to_boundary if walker else 0

    def between_messages(self, direction: Direction) -> bool:
        """True on an open WebSocket while no message that way is under way."""
        walker = self._walkers[direction]
        return walker is not None and not walker.within_message and not walker.closed

    # --- towards the server, while it is HTTP ----------------------------------------------

    def requests(self, data: bytes, *, passed: bool) -> bytes:
        """Reads what the client sent; what is to be passed on now."""
        out: list[bytes] = []
        for fact in self._requests.feed(data):
            raw = fact.raw
            if isinstance(fact, HeadRead):
                if self._host:
                    raw = with_host(fact.head, self._host)
                self._request(fact.head, passed)
            elif isinstance(fact, BodyPart):
                self._part(Direction.OUT, fact, passed)
            elif isinstance(fact, Ended):
                self._end_of_body(Direction.OUT, whole=True)
            elif isinstance(fact, Opaque):
                self._early += raw[: EARLY_LIMIT + 1 - len(self._early)]
            elif isinstance(fact, Broken):
                self._broken(Direction.OUT, fact)
            out.append(raw)
        return b"".join(out)

    def _request(self, head: Head, passed: bool) -> None:
        protocol = "http"
        if asks_for_websocket(head):
            protocol = "ws"
        elif asks_for_events(head):
            protocol = "sse"
        story = self.story
        if story.begun and (protocol != "http" or story.closed):
            self._next_link()
        if not story.begun:
            story.begin(protocol, head)
        story.path = head.target
        self._exchanges += 1
        self._answers.expect(head.method)
        kind = Kind.HTTP if protocol == "http" else Kind.HANDSHAKE
        if self.at_door is not None:
            passed = self.at_door(head, protocol) and passed
        changed = int(Flag.CHANGED) if self._host else 0
        flags = (ARRIVED | PASSED if passed else ARRIVED) | changed
        kept = story.head(kind, Direction.OUT, head, flags)
        self._waiting.append((head, kept))
        self._bodies[Direction.OUT] = Body(head, kept) if protocol == "http" else None
        self._changed()

    def _next_link(self) -> None:
        """RFC 9112 section 9.3: one connection may carry several exchanges; each opening
        handshake among them is a link of its own."""
        if not self.story.closed:
            self.story.close(How.LEAVE, Side.CLIENT, reason="the connection serves another request")
        self.story.renew()
        self._exchanges = 0
        self._backlogs = (Backlog(), Backlog(), Backlog())

    # --- everything else -------------------------------------------------------------------

    def seen(self, direction: Direction, data: bytes, *, passed: bool, left: int = 0) -> None:
        """Reads what came from one side, after it was passed on (or not); of what was passed
        that way, ``left`` bytes have not left this machine yet."""
        walker = self._walkers[direction]
        if walker is not None and not left:
            self._frames(direction, walker, walker.feed(data), passed)
            if passed:
                self._backlogs[direction].all_passed(len(data))
            return
        before = self.story.seq(direction)
        self._items = []
        if walker is not None:
            self._frames(direction, walker, walker.feed(data), passed)
        elif direction == Direction.IN:
            for fact in self._answers.feed(data):
                self._answer_fact(fact, passed)
        else:
            self.requests(data, passed=passed)
        items, self._items = self._items, []
        if not passed:
            return
        walker = self._walkers[direction]  # the data may have held the 101
        backlog, seq = self._backlogs[direction], self.story.seq(direction)
        if left and walker is not None:
            backlog.passed(len(data), seq, *wires_of(items, walker.pending), left)
        else:
            # Of events it is not known where in the chunk they end: they count as at its end.
            backlog.passed(len(data), seq, [0] * (seq - before if left else 0), 0, left)

    def thrown_away(self, direction: Direction, left: int) -> tuple[int, int] | None:
        """(first, last) number of the messages that are lost with ``left`` unsent bytes."""
        return self._backlogs[direction].thrown_away(left)

    def finished(self, direction: Direction) -> bytes:
        """A side has sent all it will ever send; what was held and is still to be passed on."""
        walker = self._walkers[direction]
        if walker is not None:
            self.story.unfinished(direction, walker.finish(), WHOSE[direction])
            self._problems(direction, walker)
            return b""
        rest = b""
        reader = self._answers if direction == Direction.IN else self._requests
        for fact in reader.finish():
            if direction == Direction.IN:
                self._answer_fact(fact, True)
            elif isinstance(fact, Broken):
                rest += fact.raw
                self._broken(direction, fact)
        return rest

    def _answer_fact(self, fact: Fact, passed: bool) -> None:
        if isinstance(fact, HeadRead):
            self._answer(fact.head, ARRIVED | PASSED if passed else ARRIVED)
        elif isinstance(fact, BodyPart):
            if self._events is not None:
                self._read_events(fact.data, ARRIVED | PASSED if passed else ARRIVED)
            else:
                self._part(Direction.IN, fact, passed)
        elif isinstance(fact, Ended):
            self._end_of_events("the event stream ended")
            self._end_of_body(Direction.IN, whole=True)
        elif isinstance(fact, Opaque):
            walker = self._walkers[Direction.IN]
            if walker is not None:
                self._frames(Direction.IN, walker, walker.feed(fact.raw), passed)
        else:
            self._end_of_events("")
            self._broken(Direction.IN, fact)

    def _answer(self, head: Head, flags: int) -> None:
        interim = head.status < 200 and head.status != 101
        request, asked = None, -1
        if self._waiting:
            request, asked = self._waiting[0] if interim else self._waiting.popleft()
        upgrade = request is not None and asks_for_websocket(request)
        opens = upgrade or (request is not None and asks_for_events(request))
        if is_event_stream(head) and request is not None:
            self._open_events(request, head, flags)
        elif interim or not opens:
            kept = self.story.head(Kind.HTTP, Direction.IN, head, flags, asked)
            self._bodies[Direction.IN] = None if interim else Body(head, kept)
        else:
            self.story.head(Kind.HANDSHAKE, Direction.IN, head, flags)
            assert request is not None
            if upgrade and head.status == 101:
                self._open_websocket(request, head)
            else:
                self._refused(head, upgrade)
        if upgrade and head.status != 101 and not interim:
            self._requests.go_on()
        self._changed()

    def _refused(self, head: Head, upgrade: bool) -> None:
        asked = "the upgrade to a WebSocket" if upgrade else "the request for an event stream"
        what = f"The server answered {head.status} to {asked}."
        self.story.failed(what, head.reason, Whose.TARGET, head.status)

    # --- WebSocket -------------------------------------------------------------------------

    def _open_websocket(self, request: Head, answer: Head) -> None:
        fault = upgrade_fault(request, answer)
        if fault:
            self.story.note(fault, Whose.TARGET, flags=INVALID)
        both = deflate.negotiated(answer.value("sec-websocket-extensions")) or (None, None)
        self._framed = True
        self._walkers[Direction.IN] = Walker(masked=False, deflate=both[0], keep=self.keep)
        self._walkers[Direction.OUT] = Walker(masked=True, deflate=both[1], keep=self.keep)
        self._answers.give_up()
        self.story.opened("ws", answer)
        early, self._early = bytes(self._early), bytearray()
        early += self._requests.give_up()
        if len(early) > EARLY_LIMIT:
            self._walkers[Direction.OUT] = None
            self.story.note("The client sent too much before the 101 to be read.", Whose.PEER)
        elif early:
            self.seen(Direction.OUT, early, passed=True)

    def _frames(self, direction: Direction, walker: Walker, items: list[Item], ok: bool) -> None:
        if walker.closed:
            self._closing(direction, walker, items)
        self._items = items
        self.story.items(direction, items, passed=ok, whose=WHOSE[direction])
        if walker.problems:
            self._problems(direction, walker)

    def _closing(self, direction: Direction, walker: Walker, items: list[Item]) -> None:
        side = SIDE[direction]
        if walker.closed and side not in self.closed_by:
            self.closed_by.add(side)
            close = next(item for item in items if item.opcode == Opcode.CLOSE)
            self.seen_close = self.seen_close or SeenClose(side, close.code, close.reason)

    def _problems(self, direction: Direction, walker: Walker) -> None:
        problems, walker.problems = walker.problems, []
        for problem in problems:
            self.story.note(problem, WHOSE[direction], flags=INVALID)

    # --- bodies of other HTTP ----------------------------------------------------------------

    def _part(self, direction: Direction, part: BodyPart, passed: bool) -> None:
        body = self._bodies[direction]
        if body is not None:
            body.add(part, passed)

    def _end_of_body(self, direction: Direction, *, whole: bool) -> None:
        body, self._bodies[direction] = self._bodies[direction], None
        if body is not None and body.wire:
            self.story.body(direction, body, whole=whole)

    # --- event streams -----------------------------------------------------------------------

    def _open_events(self, request: Head, answer: Head, flags: int) -> None:
        if not asks_for_events(request):
            if self._exchanges > 1:
                self._next_link()
                self.story.begin("sse", request)
            self.story.head(Kind.HANDSHAKE, Direction.OUT, request, ARRIVED | PASSED)
        self.story.head(Kind.HANDSHAKE, Direction.IN, answer, flags)
        self._events = EventStream(request.value("last-event-id"))
        self._coding = Decoding(answer.value("content-encoding"))
        self.stream_coding = answer.value("content-encoding").strip().lower()
        if self.stream_coding == "identity":
            self.stream_coding = ""
        self._framing = framing_of_answer(answer, request.method)[0]
        self.story.opened("sse", answer)
        if self._coding.problem:
            self.story.note(self._coding.problem, Whose.OURS)

    def _read_events(self, data: bytes, flags: int) -> None:
        assert self._events is not None
        before = self._coding.problem
        for piece in self._coding.feed(data):
            self.story.events(self._events.feed(piece), flags)
        if self._coding.problem and not before:
            self.story.note(self._coding.problem, Whose.TARGET, flags=INVALID)

    def _end_of_events(self, reason: str) -> None:
        if self._events is None:
            return
        self.story.events(self._events.finish(), 0)
        self._events = None
        if reason and not self.over:
            self.story.close(How.FIN, Side.SERVER, reason=reason)
            self._changed()

    def _broken(self, direction: Direction, fact: Broken) -> None:
        if fact.too_large and direction == Direction.OUT:
            self.too_large = fact.what
            return
        self._end_of_body(direction, whole=False)
        what = f"What the {SIDE[direction]} sent is not HTTP/1: {fact.what}."
        self.story.note(what, WHOSE[direction], flags=INVALID)


def wires_of(items: list[Item], pending: int) -> tuple[list[int], int]:
    """The bytes of each message, with those of control frames before it; and what is behind
    the last of them."""
    wires, control = [], 0
    for item in items:
        if item.control:
            control += item.wire
        else:
            wires.append(item.wire + control)
            control = 0
    return wires, control + pending
