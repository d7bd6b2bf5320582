"""Cuts one direction of a WebSocket into whole messages and control frames, as they came.

Bytes in, pieces out: joined they are what came in, less what is held, with control frames
before the fragmented message that they came within (RFC 6455 section 5.4 allows either).
"""

from __future__ import annotations

from typing import NamedTuple

from workbench.model.words import Opcode
from workbench.protocols.ws_frame import Header, HeaderReader

#: A message with more bytes on the wire is not held until it is whole: it passes as it comes.
MESSAGE_LIMIT = 16 * 1024 * 1024
CONTROL_LIMIT = 125  # section 5.5


class Whole(NamedTuple):
    """All frames of one message, or one control frame."""

    raw: bytes
    opcode: int


class Loose(NamedTuple):
    """Bytes that pass as they come; ``begins`` once for each message that is too large."""

    raw: bytes
    begins: bool = False


class Cutter:
    """One direction, from a boundary between two messages."""

    def __init__(self, limit: int = MESSAGE_LIMIT) -> None:
        self._limit = limit
        self._header = HeaderReader()
        self._frame = bytearray()  # the frame at hand, where it is held
        self._left = 0  # payload bytes until it ends
        self._now: Header | None = None
        self._message = bytearray()  # the frames before it, of the message at hand
        self._opcode = 0
        self._open = False  # a message has begun and its last frame has not come
        self._large = False  # it passes as it comes

    @property
    def held(self) -> bytes:
        """What has come and is in no piece yet."""
        return bytes(self._message) + bytes(self._frame) + self._header.raw

    @property
    def loose(self) -> bool:
        """True within a message that passes as it comes."""
        return self._large or (self._left > 0 and not self._frame)

    def feed(self, data: bytes) -> list[Whole | Loose]:
        """The pieces that these bytes complete."""
        out: list[Whole | Loose] = []
        at = 0
        while at < len(data):
            if self._now is None:
                at = self._begin(data, at, out)
                continue
            part = data[at : at + self._left]
            at += len(part)
            self._left -= len(part)
            if self._frame:
                self._frame += part
            else:
                out.append(Loose(part))
            if not self._left:
                self._end(out)
        return out

    def _begin(self, data: bytes, at: int, out: list[Whole | Loose]) -> int:
        at = self._header.feed(data, at)
        header = self._header.header
        if header is None:
            return at
        raw, self._header = self._header.raw, HeaderReader()
        self._now, self._left = header, header.length
        if header.opcode >= Opcode.CLOSE:
            self._hold(raw, header.length <= CONTROL_LIMIT, out)
        else:
            self._data_frame(header, raw, out)
        if not self._left:
            self._end(out)
        return at

    def _data_frame(self, header: Header, raw: bytes, out: list[Whole | Loose]) -> None:
        if header.opcode and self._message:  # the one before it will never end
            out.append(Loose(bytes(self._message)))
            self._message.clear()
        if header.opcode or not self._open:
            self._open, self._large, self._opcode = True, False, header.opcode
        size = len(self._message) + len(raw) + header.length
        if not self._large and size > self._limit:
            self._large = True
            out.append(Loose(bytes(self._message), begins=True))
            self._message.clear()
        self._hold(raw, not self._large, out)

    def _hold(self, raw: bytes, hold: bool, out: list[Whole | Loose]) -> None:
        if hold:
            self._frame += raw
        else:
            out.append(Loose(raw))

    def _end(self, out: list[Whole | Loose]) -> None:
        header, self._now = self._now, None
        assert header is not None
        frame = bytes(self._frame)
        self._frame.clear()
        if header.opcode >= Opcode.CLOSE:
            if frame:
                out.append(Whole(frame, header.opcode))
            return
        if frame:
            self._message += frame
        if header.fin:
            if self._message:
                out.append(Whole(bytes(self._message), self._opcode))
            self._message.clear()
            self._open = self._large = False
