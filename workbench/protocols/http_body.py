"""How long the body of an HTTP/1 message is (RFC 9112 section 6.3)."""

from __future__ import annotations

from enum import Enum

from workbench.protocols.http import Head, HeadError


class Framing(Enum):
    """What ends a body."""

    NONE = "none"
    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"
    SWITCHED = "switched"  #: no HTTP follows: 101, or a tunnel


def framing_of_request(head: Head) -> tuple[Framing, int]:
    """What ends a request's body, and its length.  Raises HeadError."""
    if head.value("transfer-encoding"):
        if head.tokens("transfer-encoding")[-1] != "chunked":
            raise HeadError("a request's transfer encoding must end in chunked")
        return Framing.CHUNKED, 0
    length = _length(head)
    return (Framing.LENGTH, length) if length else (Framing.NONE, 0)


def framing_of_answer(head: Head, method: str) -> tuple[Framing, int]:
    """What ends the body of an answer to ``method``, and its length.  Raises HeadError."""
    if head.status == 101 or (method == "CONNECT" and 200 <= head.status < 300):
        return Framing.SWITCHED, 0
    if method == "HEAD" or head.status < 200 or head.status in (204, 304):
        return Framing.NONE, 0
    coding = head.tokens("transfer-encoding")
    if coding:
        return (Framing.CHUNKED, 0) if coding[-1] == "chunked" else (Framing.CLOSE, 0)
    length = _length(head)
    if length is None:
        return Framing.CLOSE, 0
    return (Framing.LENGTH, length) if length else (Framing.NONE, 0)


def _length(head: Head) -> int | None:
    # RFC 9110 section 8.6: a list of the same number is taken as that number.
    given = set(head.tokens("content-length"))
    if not given:
        return None
    text = given.pop()
    if given or not text.isascii() or not text.isdigit() or len(text) > 18:
        shown = head.value("content-length")[:40]
        raise HeadError(f"this Content-Length is no length: {shown}")
    return int(text)


def chunk_size(line: bytes) -> int:
    """The size in a chunk's first line (RFC 9112 section 7.1).  Raises HeadError."""
    digits = line.partition(b";")[0].strip(b" \t\r\n")
    if not 0 < len(digits) <= 15 or digits.strip(b"0123456789abcdefABCDEF"):
        raise HeadError(f"this is no chunk size: {line[:40]!r}")
    return int(digits, 16)
