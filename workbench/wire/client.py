"""A client of our own: connects, subscribes, comes back, and asks for what it missed."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urljoin

from workbench.model.action import LinkAction
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.position import Position
from workbench.model.words import Flag, LinkEvent
from workbench.protocols.http import Head
from workbench.wire.connection import Connection, End, Listener, refused_while_closed
from workbench.wire.dial import dial
from workbench.wire.event_stream_client import EventStreamConnection, RedirectedError
from workbench.wire.failures import AttemptError, Failure, failed
from workbench.wire.follower import Counters, Follower
from workbench.wire.records import LinkRecords
from workbench.wire.retry import Policy, delay
from workbench.wire.spec import ClientSpec, Target, headers_of, target_of
from workbench.wire.tap import Tap
from workbench.wire.tls import context_for
from workbench.wire.websocket_client import WebSocketConnection

#: Redirects that an event stream follows in one attempt (Fetch allows 20).
MAX_REDIRECTS = 5


class Client(Listener):
    """One client with its links, one after the other.

    ``tap`` takes the records, ``luck`` gives numbers from 0 up to 1 for the jitter,
    ``on_change`` is called after each change of state.  All in one event loop's thread.

    ``state``: connecting, open, waiting, closed or failed.  ``retry_at``: moment (ns of the
    tap's clock) of the next attempt, 0: none.  ``error``: the last one, None once open.
    Raises WorkbenchError (user) for an address, a header or a place that can't be.
    """

    def __init__(
        self,
        tap: Tap,
        spec: ClientSpec,
        luck: Callable[[], float],
        on_change: Callable[[Client], None] = lambda client: None,
    ) -> None:
        self.target = target_of(spec.address, spec.protocol)
        headers_of(spec.headers)  # what the user got wrong is said before anything is tried
        self.name = spec.name or self.target.address
        self.spec = spec
        self.state = "closed"
        self.attempt = 0
        self.retry_at = 0
        self.error: WorkbenchError | None = None
        self.last_end: End | None = None
        self.link = 0
        self.links: list[int] = []
        self.fingerprint = spec.fingerprint
        self.opened_at = 0
        self._tap = tap
        self._luck = luck
        self._on_change = on_change
        self._follower = Follower(spec, self.target)
        self._context: ssl.SSLContext | None = None
        self._connection: Connection | None = None
        self._records = LinkRecords(tap, self.name, 0)
        self._going: set[Connection] = set()
        self._task: asyncio.Task[None] | None = None
        self._again = asyncio.Event()
        self._leaving = False

    # --- what a front asks -------------------------------------------------------------------

    def start(self) -> None:
        """Begin to connect; does nothing while the client is at it already.

        Raises WorkbenchError (user) for a certificate file that can't be used.
        """
        if self._task is not None and not self._task.done():
            return
        self._context = context_for(self.spec) if self.target.secure else None
        self._leaving = False
        self._again.clear()
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"client {self.name}")

    async def leave(self) -> None:
        """Leave on purpose; returns when every socket is gone and nothing is under way."""
        self._leaving = True
        self._again.set()
        if self._connection is not None:
            self._connection.begin_leave()
        if self._task is not None:
            if self._connection is None:
                self._task.cancel()
            await asyncio.wait([self._task])
        for connection in tuple(self._going):
            await asyncio.shield(connection.gone)
            self._going.discard(connection)
        if self.state != "failed":
            self._change("closed")

    def reconnect(self) -> None:
        """Connect again now: ends a wait, or the link that is open."""
        if self._task is None or self._task.done():
            self.start()
            return
        self._again.set()
        if self._connection is not None:
            self._connection.begin_leave()

    def send(self, data: str | bytes) -> None:
        """Send a message.  Raises WorkbenchError when the link is not open, or can't take it."""
        if self._connection is None:
            raise refused_while_closed()
        self._connection.send(data)
        self.counters.messages_out += 1
        self.counters.bytes_out += len(data)

    def carry_out(self, action: LinkAction) -> None:
        """Do to the open link what a fault asks for (Reset, Close, Finish, Stall, Release);
        without an open link nothing.  Raises WorkbenchError for actions that need a proxy."""
        if self._connection is not None:
            self._connection.carry_out(action)
            self._on_change(self)

    @property
    def stalled(self) -> bool:
        """True while a stall holds the link."""
        return self._connection is not None and self._connection.stalled

    @property
    def address_of_socket(self) -> tuple[str, int]:
        """Our own side of the socket (host, port); ("", 0) while there is none."""
        return ("", 0) if self._connection is None else self._connection.address

    @property
    def counters(self) -> Counters:
        """Messages and bytes since the client began."""
        return self._follower.counters

    @property
    def lag_ms(self) -> float | None:
        """From publishing to here, of the last live update that named its time."""
        return None if self._follower.lag_ns is None else self._follower.lag_ns / 1e6

    # --- the loop ----------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            await self._link_by_link()
        except asyncio.CancelledError:
            if self.state == "connecting":
                left = failed("The client left before the connection was open.", whose=Whose.USER)
                self._tell_failure(left.failure)
            raise
        except Exception as bug:  # must not die in silence: nobody awaits this task
            self._crashed(bug)

    def _crashed(self, bug: Exception) -> None:
        self.error = WorkbenchError(
            f"The client {self.name} has stopped working.",
            whose=Whose.OURS,
            why=repr(bug),
            to_do="Connect again, and report this.",
            details="".join(traceback.format_exception(bug)),
        )
        for connection in tuple(self._going):
            connection.abort()
        self._connection = None
        self._change("failed")

    async def _link_by_link(self) -> None:
        failures = 0
        while not self._leaving:
            self.attempt = failures + 1
            failure = await self._one_link()
            if self._again.is_set():
                failures = 0
                continue
            # A link that is lost before anything came counts as a failure too: waits grow.
            brought = failure is None and self._follower.handed_since_open
            failures = 1 if brought else failures + 1
            asked = failure.retry_after if failure is not None else None
            wait = delay(self._policy(), failures, self._luck(), asked)
            if wait is None or (failure is not None and failure.fatal):
                self._stop()
                return
            await self._wait(wait, failures + 1)

    def _policy(self) -> Policy:
        spec, first = self.spec, self.spec.retry_first
        if self._follower.retry_ms is not None:  # WHATWG HTML section 9.2.6
            first = self._follower.retry_ms / 1000
        return Policy(spec.retry, first, max(first, spec.retry_most), spec.jitter)

    async def _wait(self, seconds: float, attempt: int) -> None:
        self.retry_at = self._tap.now() + int(seconds * 1e9)
        self._records.event(LinkEvent.WAITING, seconds=seconds, attempt=attempt)
        self._change("waiting")
        try:
            async with asyncio.timeout(seconds):
                await self._again.wait()
        except TimeoutError:
            pass
        finally:
            self.retry_at = 0

    def _stop(self) -> None:
        why = self.error.what if self.error is not None else "The policy is not to try again."
        self._records.event(LinkEvent.STOPPED, why=why)
        self._change("failed" if self.error is not None else "closed")

    async def _one_link(self) -> Failure | None:
        """One attempt and, when it opens, the life of the link.  The failure, or None."""
        self._again.clear()
        self.link = self._tap.new_link()
        self.links.append(self.link)
        self._records = LinkRecords(self._tap, self.name, self.link)
        try:
            connection = await self._open()
        except AttemptError as error:
            self.error = error.failure.error
            self._tell_failure(error.failure)
            return error.failure
        self.last_end = await asyncio.shield(connection.ended)
        self._connection = None
        self.error = self.last_end.error
        return None

    def _tell_failure(self, failure: Failure) -> None:
        error = failure.error
        self._records.event(
            LinkEvent.FAILED,
            int(Flag.ARRIVED | Flag.PASSED | Flag.FAILED),
            what=error.what,
            why=error.why,
            to_do=error.to_do,
            whose=str(error.whose),
            status=failure.status,
        )

    # --- opening -----------------------------------------------------------------------------

    async def _open(self) -> Connection:
        target = self._follower.target
        self._records.event(
            LinkEvent.OPENING,
            address=target.address,
            protocol=target.protocol,
            url=self.spec.address,
            attempt=self.attempt,
            keys={"path": target.resource},
        )
        self._change("connecting")
        for _ in range(MAX_REDIRECTS):
            connection = self._new(target)
            self._going.add(connection)
            connection.gone.add_done_callback(partial(self._gone, connection))
            try:
                await dial(connection, self.spec, self._context_of(target))
            except RedirectedError as elsewhere:
                target = self._elsewhere(target, elsewhere)
                continue
            return connection
        raise failed(
            f"{self.target.address} redirects in circles.",
            f"{MAX_REDIRECTS} redirects did not lead to an event stream.",
            "Give the final address.",
            fatal=True,
        )

    def _gone(self, connection: Connection, _: object) -> None:
        self._going.discard(connection)

    def _new(self, target: Target) -> Connection:
        connection: Connection
        if target.protocol == "ws":
            connection = WebSocketConnection(self.spec, target, self._records, self)
        else:
            connection = EventStreamConnection(
                self.spec,
                target,
                self._records,
                self,
                last_id=self._follower.last_event_id,
                on_event=self._follower.event,
                keep_secrets=target.origin == self.target.origin,
            )
        connection.accepted = self.fingerprint if target.origin == self.target.origin else ""
        return connection

    def _context_of(self, target: Target) -> ssl.SSLContext | None:
        if not target.secure:
            return None
        if self._context is None:  # plain at first, redirected to TLS
            self._context = context_for(self.spec)
        return self._context

    def _elsewhere(self, target: Target, elsewhere: RedirectedError) -> Target:
        scheme = "https" if target.secure else "http"
        here = f"{scheme}://{target.authority}{target.resource}"
        try:
            return target_of(urljoin(here, elsewhere.location), "sse")
        except (ValueError, WorkbenchError) as error:
            raise AttemptError(replace(elsewhere.failure, fatal=True)) from error

    # --- what a connection tells -------------------------------------------------------------

    def opened(self, connection: Connection, head: Head) -> None:
        """The opening handshake is done: tell it, and subscribe."""
        self._connection = connection
        self._again.clear()
        self.opened_at = self._tap.now()
        self.error = None
        if self.spec.accept_certificate:
            # Accepted once; another certificate later is another server.
            self.fingerprint = self.fingerprint or connection.fingerprint
        self._records.event(
            LinkEvent.OPEN,
            subprotocol=head.value("sec-websocket-protocol"),
            extensions=head.value("sec-websocket-extensions"),
            status=head.status,
            local="{}:{}".format(*connection.address),
        )
        asked = self._follower.begin()
        if asked.message is not None:
            self.send(asked.message)
        if asked.message is not None or self.target.protocol == "sse":
            self._tell_subscribed(asked.position)
        self._change("open")

    def handed(self, opcode: int, payload: bytes, time: int) -> None:
        """A message has come."""
        if self._follower.handed(opcode, payload, time):
            message = self._follower.take_snapshot()
            if self.target.protocol == "sse":
                self.reconnect()
                return
            # The link may be ending, or the server reads nothing: then the next link asks.
            with contextlib.suppress(WorkbenchError):
                self.send(message)
                self._tell_subscribed(None)

    def _tell_subscribed(self, asked: Position | None) -> None:
        value = asked and {k: v for k, v in asked._asdict().items() if v not in ("", None)}
        self._records.event(LinkEvent.SUBSCRIBED, stream=self.spec.stream, asked=value)

    def _change(self, state: str) -> None:
        self.state = state
        self._on_change(self)
