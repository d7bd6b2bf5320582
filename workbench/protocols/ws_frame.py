"""The parts of one WebSocket frame (RFC 6455 section 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

try:
    from websockets.speedups import apply_mask as apply_mask
except ImportError:  # the wheel without its C part
    from websockets.utils import apply_mask as apply_mask

from workbench.model.words import Opcode

LONGEST_HEADER = 14


@dataclass(frozen=True, slots=True)
class Header:
    """A frame's header.  ``rsv`` is RSV1, RSV2, RSV3 as 4, 2, 1; ``size`` its own bytes."""

    opcode: int
    fin: bool
    rsv: int
    masked: bool
    mask: bytes
    length: int
    size: int
    shortest: bool

    def problems(self, masked: bool, allowed_rsv: int) -> Iterator[str]:
        """What breaks the protocol in it."""
        if self.rsv & ~allowed_rsv:
            yield "reserved bits are set that no extension uses"
        if self.masked != masked:
            # Section 5.1: a client masks every frame, a server none.
            yield "a server's frame is masked" if self.masked else "a client's frame is not masked"
        if self.opcode >= Opcode.CLOSE and not self.fin:
            yield "a control frame is fragmented"
        if self.length >> 63:
            yield "the highest bit of the length is set"
        if not self.shortest:
            yield "the length is not in its shortest form"


class HeaderReader:
    """Collects one header from any pieces."""

    __slots__ = ("_data", "header")

    def __init__(self) -> None:
        self._data = b""
        self.header: Header | None = None

    @property
    def raw(self) -> bytes:
        """The bytes of the header that have come."""
        return self._data

    @property
    def has(self) -> int:
        """Bytes of the header that have come."""
        return len(self._data)

    @property
    def needs(self) -> int:
        """Bytes certainly missing from a header that has begun; 0 where none has."""
        return _size(self._data) - len(self._data) if self._data else 0

    def feed(self, data: bytes, at: int) -> int:
        """Takes what belongs to the header; where it stopped.  ``header`` is set when whole."""
        while (missing := _size(self._data) - len(self._data)) > 0 and at < len(data):
            part = data[at : at + missing]
            self._data += part
            at += len(part)
        if not missing:
            self.header = _header(self._data)
        return at


def _size(data: bytes) -> int:
    """The size of the header that begins so; at least 2."""
    if len(data) < 2:
        return 2
    length, masked = data[1] & 0x7F, data[1] >> 7
    return 2 + {126: 2, 127: 8}.get(length, 0) + 4 * masked


def _header(data: bytes) -> Header:
    masked = bool(data[1] >> 7)
    mask = data[-4:] if masked else b""
    length, shortest = data[1] & 0x7F, True
    if length > 125:
        least = 126 if length == 126 else 1 << 16
        length = int.from_bytes(data[2 : len(data) - len(mask)], "big")
        shortest = length >= least
    first = data[0]
    return Header(
        first & 0x0F, first >> 7 == 1, first >> 4 & 7, masked, mask, length, len(data), shortest
    )


class Mask:
    """Takes the mask off a payload that comes in pieces (section 5.3)."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def take(self, part: bytes) -> bytes:
        """The piece unmasked."""
        out = apply_mask(part, self._key)
        turn = len(part) % 4
        self._key = self._key[turn:] + self._key[:turn]
        return out


def is_utf8(data: bytes | bytearray) -> bool:
    """True for valid UTF-8 (RFC 3629)."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def is_utf8_beginning(data: bytes | bytearray) -> bool:
    """True for valid UTF-8 that may end within a character."""
    try:
        data.decode()
    except UnicodeDecodeError as bad:
        return bad.reason == "unexpected end of data"
    return True


def close_problem(payload: bytes) -> str:
    """What is wrong with a close frame's body (sections 5.5.1 and 7.4); "" for nothing."""
    if not payload:
        return ""
    if len(payload) == 1:
        return "a close frame with half a code"
    code = int.from_bytes(payload[:2], "big")
    if not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
        return f"close code {code} may not be sent"
    return "" if is_utf8(payload[2:]) else "the close reason is not UTF-8"


def close_body(code: int | None, reason: str = "") -> bytes:
    """What a close frame carries.  The reason is shortened to what fits a control frame,
    never within a character."""
    text = reason.encode()[:123].decode("utf-8", "ignore").encode()
    return b"" if code is None else (code & 0xFFFF).to_bytes(2, "big") + text


def close_frame(code: int | None, reason: str = "", mask: bytes | None = None) -> bytes:
    """A close frame on the wire; ``mask`` (4 bytes) for one that a client sends."""
    return frame(Opcode.CLOSE, close_body(code, reason), mask)


def frame(
    opcode: int, payload: bytes, mask: bytes | None = None, *, fin: bool = True, rsv1: bool = False
) -> bytes:
    """One frame on the wire (section 5.2), its length in the shortest form."""
    first, size, masked = opcode | fin << 7 | rsv1 << 6, len(payload), 0x80 if mask else 0
    if size <= 125:
        head = bytes((first, masked | size))
    elif size < 1 << 16:
        head = bytes((first, masked | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((first, masked | 127)) + size.to_bytes(8, "big")
    return head + payload if mask is None else head + mask + apply_mask(payload, mask)


def text_frame(text: str) -> bytes:
    """A whole text message on the wire, as a server sends it (section 5.2)."""
    return frame(Opcode.TEXT, text.encode())
