"""One connection of a client of ours: what WebSocket and event stream have in common.

Owned by one event loop.  It is told its peer's bytes, writes records, and ends exactly
once; ``opened``, ``ended`` and ``gone`` are futures with results, never exceptions.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from workbench.model.action import Close, Finish, LinkAction, Release, Reset, Stall
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Direction, Flag, How, LinkEvent, Side
from workbench.protocols.http import Head
from workbench.protocols.http_stream import BodyPart, Broken, Ended, HeadRead, Opaque, Reader
from workbench.wire.failures import AttemptError, Failure, bad_head, explain, failed, not_http
from workbench.wire.records import WHOLE, LinkRecords
from workbench.wire.spec import ClientSpec, Target
from workbench.wire.tls import check_fingerprint, fingerprint

READ_SIZE = 64 * 1024
#: Seconds a peer gets to end the TCP connection after everything is said (RFC 6455 section
#: 7.1.1: a client may give up waiting).
CLOSE_PATIENCE = 1.0
#: Bytes that may wait for a peer that does not read; more is refused.
MAX_WAITING = 16 * 1024 * 1024
#: SO_LINGER on with zero seconds: close() sends RST (RFC 9293 section 3.10.4).
LINGER_RST = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class End:
    """How a link ended."""

    how: How
    by: Side
    code: int = 0
    reason: str = ""
    error: WorkbenchError | None = None


class Listener:
    """What the owner of a connection is told; all at once, in the loop's thread."""

    def opened(self, connection: Connection, head: Head) -> None:
        """The opening handshake is done."""

    def handed(self, opcode: int, payload: bytes, time: int) -> None:
        """A whole message was handed to the client (``time``: when its last byte came, ns)."""


class Connection(asyncio.BufferedProtocol):
    """From the first byte of the request to the end of the socket.

    BufferedProtocol, because every ``recv`` of a plain Protocol allocates 256 KiB.
    """

    def __init__(
        self, spec: ClientSpec, target: Target, records: LinkRecords, listener: Listener
    ) -> None:
        loop = asyncio.get_running_loop()
        self.spec = spec
        self.target = target
        self.records = records
        self.listener = listener
        self.opened: asyncio.Future[Head | AttemptError] = loop.create_future()
        self.ended: asyncio.Future[End] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()
        self.address: tuple[str, int] = ("", 0)
        self.accepted = ""  # fingerprint of the one certificate to accept, "": no matter
        self.fingerprint = ""  # of the certificate shown
        self.stalled = False
        self.request = b""
        self.read_at = 0
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._view = memoryview(bytearray(READ_SIZE))
        self._reader = Reader(answers=True)
        self._reader.expect("GET")
        self._start = b""
        self._timers: list[asyncio.TimerHandle] = []
        self._stall_timer: asyncio.TimerHandle | None = None
        self._held: list[tuple[bytes, Callable[[int], None]]] = []
        self._held_bytes = 0
        self._holding = False

    # --- what the subclasses say -----------------------------------------------------------

    def answer(self, head: Head) -> None:
        """The final answer's head.  Raises AttemptError when it does not open the link."""
        raise NotImplementedError

    def body(self, data: bytes) -> None:
        """Bytes after the head."""
        raise NotImplementedError

    def finished(self) -> None:
        """The body has ended though the connection may go on."""

    def close_in_order(self, action: Close) -> None:
        """End the link as a server that says goodbye."""
        raise NotImplementedError

    def begin_leave(self) -> None:
        """Leave on purpose: ``ended``, then ``gone`` follow within moments."""
        raise NotImplementedError

    def send(self, data: str | bytes) -> None:
        """Send a message.  Raises WorkbenchError where that can't be."""
        raise NotImplementedError

    # --- the transport's side ----------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands: the request goes out."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        name = transport.get_extra_info("sockname")
        if isinstance(name, tuple):
            self.address = (str(name[0]), int(name[1]))
        secure = transport.get_extra_info("ssl_object")
        self.fingerprint = fingerprint(secure.getpeercert(binary_form=True)) if secure else ""
        self._guarded(self._ask)

    def _ask(self) -> None:
        assert self._transport is not None
        # Before the request goes out: it may hold secrets.
        check_fingerprint(self.accepted, self.fingerprint)
        self.records.head(Direction.OUT, self.request)
        self._transport.write(self.request)

    def _guarded(self, call: Callable[[], None]) -> None:
        """A fault of ours within a callback of asyncio's would look like one of the peer's."""
        try:
            call()
        except AttemptError as error:
            self.fail(error)
        except Exception as bug:
            self._blame_ourselves(bug)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes go."""
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes have come."""
        self._guarded(partial(self._received, bytes(self._view[:nbytes])))

    def _received(self, data: bytes) -> None:
        if self.is_over or (self.opened.done() and not self.is_open):
            return
        self.read_at = self.records.now()
        if self.is_open and self._reader.opaque:
            self.body(data)
        else:
            self._http(data)

    def _blame_ourselves(self, bug: Exception) -> None:
        error = WorkbenchError(
            "The workbench failed while it read what had come.",
            whose=Whose.OURS,
            why=repr(bug)[:300],
            to_do="Report this; the connection was ended.",
            details="".join(traceback.format_exception(bug)),
        )
        if not self.opened.done():
            self.opened.set_result(AttemptError(Failure(error, fatal=True)))
        self.abort()
        self.end(End(How.FIN, Side.CLIENT, reason="a fault of the workbench", error=error))

    def eof_received(self) -> bool | None:
        """FIN: the transport closes itself."""
        if self.is_open and not self.is_over:
            for fact in self._reader.finish():
                if isinstance(fact, Broken):
                    self.end(End(How.FIN, Side.SERVER, reason="in the middle of the body"))
            self.end(End(How.FIN, Side.SERVER))
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        for timer in self._timers:
            timer.cancel()
        if not self.opened.done():
            error = exc or EOFError("closed within the opening handshake")
            self.opened.set_result(explain(error, self.target, self.spec.open_timeout))
        self.end(End(How.RST if exc else How.FIN, Side.SERVER, reason=str(exc or "")))
        if not self.gone.done():
            self.gone.set_result(None)

    def _http(self, data: bytes) -> None:
        if len(self._start) < 8 and not self.is_open:
            self._start += data[: 8 - len(self._start)]
            if not b"HTTP/1.0".startswith(self._start[:7]) and not self._start.startswith(b"HTTP/"):
                raise not_http(self._start + data[8:400], self.target)
        for fact in self._reader.feed(data):
            if self.is_over or (self.opened.done() and not self.is_open):
                return
            if isinstance(fact, HeadRead):
                self._head(fact.head)
            elif isinstance(fact, Broken):
                self._broken(fact)
            elif isinstance(fact, Ended):
                self.finished()
            elif isinstance(fact, BodyPart):
                self.body(fact.data)
            elif isinstance(fact, Opaque):
                self.body(fact.raw)

    def _head(self, head: Head) -> None:
        if self.is_open:
            return
        self.records.head(Direction.IN, head.raw, head.status)
        # RFC 9110 section 15.2: an interim answer is followed by the final one.
        if 100 <= head.status < 200 and head.status != 101:
            return
        self.answer(head)

    def _broken(self, fact: Broken) -> None:
        if not self.is_open:
            raise bad_head(fact.what, self.target)
        error = bad_head(fact.what, self.target).failure.error
        self.end(End(How.FIN, Side.CLIENT, reason=fact.what, error=error))
        self.abort()

    # --- states ------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """True once the opening handshake is done, and after that for ever."""
        return self.opened.done() and isinstance(self.opened.result(), Head)

    @property
    def is_over(self) -> bool:
        """True once the link has ended; bytes that still come are thrown away."""
        return self.ended.done()

    def open_with(self, head: Head) -> None:
        """The handshake is done."""
        if not self.opened.done():
            self.opened.set_result(head)
            self.listener.opened(self, head)

    def fail(self, error: AttemptError) -> None:
        """The attempt has failed."""
        if not self.opened.done():
            self.opened.set_result(error)
        self.abort()

    def end(self, end: End) -> None:
        """The link has ended; only the first reason counts."""
        if self.ended.done():
            return
        self.ended.set_result(end)
        if self._stall_timer is not None:
            self._stall_timer.cancel()
        for _, note in self._held:
            note(int(Flag.ARRIVED))  # held by a stall, and never sent
        self._held.clear()
        self._held_bytes = 0
        if self.is_open:
            self.records.event(
                LinkEvent.CLOSED, how=end.how, by=end.by, code=end.code, reason=end.reason
            )

    def abort(self) -> None:
        """End the socket now."""
        if self._transport is not None:
            self._transport.abort()
        elif not self.gone.done():
            self.gone.set_result(None)

    def expect_gone(self) -> None:
        """Give the peer a little time to end the connection itself."""
        self.later(CLOSE_PATIENCE, self.abort)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def later(self, seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        """A timer that does not outlive the connection."""
        timer = self._loop.call_later(seconds, call)
        self._timers = [
            t for t in self._timers if not t.cancelled() and t.when() > self._loop.time()
        ]
        self._timers.append(timer)
        return timer

    # --- writing -----------------------------------------------------------------------------

    def write(self, data: bytes, note: Callable[[int], None] = lambda flags: None) -> None:
        """Send bytes, or hold them while stalled; ``note`` is told the record's flags."""
        if self._holding:
            self._held.append((data, note))
            self._held_bytes += len(data)
            return
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)
            note(int(WHOLE))

    def check_room(self) -> None:
        """Raises WorkbenchError when too much waits for a peer that does not read."""
        waiting = self._held_bytes
        if self._transport is not None:
            waiting += self._transport.get_write_buffer_size()
        if waiting > MAX_WAITING:
            raise WorkbenchError(
                "The message was not sent: too much is waiting already.",
                whose=Whose.PEER,
                why=f"The server has not read the last {waiting >> 20} MiB.",
                to_do="Send more slowly, or heal the stall.",
            )

    # --- faults of our own client's link -----------------------------------------------------

    def carry_out(self, action: LinkAction) -> None:
        """Do to this link what a fault asks for.  Raises WorkbenchError for what can only be
        done to a link that passes through a proxy."""
        match action:
            case Reset():
                self._reset()
            case Finish():
                self._finish()
            case Close():
                self.close_in_order(action)
            case Stall(direction=direction, seconds=seconds):
                self._stall(direction, seconds)
            case Release():
                self.release()
            case _:
                name = type(action).__name__.lower()
                raise WorkbenchError(
                    f"A client of the workbench's own can't {name} messages.",
                    whose=Whose.USER,
                    to_do="Connect it through a proxy and inject the fault there.",
                )

    def _reset(self) -> None:
        if self._transport is None or self.is_over:
            return
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_RST)
        self.end(End(How.RST, Side.WORKBENCH))
        self.abort()

    def _finish(self) -> None:
        if self._transport is None or self.is_over:
            return
        self.end(End(How.FIN, Side.WORKBENCH))
        # With bytes unread close() would send RST: half-close, and read on until the peer ends.
        if self._transport.can_write_eof():
            self._transport.write_eof()
        else:
            self._transport.close()
        self.expect_gone()

    def _stall(self, direction: Direction, seconds: float | None) -> None:
        if self._transport is None or self.is_over:
            return
        self.stalled = True
        if direction in (Direction.NONE, Direction.IN):
            self._transport.pause_reading()
        if direction in (Direction.NONE, Direction.OUT):
            self._holding = True
        if seconds is not None:
            self._stall_timer = self.later(seconds, self._healed)

    def _healed(self) -> None:
        self.records.event(LinkEvent.HEALED)
        self.release()

    def release(self) -> None:
        """End a stall: what was held is sent, and reading goes on."""
        self.stalled = self._holding = False
        if self._stall_timer is not None:
            self._stall_timer.cancel()
        held, self._held, self._held_bytes = self._held, [], 0
        for data, note in held:
            self.write(data, note)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()


def refused_while_closed() -> WorkbenchError:
    """The error for sending on a link that is not open."""
    return failed(
        "The message was not sent: the connection is not open.",
        to_do="Wait until it is open again, or reconnect.",
        whose=Whose.USER,
    ).failure.error
