"""One direction of an HTTP/1 connection: bytes in, facts out.

The ``raw`` of all facts joined is what came in, except what is still held: the beginning
of a head that is not whole yet.  Nothing is raised for what a peer sends.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from workbench.protocols.http import (
    HEAD_END,
    HEAD_LIMIT,
    Head,
    HeadError,
    asks_for_websocket,
    parse_answer,
    parse_request,
)
from workbench.protocols.http_body import (
    Framing,
    chunk_size,
    framing_of_answer,
    framing_of_request,
)

#: What a head may begin with, as far as it has come (RFC 9112 sections 3 and 4).
REQUEST_BEGINS = re.compile(rb"[\r\n]*[!#$%&'*+\-.^_`|~0-9A-Za-z]{0,64}(?:\Z| )")
ANSWER_BEGINS = re.compile(rb"[\r\n]*(?:HTTP/|\Z|H\Z|HT\Z|HTT\Z|HTTP\Z)")
LINE_LIMIT = 8 * 1024  # a chunk's first line with its extensions
WAITING_LIMIT = 1000  # requests that have no answer yet


class HeadRead(NamedTuple):
    """A whole head."""

    raw: bytes
    head: Head


class BodyPart(NamedTuple):
    """A piece of a body; ``data`` is ``raw`` without the chunks' own bytes."""

    raw: bytes
    data: bytes


class Ended(NamedTuple):
    """The message that began with the last head is over."""

    raw: bytes = b""


class Opaque(NamedTuple):
    """Bytes that are not read as HTTP: after a switch, or after something broken."""

    raw: bytes


class Broken(NamedTuple):
    """What is no HTTP/1.  The rest of this direction is opaque.

    ``too_large``: a head beyond the limit; it is then still held, and let go by the next feed.
    """

    raw: bytes
    what: str
    too_large: bool = False


Fact = HeadRead | BodyPart | Ended | Opaque | Broken


class Reader:
    """Reads requests, or with ``answers`` the answers to the methods told to ``expect``."""

    def __init__(self, *, answers: bool = False, limit: int = HEAD_LIMIT) -> None:
        self._answers = answers
        self._limit = limit
        self._methods: deque[str] = deque()
        self._data = bytearray()
        self._at = 0
        self._scanned = 0
        self._left = 0
        self._asked = False
        self._facts: list[Fact] = []
        self._state: Callable[[], bool] = self._head
        self._next: Callable[[], bool] = self._head

    @property
    def held(self) -> int:
        """Bytes of an unfinished head (or chunk line) that no fact has covered yet."""
        return len(self._data)

    @property
    def head_begun(self) -> bool:
        """True while a head is held that is not whole."""
        return self._state == self._head and bool(self._data)

    @property
    def between(self) -> bool:
        """True where the next byte would begin a head."""
        return self._state == self._head and not self._data

    @property
    def between_chunks(self) -> bool:
        """True where the next byte would begin a chunk (RFC 9112 section 7.1)."""
        return self._state == self._chunk_line and not self._data

    @property
    def opaque(self) -> bool:
        """True once nothing is read as HTTP any more."""
        return self._state == self._opaque

    def expect(self, method: str) -> None:
        """A request has gone out: the next answer answers it."""
        if len(self._methods) < WAITING_LIMIT:
            self._methods.append(method)

    def feed(self, data: bytes) -> list[Fact]:
        """The facts in these bytes."""
        self._data += data
        while self._state():
            pass
        return self._told()

    def finish(self) -> list[Fact]:
        """The peer has ended its direction."""
        if self._state == self._until_close:
            self._facts.append(Ended())
        elif self._state != self._opaque and not self.between:
            self._facts.append(Broken(bytes(self._data), "the connection ended within a message"))
            self._at = len(self._data)
        self._state = self._opaque
        return self._told()

    def go_on(self) -> None:
        """The switch that a request asked for was refused: HTTP goes on, unless bytes that
        were meant for the other protocol have passed already."""
        if self._asked:
            self._asked, self._next = False, self._head
            if self.opaque:
                self._state = self._head

    def give_up(self) -> bytes:
        """Read no HTTP any more; what was held."""
        rest = bytes(self._data)
        self._data.clear()
        self._state = self._opaque
        return rest

    def _told(self) -> list[Fact]:
        del self._data[: self._at]
        self._scanned = max(0, self._scanned - self._at)
        self._at = 0
        facts, self._facts = self._facts, []
        return facts

    # --- states: each takes what it can from _at on; False: more bytes are needed ------------

    def _head(self) -> bool:
        begins = ANSWER_BEGINS if self._answers else REQUEST_BEGINS
        if not begins.match(self._data, self._at):
            rest = self._take(len(self._data) - self._at)
            self._break(rest, f"it begins with {rest[:20]!r}")
            return False
        match = HEAD_END.search(self._data, max(self._at, self._scanned - 4))
        end = match.end() if match else len(self._data)
        if end - self._at > self._limit:
            what = f"a head is larger than {self._limit} bytes"
            self._facts.append(Broken(b"", what, too_large=True))
            self._state = self._opaque
            return False
        if match is None:
            self._scanned = len(self._data)
            return False
        self._begin(self._take(end - self._at))
        return True

    def _begin(self, raw: bytes) -> None:
        self._scanned = 0
        try:
            head = parse_answer(raw) if self._answers else parse_request(raw)
            framing, self._left = self._framing(head)
        except HeadError as bad:
            self._break(raw, str(bad))
            return
        self._facts.append(HeadRead(raw, head))
        self._next = self._after(head, framing)
        states = {
            Framing.LENGTH: self._length,
            Framing.CHUNKED: self._chunk_line,
            Framing.CLOSE: self._until_close,
        }
        self._state = states.get(framing, self._next)
        # RFC 9110 section 15.2: what follows an interim answer is the answer itself.
        if framing is Framing.NONE and not 100 <= head.status < 200:
            self._facts.append(Ended())

    def _framing(self, head: Head) -> tuple[Framing, int]:
        if not self._answers:
            return framing_of_request(head)
        interim = head.status < 200 and head.status != 101
        method = "GET"
        if not interim and self._methods:
            method = self._methods.popleft()
        return framing_of_answer(head, method)

    def _after(self, head: Head, framing: Framing) -> Callable[[], bool]:
        self._asked = asks_for_websocket(head) or head.method in ("CONNECT", "PRI")
        switches = self._asked or framing is Framing.SWITCHED
        return self._opaque if switches else self._head

    def _length(self) -> bool:
        part = self._take(min(self._left, len(self._data) - self._at))
        self._left -= len(part)
        if part:
            self._facts.append(BodyPart(part, part))
        return self._left == 0 and self._end(b"")

    def _chunk_line(self) -> bool:
        line = self._line()
        if line is None:
            return False
        try:
            self._left = chunk_size(line)
        except HeadError as bad:
            self._break(line, str(bad))
            return True
        self._facts.append(BodyPart(line, b""))
        self._state = self._chunk if self._left else self._trailer
        return True

    def _chunk(self) -> bool:
        part = self._take(min(self._left, len(self._data) - self._at))
        self._left -= len(part)
        if part:
            self._facts.append(BodyPart(part, part))
        if self._left:
            return False
        self._state = self._chunk_end
        return True

    def _chunk_end(self) -> bool:
        line = self._line()
        if line is None:
            return False
        if line.strip(b"\r\n"):
            self._break(line, "a chunk is longer than its size says")
        else:
            self._facts.append(BodyPart(line, b""))
            self._state = self._chunk_line
        return True

    def _trailer(self) -> bool:
        line = self._line()
        if line is None:
            return False
        if line.strip(b"\r\n"):
            self._facts.append(BodyPart(line, b""))
            return True
        return self._end(line)

    def _until_close(self) -> bool:
        part = self._take(len(self._data) - self._at)
        if part:
            self._facts.append(BodyPart(part, part))
        return False

    def _opaque(self) -> bool:
        part = self._take(len(self._data) - self._at)
        if part:
            self._asked = False
            self._facts.append(Opaque(part))
        return False

    def _end(self, raw: bytes) -> bool:
        self._facts.append(Ended(raw))
        self._state = self._next
        return True

    def _break(self, raw: bytes, what: str) -> None:
        self._facts.append(Broken(raw, what))
        self._asked = False
        self._state = self._next = self._opaque

    def _line(self) -> bytes | None:
        end = self._data.find(b"\n", self._at)
        if end < 0 and len(self._data) - self._at <= LINE_LIMIT:
            return None
        if not 0 <= end - self._at < LINE_LIMIT:
            self._break(self._take(len(self._data) - self._at), "a line of a body is too long")
            return None
        return self._take(end + 1 - self._at)

    def _take(self, count: int) -> bytes:
        part = bytes(self._data[self._at : self._at + count])
        self._at += count
        return part
