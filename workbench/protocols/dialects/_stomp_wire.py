"""STOMP frames in a stream of text (STOMP 1.2, "STOMP Frames" and "Augmented BNF")."""

from __future__ import annotations

from typing import NamedTuple

from workbench.protocols.dialects._flow import Flow
from workbench.protocols.dialects._values import MAX_PAYLOAD

#: Longer heads are taken for garbage (bytes).
MAX_HEAD = 64 * 1024

#: Value encoding; of any other escape the standard makes an error.
ESCAPES = {"\\r": "\r", "\\n": "\n", "\\c": ":", "\\\\": "\\"}


class Frame(NamedTuple):
    """One frame; ``command`` "": one that cannot be read, "\\n": a heart-beat."""

    command: str
    headers: dict[str, str]
    body: bytes


HEART_BEAT = Frame("\n", {}, b"")
UNREADABLE = Frame("", {}, b"")


class Reader:
    """Reads one direction; remembers a head whose body is still to come."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._head: Frame | None = None
        self._ended = False
        self._lost = False

    def next(self) -> Frame | None:
        """The next frame or heart-beat; None: the rest is still to come."""
        while self._lost or self._head is None:
            if self._lost:
                if not self._resync():
                    return None
                continue
            first = self._flow.peek(2)
            if not first or first == b"\r":
                return None
            if first[:1] in b"\r\n":
                self._flow.skip(2 if first == b"\r\n" else 1)
                if self._ended:
                    # An end of line may follow a frame's NUL: that one is no heart-beat.
                    self._ended = False
                    continue
                return HEART_BEAT
            self._ended = False
            frame = self._read_head()
            if frame is None or not frame.command:
                return frame
            self._head = frame
        return self._body(self._head)

    def _resync(self) -> bool:
        """Leave out everything up to the next NUL; False: it is still to come."""
        end = self._flow.find(b"\0")
        self._flow.skip(len(self._flow) if end < 0 else end + 1)
        self._ended = end >= 0
        self._lost = end < 0
        return end >= 0

    def _unreadable(self) -> Frame:
        self._lost, self._head = True, None
        return UNREADABLE

    def _read_head(self) -> Frame | None:
        window = self._flow.peek(MAX_HEAD)
        nul = window.find(b"\0")
        ends = [(at, len(mark)) for mark in (b"\n\n", b"\n\r\n") if (at := window.find(mark)) >= 0]
        end, length = min(ends, default=(-1, 0))
        if nul >= 0 and not 0 <= end < nul:
            return self._unreadable()
        if end < 0:
            return self._unreadable() if len(window) == MAX_HEAD else None
        frame = _head(self._flow.take(end + length))
        return frame if frame.command else self._unreadable()

    def _body(self, head: Frame) -> Frame | None:
        given = head.headers.get("content-length")
        if given is None:
            end = self._flow.find(b"\0")
            if end < 0 and len(self._flow) <= MAX_PAYLOAD:
                return None
        elif not given.isascii() or not given.isdigit() or len(given) > 10:
            return self._unreadable()
        else:
            end = int(given)
        if end < 0 or end > MAX_PAYLOAD:
            if end > MAX_PAYLOAD:
                # Its NULs are not the frame's: leave out as many bytes as were announced.
                self._flow.skip(end)
            return self._unreadable()
        if len(self._flow) < end + 1:
            return None
        body = self._flow.take(end)
        if self._flow.peek(1) != b"\0":
            return self._unreadable()
        self._flow.skip(1)
        self._head, self._ended = None, True
        return Frame(head.command, head.headers, body)


def _head(block: bytes) -> Frame:
    """Command and headers; of repeated headers the first counts."""
    try:
        lines = [line.removesuffix("\r") for line in block.decode("utf-8").split("\n")]
    except UnicodeDecodeError:
        return UNREADABLE
    command, headers = lines[0], dict[str, str]()
    if not command.isascii() or not command.isalpha() or not command.isupper() or len(command) > 20:
        return UNREADABLE
    # CONNECT and CONNECTED do not escape, to stay compatible with STOMP 1.0.
    escaped = command not in ("CONNECT", "CONNECTED")
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            if line:
                return UNREADABLE
            continue
        if escaped and "\\" in line:
            name, value = _unescaped(name), _unescaped(value)
        headers.setdefault(name, value)
    return Frame(command, headers, b"")


def _unescaped(text: str) -> str:
    parts = text.split("\\\\")
    for escape, letter in ESCAPES.items():
        if escape != "\\\\":
            parts = [part.replace(escape, letter) for part in parts]
    return "\\".join(parts)
