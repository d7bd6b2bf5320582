"""The WebSocket half of a connection: frames by ``websockets``' sans-I/O core, ops by us."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from workbench.service import messages
from workbench.service.messages import MAX_MESSAGE, RequestError
from workbench.service.operations import Operations
from workbench.service.outlet import Outlet

if TYPE_CHECKING:
    from workbench.service.gateway import Gateway

# Seconds a peer gets to answer a close frame before the connection is ended without it.
CLOSE_PATIENCE = 2.0
# A slow peer has a buffer's worth to read before it comes to the close frame.
SLOW_PATIENCE = 10.0


class WebSocketSide:
    """One client on ``/ws``."""

    def __init__(self, gateway: Gateway, outlet: Outlet, transport: asyncio.Transport) -> None:
        self._gateway = gateway
        self._outlet = outlet
        self._transport = transport
        self._protocol = ServerProtocol(max_size=MAX_MESSAGE)
        self._operations = Operations(gateway, self)
        self._message = bytearray()
        self._text = True
        self._unanswered_ping = False
        self._patience: asyncio.TimerHandle | None = None

    def open(self, request: Request, early: bytes) -> None:
        """Answer the opening handshake (RFC 6455 section 4.2.2)."""
        self._protocol.receive_data(request.serialize())
        if not self._protocol.events_received():  # for example a body, which no upgrade may have
            self._outlet.finish()
            return
        if self._gateway.draining.is_set():
            response = self._protocol.reject(
                HTTPStatus.SERVICE_UNAVAILABLE, "This replica is going away.\n"
            )
            response.headers["Retry-After"] = "1"
        else:
            response = self._protocol.accept(request)
        self._protocol.send_response(response)
        self._flush()  # before the answer to any frame that came with the request
        if early:
            self.received(early)

    def received(self, data: bytes) -> None:
        """Bytes from the peer."""
        self._protocol.receive_data(data)
        self._turn()

    def lost(self) -> None:
        """The connection is gone."""
        self._operations.close()
        if self._patience is not None:
            self._patience.cancel()

    def goodbye(self, code: int | None) -> bool:
        """Close with ``code``, or with FIN alone."""
        if code is None:
            self._operations.close()
            self._outlet.finish()
        else:
            self.close(code, "service restart" if code == CloseCode.SERVICE_RESTART else "")
        return True

    @property
    def busy(self) -> bool:
        """A WebSocket is busy until it is gone."""
        return True

    def beat(self, ping: bool) -> None:
        """Ping; a peer that has not answered the last one is closed with 1011."""
        if not ping or self._protocol.state is not State.OPEN:
            return
        if self._unanswered_ping:
            self.close(CloseCode.INTERNAL_ERROR, "keepalive ping timeout")
            return
        self._unanswered_ping = True
        self._protocol.send_ping(b"beat")
        self._flush()

    # -- what operations use ------------------------------------------------------------------

    @property
    def outlet(self) -> Outlet:
        """Where frames go."""
        return self._outlet

    def send(self, message: dict[str, Any]) -> None:
        """A JSON message."""
        self.send_frame(messages.text_frame(messages.dumps(message)))

    def send_frame(self, frame: bytes) -> None:
        """A finished frame; a peer too far behind is closed with 1013 instead."""
        if self._protocol.state is not State.OPEN:
            return
        if not self._outlet.write(frame):
            self._operations.close()
            self._protocol.send_close(CloseCode.TRY_AGAIN_LATER, "too slow: the queue is full")
            self._outlet.replace(b"".join(self._protocol.data_to_send()))
            self._expect_end(SLOW_PATIENCE)

    def close(self, code: int, reason: str) -> None:
        """Start the closing handshake (RFC 6455 section 7.1.2)."""
        self._operations.close()
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(code, reason)
        self._flush()

    def hold_reading(self, hold: bool) -> None:
        """Let the peer wait while its requests are being worked on."""
        if not self._transport.is_closing():
            (self._transport.pause_reading if hold else self._transport.resume_reading)()

    # -- frames -------------------------------------------------------------------------------

    def _turn(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._frame(event)
        self._flush()

    def _frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.PONG:
            self._unanswered_ping = False
        elif frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            if frame.opcode is not Opcode.CONT:
                self._message.clear()
                self._text = frame.opcode is Opcode.TEXT
            self._message += frame.data
            if frame.fin:
                self._whole(bytes(self._message))
        elif frame.opcode is Opcode.CLOSE:
            self._operations.close()

    def _whole(self, message: bytes) -> None:
        if not self._text:
            refusal = RequestError("binary", "this service speaks JSON in text messages only")
            self._operations.refuse(refusal)
            return
        try:
            message.decode("utf-8")
        except UnicodeDecodeError:
            # RFC 6455 section 8.1: text that is not UTF-8 fails the connection.
            self._operations.close()
            self._protocol.fail(CloseCode.INVALID_DATA, "text is not UTF-8")
            return
        self._operations.received(message)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                if not self._outlet.write(data):
                    self._transport.abort()
                    return
            else:  # the core's way to say: half-close
                self._outlet.finish()
        if self._protocol.close_expected():
            self._expect_end(CLOSE_PATIENCE)

    def _expect_end(self, seconds: float) -> None:
        if self._patience is None:
            loop = asyncio.get_running_loop()
            self._patience = loop.call_later(seconds, self._transport.abort)
