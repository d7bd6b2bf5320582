"""The HTTP half of a connection: requests in, one answer after another, keep-alive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import h11
from websockets.datastructures import Headers
from websockets.http11 import Request as WebSocketRequest

from workbench.service import messages
from workbench.service.messages import MAX_MESSAGE, RequestError
from workbench.service.outlet import Outlet
from workbench.service.tasks import Tasks

if TYPE_CHECKING:
    from workbench.service.gateway import Gateway

MAX_HEAD = 32 * 1024
MAX_EARLY = 64 * 1024  # bytes of further requests kept while one is being answered
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request. Header names are lower case; of a repeated parameter the last counts."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(status: int, value: dict[str, object], **headers: str) -> Answer:
    """An answer with a JSON object as its body; ``retry_after`` becomes ``Retry-After``."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, messages.dumps(value) + b"\n", {"content-type": JSON, **named})


def error_answer(refusal: RequestError, **headers: str) -> Answer:
    """The answer to a request that is refused: what and why, for programs and people."""
    error: dict[str, object] = {"code": refusal.code, "message": str(refusal)}
    return json_answer(refusal.status, {"error": error}, **headers)


class HttpSide:
    """Parses with h11, answers with the gateway's routes, hands over on an upgrade."""

    def __init__(
        self,
        gateway: Gateway,
        outlet: Outlet,
        upgrade: Callable[[WebSocketRequest, bytes], None],
    ) -> None:
        self._gateway = gateway
        self._outlet = outlet
        self._upgrade = upgrade
        self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        self._tasks = Tasks()
        self._head: h11.Request | None = None
        self._body = bytearray()
        self._idle_beats = 0
        self._ending = asyncio.Event()
        self.busy = False  # a request is being answered

    def received(self, data: bytes) -> None:
        """Bytes from the peer."""
        self._idle_beats = 0
        self._take(data)

    def lost(self) -> None:
        """The connection is gone."""
        self._tasks.cancel()

    def goodbye(self, code: int | None) -> bool:
        """End an event stream; plain requests are short and end by themselves."""
        self._ending.set()
        return self.busy

    def beat(self, ping: bool) -> None:
        """A connection that asks nothing for three beats is ended."""
        self._idle_beats += 1
        if self._idle_beats > 3 and not self.busy:
            self._outlet.finish()

    @property
    def ending(self) -> asyncio.Event:
        """Set when the replica wants this connection to end."""
        return self._ending

    # -- what an answer uses ----------------------------------------------------------------

    def send_head(self, status: int, headers: Mapping[str, str]) -> None:
        """The status line and headers; without ``content-length`` the body is chunked."""
        named = [("access-control-allow-origin", "*"), *headers.items()]
        self._send(h11.Response(status_code=status, headers=named))

    def send_body(self, data: bytes) -> bool:
        """A piece of the body; False when the peer is too far behind."""
        return self._send(h11.Data(data=data))

    def end(self) -> None:
        """The body is complete."""
        self._send(h11.EndOfMessage())

    async def ready(self) -> None:
        """Wait while the peer does not keep up."""
        await self._outlet.ready()

    def abort(self) -> None:
        """Close without completing the body: the peer can tell that something is missing."""
        self._outlet.abort()

    # -- reading ----------------------------------------------------------------------------

    def _take(self, data: bytes) -> None:
        try:
            if data:  # h11 takes b"" for the end of the connection
                self._h11.receive_data(data)
            self._advance()
        except (h11.RemoteProtocolError, h11.LocalProtocolError) as error:
            status = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
            self._refuse(RequestError("bad_request", f"not the HTTP we can read: {error}", status))

    def _advance(self) -> None:
        while not self.busy:
            event = self._h11.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                self._continue()
                return
            if isinstance(event, h11.Request):
                self._head = event
                self._body.clear()
                if self._wants_websocket(event):
                    self._hand_over(event)
                    return
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > MAX_MESSAGE:
                    raise h11.RemoteProtocolError("the body is larger than 1 MiB", 413)
            elif isinstance(event, h11.EndOfMessage):
                assert self._head is not None
                self.busy = True
                self._tasks.spawn(self._answer(_request(self._head, bytes(self._body))))
                return
            elif isinstance(event, h11.ConnectionClosed):
                self._outlet.finish()
                return
        if len(self._h11.trailing_data[0]) > MAX_EARLY:
            self._outlet.finish()

    def _continue(self) -> None:
        if self._h11.they_are_waiting_for_100_continue:
            self._send(h11.InformationalResponse(status_code=100, headers=[]))

    def _wants_websocket(self, head: h11.Request) -> bool:
        headers = dict(head.headers)
        path = head.target.partition(b"?")[0]
        return path == b"/ws" and headers.get(b"upgrade", b"").lower() == b"websocket"

    def _hand_over(self, head: h11.Request) -> None:
        headers = Headers()
        for name, value in head.headers:
            headers[name.decode("ascii")] = value.decode("iso-8859-1")
        target = head.target.decode("ascii")
        # h11 has not looked at what follows the head: those bytes are WebSocket frames.
        early = self._h11.trailing_data[0]
        self._upgrade(WebSocketRequest(target, headers, head.method.decode("ascii")), early)

    # -- answering --------------------------------------------------------------------------

    async def _answer(self, request: Request) -> None:
        answer = await self._gateway.answer(request, self)
        if answer is not None:
            self._send_answer(answer)
        done = self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE
        if done and not self._ending.is_set():
            self._h11.start_next_cycle()
            self.busy = False
            self._take(b"")
        else:
            self._outlet.finish()

    def _send_answer(self, answer: Answer) -> None:
        self.send_head(answer.status, {"content-length": str(len(answer.body)), **answer.headers})
        self.send_body(answer.body)
        self.end()

    def _refuse(self, refusal: RequestError) -> None:
        self._tasks.cancel()
        if self._h11.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._send_answer(error_answer(refusal, connection="close"))
        self._outlet.finish()

    def _send(self, event: h11.Event) -> bool:
        data = self._h11.send(event)
        return self._outlet.write(data) if data else True


def _request(head: h11.Request, body: bytes) -> Request:
    target = urlsplit(head.target.decode("ascii"))
    return Request(
        method=head.method.decode("ascii"),
        path=target.path,
        query=dict(parse_qsl(target.query, keep_blank_values=True, max_num_fields=50)),
        headers={name.decode("ascii"): v.decode("iso-8859-1") for name, v in head.headers},
        body=body,
    )
