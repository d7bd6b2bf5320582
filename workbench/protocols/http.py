"""Heads of HTTP/1 requests and answers (RFC 9110, RFC 9112), and what they open."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

#: At most so many bytes of one head are taken, first line and all headers together.
HEAD_LIMIT = 64 * 1024

TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110 section 5.6.2
VERSION = re.compile(rb"HTTP/(\d\.\d)")  # RFC 9112 section 2.3
#: The end of a head: an empty line after something (RFC 9112 section 2.2: a bare LF will do).
HEAD_END = re.compile(rb"[^\r\n](?:\r?\n){2}")
WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3


class HeadError(ValueError):
    """Bytes that are no HTTP/1 head; the message says in what."""


@dataclass(frozen=True, slots=True)
class Head:
    """One head.  A request has ``method`` and ``target``, an answer ``status`` and ``reason``.

    ``headers`` are lower-case names with values, in order of arrival; ``raw`` is the head
    exactly as it came, the empty line included.
    """

    raw: bytes
    version: str
    headers: tuple[tuple[str, str], ...]
    method: str = ""
    target: str = ""
    status: int = 0
    reason: str = ""

    def value(self, name: str) -> str:
        """All values of a header joined by ", " (RFC 9110 section 5.3); "" where there is none."""
        return ", ".join(value for key, value in self.headers if key == name)

    def tokens(self, name: str) -> list[str]:
        """The members of a comma-separated header, in lower case."""
        return [part.strip().lower() for part in self.value(name).split(",") if part.strip()]

    @property
    def path(self) -> str:
        """The target without its query (RFC 3986 section 3.4)."""
        return self.target.partition("?")[0]


def parse_request(raw: bytes) -> Head:
    """A request's head.  Raises HeadError."""
    first, headers = _lines(raw)
    parts = first.split(b" ")
    if len(parts) != 3 or not TOKEN.fullmatch(parts[0]) or not parts[1]:
        raise HeadError(f"the first line is no request line: {_shown(first)}")
    return Head(
        raw,
        _version(parts[2]),
        headers,
        method=parts[0].decode("ascii"),
        target=parts[1].decode("latin-1"),
    )


def parse_answer(raw: bytes) -> Head:
    """An answer's head.  Raises HeadError."""
    first, headers = _lines(raw)
    version, _, rest = first.partition(b" ")
    status, _, reason = rest.partition(b" ")
    if not re.fullmatch(rb"[1-9]\d\d", status):
        raise HeadError(f"the first line is no status line: {_shown(first)}")
    return Head(
        raw,
        _version(version),
        headers,
        status=int(status),
        reason=reason.decode("latin-1"),
    )


def _lines(raw: bytes) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    # RFC 9112 section 2.2: empty lines before the first one are ignored, a bare LF ends a line.
    first, *rest = raw.lstrip(b"\r\n").rstrip(b"\r\n").split(b"\n")
    return first.rstrip(b"\r"), tuple(_header(line.rstrip(b"\r")) for line in rest)


def _header(line: bytes) -> tuple[str, str]:
    name, colon, value = line.partition(b":")
    # RFC 9112 section 5.1: no white space between name and colon; 5.2: folding is obsolete.
    if not colon or not TOKEN.fullmatch(name):
        raise HeadError(f"a line is no header: {_shown(line)}")
    return name.decode("ascii").lower(), value.strip(b" \t").decode("latin-1")


def _version(text: bytes) -> str:
    match = VERSION.fullmatch(text)
    if match is None:
        raise HeadError(f"this is no HTTP version: {_shown(text)}")
    return match[1].decode("ascii")


def _shown(data: bytes) -> str:
    return repr(data[:60])[1:] + ("…" if len(data) > 60 else "")


def asks_for_websocket(request: Head) -> bool:
    """True for an opening handshake of a client (RFC 6455 section 4.1)."""
    return (
        request.method == "GET"
        and "websocket" in request.tokens("upgrade")
        and "upgrade" in request.tokens("connection")
    )


def asks_for_events(request: Head) -> bool:
    """True for what an EventSource sends (WHATWG HTML section 9.2.3): it accepts nothing else."""
    return request.value("accept").strip().lower() == "text/event-stream"


def is_event_stream(answer: Head) -> bool:
    """True for an answer whose body is an event stream (WHATWG HTML section 9.2.3)."""
    kind = answer.value("content-type").partition(";")[0].strip().lower()
    return answer.status == 200 and kind == "text/event-stream"


def accept_key(key: str) -> str:
    """The Sec-WebSocket-Accept that answers a Sec-WebSocket-Key (RFC 6455 section 4.2.2)."""
    digest = hashlib.sha1(key.strip().encode("latin-1") + WEBSOCKET_GUID, usedforsecurity=False)
    return base64.b64encode(digest.digest()).decode("ascii")


def upgrade_fault(request: Head, answer: Head) -> str:
    """What is wrong with a 101 that answers an opening handshake; "" where nothing is
    (RFC 6455 section 4.1, the client's checks)."""
    if "websocket" not in answer.tokens("upgrade"):
        return "the 101 does not name websocket in its Upgrade header"
    if "upgrade" not in answer.tokens("connection"):
        return "the 101 has no Connection: Upgrade header"
    if answer.value("sec-websocket-accept") != accept_key(request.value("sec-websocket-key")):
        return "the 101's Sec-WebSocket-Accept does not answer the client's key"
    return ""


def with_host(request: Head, host: str) -> bytes:
    """The request's head with another Host header; every other byte stays as it came."""
    return re.sub(
        rb"(?im)^(host:[ \t]*)[^\r\n]*",
        lambda match: match[1] + host.encode("latin-1"),
        request.raw,
    )
