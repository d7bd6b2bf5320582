"""An event stream of our own, as an EventSource reads it (WHATWG HTML section 9.2)."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable

from workbench.model.action import Close
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Direction, Flag, How, Opcode, Side
from workbench.protocols.content_coding import Decoding
from workbench.protocols.event_stream import Event, EventStream
from workbench.protocols.http import Head, is_event_stream
from workbench.wire.connection import Connection, End, Listener
from workbench.wire.failures import AttemptError, failed, wrong_status
from workbench.wire.records import WHOLE, LinkRecords
from workbench.wire.spec import ClientSpec, Target, headers_of

OUR_NAME = "workbench"
#: Fetch follows these (Fetch section 2.2.6, "redirect status").
REDIRECTS = (301, 302, 303, 307, 308)
#: Headers that do not follow to another origin (Fetch section 4.4).
SECRETS = ("authorization", "cookie", "proxy-authorization")


class RedirectedError(AttemptError):
    """The stream is elsewhere: not a failure until there are too many of them."""

    def __init__(self, failure: AttemptError, location: str) -> None:
        super().__init__(failure.failure)
        self.location = location


class EventStreamConnection(Connection):
    """One request and its endless answer.

    ``last_id`` goes out as Last-Event-ID; ``on_event`` is told each block of lines, before
    its record is handed over, so that id and reconnection time are known to the client.
    """

    def __init__(
        self,
        spec: ClientSpec,
        target: Target,
        records: LinkRecords,
        listener: Listener,
        *,
        last_id: str = "",
        on_event: Callable[[Event], None] = lambda event: None,
        keep_secrets: bool = True,
    ) -> None:
        super().__init__(spec, target, records, listener)
        self._stream = EventStream(last_id)
        self._coding = Decoding("")
        self._on_event = on_event
        self.request = request_head(spec, target, last_id, keep_secrets=keep_secrets)

    def answer(self, head: Head) -> None:
        """200 with the right type opens; everything else fails the connection for good."""
        if head.status in REDIRECTS and head.value("location"):
            raise RedirectedError(wrong_status(head, self.target), head.value("location"))
        if head.status == 204:
            raise failed(
                f"{self.target.address} says that there is nothing more (HTTP 204).",
                "This answer tells an event stream's client to stop for good.",
                whose=Whose.TARGET,
                status=204,
                fatal=True,
            )
        if head.status != 200:
            raise _for_good(wrong_status(head, self.target))
        if not is_event_stream(head):
            kind = head.value("content-type")[:100] or "nothing"
            raise failed(
                f"{self.target.address} answers with {kind}, not with events.",
                "Only text/event-stream opens an event stream; a browser stops for good here.",
                "Check the path; behind a balancer this may be an error page.",
                status=200,
                fatal=True,
                details=head.raw[:2000].decode("latin-1"),
            )
        # It was asked not to compress, and may do so all the same.
        self._coding = Decoding(head.value("content-encoding"))
        if self._coding.problem:
            raise failed(
                f"The events of {self.target.address} can't be read.",
                f"{self._coding.problem.capitalize()}.",
                "Switch compression off for event streams.",
                status=200,
                fatal=True,
            )
        self.open_with(head)

    def body(self, data: bytes) -> None:
        """A piece of the stream."""
        for piece in self._coding.feed(data):
            for item in self._stream.feed(piece):
                if isinstance(item, Event) and not self.is_over:
                    self._event(item)
        if self._coding.problem:
            self._unreadable(self._coding.problem)

    def finished(self) -> None:
        """The body has ended in order: a client comes back as after any other end."""
        self._discard()
        self.end(End(How.FIN, Side.SERVER, reason="the body ended"))
        self.abort()

    def eof_received(self) -> bool | None:
        """FIN; an event without its empty line does not count (section 9.2.6)."""
        if self.is_open and not self.is_over:
            self._discard()
        return super().eof_received()

    def _unreadable(self, why: str) -> None:
        error = WorkbenchError(
            f"The events of {self.target.address} can't be read.",
            whose=Whose.PEER,
            why=f"{why.capitalize()}.",
            to_do="Switch compression off for event streams.",
        )
        self.end(End(How.FIN, Side.CLIENT, reason=why, error=error))
        self.abort()

    def _event(self, event: Event) -> None:
        flags = WHOLE | (Flag.CUT_SHORT if event.cut_short else Flag(0))
        payload = event.text()
        self._on_event(event)
        self.records.message(
            Direction.IN, Opcode.EVENT, payload, event.wire, int(flags), self.read_at
        )
        self.listener.handed(Opcode.EVENT, payload, self.read_at)

    def _discard(self) -> None:
        for item in self._stream.finish():
            if isinstance(item, Event):
                flags = int(Flag.ARRIVED | Flag.CUT_SHORT)
                self.records.message(Direction.IN, Opcode.EVENT, item.text(), item.wire, flags)

    def begin_leave(self) -> None:
        """An EventSource leaves by ending the connection."""
        if self.is_open:
            self.end(End(How.LEAVE, Side.CLIENT))
        self.abort()

    def close_in_order(self, action: Close) -> None:
        """An event stream knows no close frame: the client sees the end of the body."""
        self.end(End(How.FIN, Side.WORKBENCH, reason=action.reason))
        self.abort()

    def send(self, data: str | bytes) -> None:
        """Always raises WorkbenchError: events go one way."""
        raise WorkbenchError(
            "The message was not sent: an event stream goes one way.",
            whose=Whose.USER,
            why="Only the server sends on it.",
            to_do="Send by a plain HTTP request, or use WebSocket.",
        )


def request_head(spec: ClientSpec, target: Target, last_id: str, *, keep_secrets: bool) -> bytes:
    """The request (section 9.2.3).  ``keep_secrets`` False: for another origin than the user's."""
    headers = [
        ("Host", target.authority),
        ("Accept", "text/event-stream"),
        ("Accept-Encoding", "identity"),
        ("Cache-Control", "no-store"),
        ("User-Agent", OUR_NAME),
    ]
    extra = headers_of(spec.headers)
    if target.user:
        token = base64.b64encode(target.user.encode()).decode()
        extra.insert(0, ("Authorization", f"Basic {token}"))
    if not keep_secrets:
        extra = [(n, v) for n, v in extra if n.lower() not in (*SECRETS, "host")]
    given = {name.lower() for name, _ in extra}
    lines = [f"{n}: {v}" for n, v in headers if n.lower() not in given]
    lines += [f"{n}: {v}" for n, v in extra if n.lower() != "last-event-id" or not last_id]
    head = "\r\n".join([f"GET {target.resource} HTTP/1.1", *lines]).encode("latin-1")
    if last_id:
        # Section 9.2.3: the id's UTF-8 bytes as they are.
        head += b"\r\nLast-Event-ID: " + last_id.encode("utf-8", "replace")
    return head + b"\r\n\r\n"


def _for_good(error: AttemptError) -> AttemptError:
    """Section 9.2.3: any answer but 200 fails the connection; a browser never tries again."""
    return AttemptError(dataclasses.replace(error.failure, fatal=True))
