"""What a client of ours is told: where to connect, how, and when to come back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, quote, unquote, urlsplit

from workbench.model.errors import Whose, WorkbenchError

PORTS = {"ws": 80, "wss": 443, "http": 80, "https": 443}
HEADER = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110 section 5.6.2
#: Characters that stay as they are in a path or query (RFC 3986 section 2.2), and ``%``.
SAFE = "%:/?#[]@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class ClientSpec:
    """The fields of the command ``connect`` (door/commands.py), and a few limits.

    Times in seconds, ``max_message`` in bytes.  ``fingerprint`` (SHA-256, hexadecimal) is
    the one certificate that is accepted although nobody vouches for it.
    """

    address: str
    name: str = ""
    protocol: str = ""
    headers: str = ""
    subprotocols: str = ""
    retry: str = "exponential"
    retry_first: float = 0.5
    retry_most: float = 20.0
    jitter: float = 0.5
    resume: str = "position"
    overlap: int = 3
    stream: str = ""
    subscribe: str = ""
    id: str = ""
    ping: float = 20.0
    ping_timeout: float = 20.0
    open_timeout: float = 10.0
    ca: str = ""
    client_certificate: str = ""
    accept_certificate: bool = False
    fingerprint: str = ""
    http_proxy: str = ""
    max_message: int = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed address.  ``resource`` is path and query, ready for the request line."""

    protocol: str
    secure: bool
    host: str
    port: int
    resource: str
    user: str = ""

    @property
    def authority(self) -> str:
        """The Host header (RFC 9112 section 3.2): without the port that goes without saying."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"

    @property
    def address(self) -> str:
        """Host and port, for people."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def origin(self) -> tuple[bool, str, int]:
        """What two addresses share when headers with secrets may go to both."""
        return (self.secure, self.host, self.port)

    def with_query(self, name: str, value: str) -> Target:
        """The same with one more parameter, unless the query has it already."""
        path, mark, query = self.resource.partition("?")
        if any(part.partition("=")[0] == name for part in query.split("&")):
            return self
        joined = f"{query}&" if mark and query else ""
        return replace(self, resource=f"{path}?{joined}{name}={quote(value, safe='')}")


def target_of(address: str, protocol: str = "") -> Target:
    """The parts of an address.  ``protocol`` ws or sse wins over the scheme.

    Raises WorkbenchError (user) for an address that names no host, port or known scheme.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _bad(address, f"{error}") from error
    if parts.scheme not in PORTS:
        raise _bad(address, "it does not begin with ws://, wss://, http:// or https://")
    if not host or not address.strip().isprintable():
        raise _bad(address, "it names no host" if not host else "it holds a control character")
    if any(c.isspace() for c in host):
        raise _bad(address, "the host's name holds a blank")
    if port == 0:
        raise _bad(address, "port 0 is no port to connect to")
    return Target(
        protocol or ("ws" if parts.scheme in ("ws", "wss") else "sse"),
        parts.scheme in ("wss", "https"),
        _ascii_host(host, address),
        port or PORTS[parts.scheme],
        quote(parts.path or "/", safe=SAFE)
        + (f"?{quote(parts.query, safe=SAFE)}" if parts.query else ""),
        _user(parts),
    )


def _ascii_host(host: str, address: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise _bad(address, f"{host!r} is no host name") from error


def _user(parts: SplitResult) -> str:
    if parts.username is None:
        return ""
    return f"{unquote(parts.username)}:{unquote(parts.password or '')}"


def _bad(address: str, why: str) -> WorkbenchError:
    return WorkbenchError(
        f"`{address[:200]}` is no address to connect to: {why}.",
        whose=Whose.USER,
        to_do="Write it like ws://host:port/path or https://host/events.",
    )


def headers_of(text: str) -> list[tuple[str, str]]:
    """Extra headers, one ``Name: value`` a line.

    Raises WorkbenchError (user) for a line that is none, or one that we set ourselves.
    """
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        name, value = name.strip(), value.strip()
        if not colon or not HEADER.fullmatch(name) or not value.isprintable():
            raise _bad_header(line, "it is not of the form `Name: value`")
        if name.lower() in OWN_HEADERS:
            raise _bad_header(line, "the workbench sets this header itself")
        if not _latin(value):
            raise _bad_header(line, "headers hold Latin-1 characters only")
        found.append((name, value))
    return found


OWN_HEADERS = {
    "connection",
    "content-length",
    "transfer-encoding",
    "upgrade",
    "sec-websocket-accept",
    "sec-websocket-extensions",
    "sec-websocket-key",
    "sec-websocket-version",
}


def _latin(value: str) -> bool:
    return all(ord(c) < 256 for c in value)


def _bad_header(line: str, why: str) -> WorkbenchError:
    return WorkbenchError(
        f"The header line `{line[:100]}` can't be used: {why}.",
        whose=Whose.USER,
        to_do="Give one header a line, such as `Cookie: session=…`.",
    )
