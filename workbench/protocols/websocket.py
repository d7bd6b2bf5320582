"""Walks WebSocket frames of one direction (RFC 6455 section 5): bytes in, messages out.

It only looks: it keeps walking behind what breaks the protocol, names it, and never raises.
Frame boundaries are known to the byte, so that a frame can be put between two frames.
"""

from __future__ import annotations

from typing import NamedTuple

from workbench.model.words import Flag, Opcode
from workbench.protocols.deflate import Deflate
from workbench.protocols.ws_frame import (
    HeaderReader,
    Mask,
    apply_mask,
    close_problem,
    is_utf8,
)
from workbench.protocols.ws_message import Message

#: At most so many bytes of one message are kept; 0 walks the headers alone.
KEEP = 4 * 1024 * 1024
#: A frame that announces more than this is named when it begins: nobody will see its end.
ANNOUNCED_LIMIT = 1 << 32
CONTROL_LIMIT = 125  # section 5.5

WHOLE_TEXT, WHOLE_BINARY = 0x80 | Opcode.TEXT, 0x80 | Opcode.BINARY
MASKED, INVALID, CUT_SHORT = int(Flag.MASKED), int(Flag.INVALID), int(Flag.CUT_SHORT)


class Item(NamedTuple):
    """A whole message or a control frame.

    ``flags`` are Flag values without ARRIVED and PASSED; ``payload`` is unmasked and inflated;
    ``wire`` counts all its bytes on the wire; ``size`` the whole payload, also where only its
    beginning was kept; ``code`` is that of a close frame; ``problem`` says what is INVALID.
    """

    opcode: int
    flags: int
    payload: bytes
    wire: int
    size: int
    code: int = 0
    frames: int = 1
    problem: str = ""

    @property
    def control(self) -> bool:
        """True for a ping, pong, close or reserved control frame."""
        return self.opcode >= 8

    @property
    def reason(self) -> str:
        """The reason in a close frame."""
        return self.payload[2:].decode("utf-8", "replace")


#: A named tuple's own constructor costs as much as all the rest of the quick way.
new_item = tuple.__new__


class Walker:
    """One direction.  ``masked``: True for what a client sends (section 5.3)."""

    def __init__(self, *, masked: bool, deflate: Deflate | None = None, keep: int = KEEP) -> None:
        self.problems: list[str] = []  #: found before their message is whole; the owner takes them
        self._masked = masked
        self._deflate = deflate
        self._keep = keep
        self._header = HeaderReader()
        self._left = 0  # payload bytes until the frame ends
        self._mask: Mask | None = None
        self._message: Message | None = None
        self._control: Message | None = None
        self._context = Message.context(deflate, keep)
        self.closed = False  #: a close frame has come

    @property
    def to_boundary(self) -> int:
        """How many bytes certainly belong to the frame at hand; 0 between two frames."""
        return self._left or self._header.needs

    @property
    def pending(self) -> int:
        """Bytes that came of a message or control frame that is not whole yet."""
        open_ones = [each.wire for each in (self._message, self._control) if each is not None]
        return sum(open_ones) + self._header.has

    @property
    def within_message(self) -> bool:
        """True between the first and the last byte of a message."""
        return self._message is not None or self.to_boundary > 0

    @property
    def deflate(self) -> Deflate | None:
        """How this direction may compress."""
        return self._deflate

    def keep(self, size: int) -> None:
        """From the next message on keep so many bytes of each."""
        self._keep = size
        if self._context is not None:
            self._context.keep(size)

    def feed(self, data: bytes) -> list[Item]:
        """The messages and control frames that these bytes complete."""
        out: list[Item] = []
        at, end = 0, len(data)
        while at < end:
            if self._left:
                at = self._payload(data, at, out)
                continue
            if not (self._header.needs or self._message or self.closed):
                at = self._whole_messages(data, at, out)
            if at < end:
                at = self._begin(data, at, out)
        return out

    def finish(self) -> list[Item]:
        """The connection is over: what was cut off in the middle, named."""
        problem = "the connection ended within a frame" if self.to_boundary else ""
        out: list[Item] = []
        for cut in (self._control, self._message):
            if cut is not None:
                cut.blame(problem or "the connection ended within a message")
                out.append(self._item(cut, extra=CUT_SHORT))
        if problem and not out:
            self.problems.append(problem)
        self._header, self._left, self._message, self._control = HeaderReader(), 0, None, None
        return out

    def _whole_messages(self, data: bytes, at: int, out: list[Item]) -> int:
        """The quick way for plain unfragmented messages that are whole in ``data``."""
        end, masked, keep = len(data), self._masked, self._keep
        flags = MASKED if masked else 0
        while end - at >= 2:
            first, second = data[at], data[at + 1]
            if (first != WHOLE_TEXT and first != WHOLE_BINARY) or (second >> 7) != masked:
                break
            length, start = second & 0x7F, at + 2
            if length > CONTROL_LIMIT:
                if length == 127 or end - start < 2:
                    break
                length = data[start] << 8 | data[start + 1]
                start += 2
                if length <= CONTROL_LIMIT:
                    break
            if masked:
                start += 4
            stop = start + length
            if stop > end or length > keep > 0:
                break
            if length > keep:  # headers alone
                cut = (first & 0x0F, flags | CUT_SHORT, b"", stop - at, length, 0, 1, "")
                out.append(new_item(Item, cut))
                at = stop
                continue
            payload = data[start:stop]
            if masked:
                payload = apply_mask(payload, data[start - 4 : start])
            if first == WHOLE_TEXT and not payload.isascii() and not is_utf8(payload):
                break
            out.append(new_item(Item, (first & 0x0F, flags, payload, stop - at, length, 0, 1, "")))
            at = stop
        return at

    def _begin(self, data: bytes, at: int, out: list[Item]) -> int:
        at = self._header.feed(data, at)
        header = self._header.header
        if header is None:
            return at
        self._header = HeaderReader()
        frame = self._control_frame(header.opcode) if header.opcode >= 8 else None
        target = frame or self._data_frame(header.opcode, header.rsv, out)
        target.flags |= MASKED if header.masked else 0
        target.wire += header.size
        target.fin = header.fin
        if frame is None:
            target.frames += 1
        for problem in header.problems(self._masked, target.allowed_rsv):
            target.blame(problem)
        if self.closed:
            target.blame("it comes after the close frame")
        if header.opcode >= 8 and header.length > CONTROL_LIMIT:
            target.blame(f"a control frame of {header.length} bytes (at most 125)")
        if header.length > ANNOUNCED_LIMIT:
            self.problems.append(f"a frame announces {header.length} bytes")
        self._mask = Mask(header.mask) if header.masked else None
        self._left = header.length
        if not self._left:
            self._end_of_frame(out)
        return at

    def _control_frame(self, opcode: int) -> Message:
        self._control = Message(opcode, CONTROL_LIMIT)
        if opcode > Opcode.PONG:
            self._control.blame(f"reserved opcode {opcode:#x}")
        return self._control

    def _data_frame(self, opcode: int, rsv: int, out: list[Item]) -> Message:
        if opcode != Opcode.CONTINUATION and self._message is not None:
            self._message.blame("a new message begins inside it")
            out.append(self._item(self._message, extra=CUT_SHORT))
            self._message = None
        if self._message is None:
            compressed = bool(rsv & 4) and self._context is not None and opcode != 0
            self._message = Message(opcode, self._keep, self._context if compressed else None)
            if opcode == Opcode.CONTINUATION:
                self._message.blame("a continuation frame that continues nothing")
            elif opcode > Opcode.BINARY:
                self._message.blame(f"reserved opcode {opcode:#x}")
        else:
            self._message.allowed_rsv = 0  # RFC 7692 section 6.1: RSV1 on the first frame only
        return self._message

    def _payload(self, data: bytes, at: int, out: list[Item]) -> int:
        stop = min(at + self._left, len(data))
        target = self._control or self._message
        assert target is not None
        room = target.room
        if room:
            part = data[at : min(stop, at + room)]
            target.add(self._mask.take(part) if self._mask else part)
        skipped = max(0, stop - at - room)
        if skipped:
            target.skip(skipped)
        target.wire += stop - at
        self._left -= stop - at
        if not self._left:
            self._end_of_frame(out)
        return stop

    def _end_of_frame(self, out: list[Item]) -> None:
        if self._control is not None:
            control, self._control = self._control, None
            out.append(self._item(control))
            self.closed = self.closed or control.opcode == Opcode.CLOSE
        elif self._message is not None and self._message.fin:
            message, self._message = self._message, None
            out.append(self._item(message))

    def _item(self, message: Message, extra: int = 0) -> Item:
        payload, size = message.end(whole=not extra)
        code = 0
        if message.opcode == Opcode.CLOSE:
            code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 0
            if not extra:
                message.blame(close_problem(payload))
        flags = message.flags | extra
        flags |= INVALID if message.problem else 0
        frames = max(1, message.frames)
        flags |= int(Flag.FRAGMENTED) if frames > 1 or not message.fin else 0
        return Item(
            message.opcode, flags, payload, message.wire, size, code, frames, message.problem
        )
