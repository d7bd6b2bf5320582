"""A WebSocket connection of our own, on the sans-I/O core of ``websockets``."""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from functools import partial

from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.exceptions import PayloadTooBig
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Close as CloseFrame
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import State
from websockets.typing import ExtensionName, Subprotocol
from websockets.uri import WebSocketURI

from workbench.model.action import Close
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Direction, Flag, How, Side
from workbench.protocols.http import Head
from workbench.wire.connection import Connection, End, Listener, refused_while_closed
from workbench.wire.failures import bad_head, failed, wrong_status
from workbench.wire.records import WHOLE, LinkRecords
from workbench.wire.spec import ClientSpec, Target, headers_of

OUR_NAME = "workbench"
#: Headers of our own that the user's take the place of; others are sent beside them.
REPLACED = ("host", "origin", "user-agent", "authorization")


class WireSizes(Extension):
    """Not an extension of the protocol: stands last among them and sees each frame as it came."""

    name = ExtensionName("wire-sizes")

    def __init__(self) -> None:
        self.frames: deque[tuple[int, bool]] = deque()

    def decode(self, frame: Frame, *, max_size: int | None = None) -> Frame:
        """Notes the frame's bytes on the wire, and whether it is compressed (RFC 7692)."""
        size = len(frame.data)
        header = 2 if size < 126 else 4 if size < 65536 else 10  # RFC 6455 section 5.2
        self.frames.append((header + size, frame.rsv1))
        return frame

    def encode(self, frame: Frame) -> Frame:
        """Changes nothing."""
        return frame


class MeasuredProtocol(ClientProtocol):
    """The client's core, with a look at each frame before it is inflated."""

    sizes: WireSizes

    def process_extensions(self, headers: Headers) -> list[Extension]:
        """The extensions agreed on, and the measure behind them."""
        self.sizes = WireSizes()
        return [*super().process_extensions(headers), self.sizes]


class WebSocketConnection(Connection):
    """Opens with RFC 6455's handshake, then messages both ways."""

    def __init__(
        self, spec: ClientSpec, target: Target, records: LinkRecords, listener: Listener
    ) -> None:
        super().__init__(spec, target, records, listener)
        names = [name.strip() for name in spec.subprotocols.split(",") if name.strip()]
        path, _, query = target.resource.partition("?")
        self._core = MeasuredProtocol(
            WebSocketURI(target.secure, target.host, target.port, path, query),
            extensions=[ClientPerMessageDeflateFactory(client_max_window_bits=True)],
            subprotocols=[Subprotocol(name) for name in names] or None,
            max_size=spec.max_message,
        )
        self.request = self._request_head()
        self._parts: list[bytes] = []
        self._opcode = 0
        self._wire = 0
        self._flags = 0
        self._cause: End | None = None
        self._pings = 0
        self._patience: asyncio.TimerHandle | None = None

    def _request_head(self) -> bytes:
        request = self._core.connect()
        headers = request.headers
        extra = headers_of(self.spec.headers)
        if self.target.user:
            token = base64.b64encode(self.target.user.encode()).decode()
            extra.insert(0, ("Authorization", f"Basic {token}"))
        headers["User-Agent"] = OUR_NAME
        for name, _ in extra:
            if name.lower() in REPLACED and name in headers:
                del headers[name]
        for name, value in extra:
            headers[name] = value
        return request.serialize()

    @property
    def subprotocol(self) -> str:
        """The subprotocol agreed on, or ""."""
        return self._core.subprotocol or ""

    @property
    def extensions(self) -> list[str]:
        """The names of the extensions agreed on."""
        return [e.name for e in self._core.extensions if not isinstance(e, WireSizes)]

    # --- opening -----------------------------------------------------------------------------

    def answer(self, head: Head) -> None:
        """Checks the 101 (RFC 6455 section 4.1)."""
        if head.status != 101:
            raise wrong_status(head, self.target)
        self._core.receive_data(head.raw)
        fault = self._core.handshake_exc
        if fault is not None:
            if fault.__cause__ is not None:
                raise bad_head(str(fault.__cause__), self.target)
            raise failed(
                f"{self.target.address} does not answer as a WebSocket server.",
                f"{str(fault)[:300]}.",
                "Check what stands between: something answers 101 that doesn't know WebSocket.",
                status=101,
                fatal=True,
                details=head.raw[:2000].decode("latin-1"),
            )
        self._core.events_received()
        self.open_with(head)
        if self.spec.ping > 0:
            self.later(self.spec.ping, self._beat)

    # --- what comes --------------------------------------------------------------------------

    def body(self, data: bytes) -> None:
        """Frames, whole or not."""
        self._core.receive_data(data)
        for event in self._core.events_received():
            if isinstance(event, Frame) and not self.is_over:
                self._frame(event)
        self._flush()
        fault = self._core.parser_exc
        if fault is not None and not self.is_over:
            code = self._core.close_sent.code if self._core.close_sent else 0
            self._violated(int(code), str(fault), too_big=isinstance(fault, PayloadTooBig))

    def _frame(self, frame: Frame) -> None:
        wire, compressed = self._core.sizes.frames.popleft()
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self._data_frame(frame, wire, compressed)
        elif frame.opcode is Opcode.CLOSE:
            self._closed(bytes(frame.data), wire)
        else:
            payload = bytes(frame.data)
            self.records.control(Direction.IN, frame.opcode, payload, wire)
            if frame.opcode is Opcode.PING:  # the core answers by itself (section 5.5.2)
                flags = int(WHOLE | Flag.MASKED)
                self.records.control(Direction.OUT, Opcode.PONG, payload, 6 + len(payload), flags)
            elif self._patience is not None:
                self._patience.cancel()
                self._patience = None

    def _data_frame(self, frame: Frame, wire: int, compressed: bool) -> None:
        if frame.opcode is not Opcode.CONT:
            self._parts.clear()
            self._opcode, self._wire, self._flags = int(frame.opcode), 0, int(WHOLE)
        self._wire += wire
        if compressed:
            self._flags |= Flag.COMPRESSED
        if not frame.fin or self._parts:
            self._parts.append(bytes(frame.data))
            self._flags |= Flag.FRAGMENTED
        if not frame.fin:
            return
        payload = b"".join(self._parts) if self._parts else bytes(frame.data)
        self._parts.clear()
        self._whole(payload)

    def _whole(self, payload: bytes) -> None:
        if self._opcode == Opcode.TEXT and not payload.isascii():
            try:
                payload.decode()
            except UnicodeDecodeError as fault:
                self._not_text(payload, fault)
                return
        self.records.message(
            Direction.IN, self._opcode, payload, self._wire, self._flags, self.read_at
        )
        self.listener.handed(self._opcode, payload, self.read_at)

    def _not_text(self, payload: bytes, fault: UnicodeDecodeError) -> None:
        """RFC 6455 section 8.1: the connection fails, and the message is not handed over."""
        flags = (self._flags & ~Flag.PASSED) | Flag.INVALID
        self.records.message(Direction.IN, self._opcode, payload, self._wire, int(flags))
        self._core.fail(CloseCode.INVALID_DATA, f"{fault.reason} at position {fault.start}")
        self._flush()
        self._violated(int(CloseCode.INVALID_DATA), f"text that is not UTF-8: {fault}")

    def _closed(self, payload: bytes, wire: int) -> None:
        close = self._core.close_rcvd
        assert close is not None
        self.records.control(Direction.IN, Opcode.CLOSE, payload, wire, code=close.code)
        if self._core.close_rcvd_then_sent:
            flags = int(WHOLE | Flag.MASKED)
            size = 6 + len(payload)
            self.records.control(Direction.OUT, Opcode.CLOSE, payload, size, flags, close.code)
        self._flush()
        self.end(self._cause or End(How.CLOSE, Side.SERVER, close.code, close.reason))
        self.expect_gone()

    def _violated(self, code: int, what: str, *, too_big: bool = False) -> None:
        """The server broke the protocol; the core has failed the connection (section 7.1.7)."""
        payload = CloseFrame(code, what[:100]).serialize() if code else b""
        flags = int(WHOLE | Flag.MASKED)
        self.records.control(Direction.OUT, Opcode.CLOSE, payload, 6 + len(payload), flags, code)
        limit = f"It is larger than the limit of {self.spec.max_message} bytes: {what}."
        error = WorkbenchError(
            f"The connection was ended with {code}: the server sent what it must not send.",
            whose=Whose.PEER,
            why=limit if too_big else f"{what[:1].upper()}{what[1:300]}.",
            to_do="Raise the limit, or send smaller messages."
            if too_big
            else "Look at the server's WebSocket code, and at what changes bytes on the way.",
        )
        self.end(End(How.CLOSE, Side.CLIENT, code, what[:123], error))
        self.expect_gone()

    def eof_received(self) -> bool | None:
        """FIN without a close frame, unless we have sent one ourselves."""
        if self.is_open and not self.is_over:
            self.end(self._cause or End(How.FIN, Side.SERVER))
        return None

    # --- what goes ---------------------------------------------------------------------------

    def send(self, data: str | bytes) -> None:
        """Send a text or binary message.  Raises WorkbenchError when it can't be sent."""
        if not self.is_open or self.is_over or self._core.state is not State.OPEN:
            raise refused_while_closed()
        self.check_room()
        try:
            payload = data.encode() if isinstance(data, str) else data
        except UnicodeEncodeError as fault:
            raise WorkbenchError(
                "The message was not sent: it can't be written as UTF-8.",
                whose=Whose.USER,
                why=f"{fault.reason} at position {fault.start}.",
            ) from fault
        opcode = Opcode.TEXT if isinstance(data, str) else Opcode.BINARY
        (self._core.send_text if opcode is Opcode.TEXT else self._core.send_binary)(payload)
        wire = b"".join(self._core.data_to_send())
        compressed = Flag.COMPRESSED if wire[0] & 0x40 else Flag(0)  # RSV1 (RFC 7692 section 6)
        self.write(wire, partial(self._sent, opcode, payload, len(wire), compressed))

    def _sent(self, opcode: int, payload: bytes, wire: int, compressed: int, flags: int) -> None:
        all_flags = int(flags | Flag.MASKED | compressed)
        self.records.message(Direction.OUT, opcode, payload, wire, all_flags)

    def _flush(self) -> None:
        for data in self._core.data_to_send():
            if data:  # b"" says half-close: the socket's end sees to that
                self.write(data)

    def _close(self, code: int | None, reason: str, cause: End) -> None:
        if self._core.state is not State.OPEN:
            return
        self._cause = cause
        self._core.send_close(code, reason)
        payload = CloseFrame(code, reason).serialize() if code is not None else b""
        flags = int(WHOLE | Flag.MASKED)
        self.records.control(
            Direction.OUT, Opcode.CLOSE, payload, 6 + len(payload), flags, code or 0
        )
        self._flush()

    def begin_leave(self) -> None:
        """Close with 1000, and give the server a moment to answer."""
        if not self.is_open:
            self.abort()
        elif not self.is_over:
            self.release()
            self._close(1000, "", End(How.LEAVE, Side.CLIENT, 1000))
            self.later(0.8, self._left)
            self.expect_gone()

    def _left(self) -> None:
        if self._cause is not None:
            self.end(self._cause)

    def close_in_order(self, action: Close) -> None:
        """As if the server had said goodbye with this code: the client sees the close frame,
        the server gets one, and the link ends."""
        if self._core.state is not State.OPEN or self.is_over:
            return
        code, reason = action.code, action.reason
        if action.to_client:
            payload = CloseFrame(code, reason).serialize() if code is not None else b""
            flags = int(Flag.PASSED | Flag.INJECTED)
            self.records.control(Direction.IN, Opcode.CLOSE, payload, 0, flags, code or 0)
        end = End(How.CLOSE, Side.WORKBENCH, code or 1005, reason)
        self.release()
        self._close(code, reason, end)
        self.end(end)
        self.expect_gone()

    # --- are you there -----------------------------------------------------------------------

    def _beat(self) -> None:
        if self.is_over or self._core.state is not State.OPEN:
            return
        self._pings += 1
        payload = b"wb%d" % self._pings
        self._core.send_ping(payload)
        self._flush()
        flags = int(WHOLE | Flag.MASKED)
        self.records.control(Direction.OUT, Opcode.PING, payload, 6 + len(payload), flags)
        if self._patience is None:
            self._patience = self.later(self.spec.ping_timeout, self._silent)
        self.later(self.spec.ping, self._beat)

    def _silent(self) -> None:
        error = WorkbenchError(
            f"{self.target.address} has fallen silent.",
            whose=Whose.PEER,
            why=f"A ping went unanswered for {self.spec.ping_timeout:g} s.",
            to_do="The link is half-open: look at what stands between, or ping more often.",
        )
        self.end(End(How.TIMEOUT, Side.CLIENT, 1006, "no answer to a ping", error))
        self.abort()
