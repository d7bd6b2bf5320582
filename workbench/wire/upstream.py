"""The server behind a proxy: its address as a person writes it, and how it is reached."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from workbench.model.errors import Whose, WorkbenchError
from workbench.wire.leg import Leg

PORTS = {"ws": 80, "http": 80, "wss": 443, "https": 443}


@dataclass(frozen=True, slots=True)
class Upstream:
    """Scheme (ws, http, wss, https), host and port.  The path always comes from the client."""

    scheme: str
    host: str
    port: int

    @property
    def secure(self) -> bool:
        """True where TLS is spoken."""
        return self.scheme in ("wss", "https")

    @property
    def authority(self) -> str:
        """What a Host header for it says: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def upstream_of(address: str) -> Upstream:
    """The server named by ``ws://host:port``, ``http://…``, ``wss://…`` or ``https://…``.

    Raises WorkbenchError (user).
    """
    scheme, mark, _ = address.partition("://")
    try:
        parts = urlsplit(address if mark else f"http://{address}")
        port = parts.port
    except ValueError as bad:
        raise _unusable(address, f"it is not an address ({bad})") from None
    if parts.scheme not in PORTS:
        raise _unusable(address, f"a proxy cannot speak `{scheme}`")
    if not parts.hostname:
        raise _unusable(address, "it names no host")
    return Upstream(parts.scheme, parts.hostname, port or PORTS[parts.scheme])


def _unusable(address: str, why: str) -> WorkbenchError:
    return WorkbenchError(
        f"`{address}` can't be used as the server's address: {why}.",
        whose=Whose.USER,
        to_do="Write it as ws://host:port, http://host:port, wss://host:port or https://host:port.",
    )


async def connect(leg: Leg, upstream: Upstream, context: ssl.SSLContext | None) -> None:
    """Connect a leg.  Raises WorkbenchError (target) that says why not."""
    loop = asyncio.get_running_loop()
    name = upstream.host if upstream.secure else None
    try:
        await loop.create_connection(
            lambda: leg,
            upstream.host,
            upstream.port,
            ssl=context if upstream.secure else None,
            server_hostname=name,
        )
    except ssl.SSLCertVerificationError as bad:
        raise _unreachable(
            upstream,
            f"its certificate is not accepted: {bad.verify_message}",
            "Check the certificate's names and dates, or give the proxy its authority.",
        ) from None
    except OSError as bad:
        why = bad.strerror or str(bad) or type(bad).__name__
        raise _unreachable(
            upstream, why, "Check that the server runs and that address and port are right."
        ) from None


def _unreachable(upstream: Upstream, why: str, to_do: str) -> WorkbenchError:
    return WorkbenchError(
        f"The server at {upstream} cannot be reached.",
        whose=Whose.TARGET,
        why=f"Reason: {why}.",
        to_do=to_do,
    )


def cannot_listen(host: str, port: int, bad: OSError) -> WorkbenchError:
    """The error for an address that cannot be listened on."""
    return WorkbenchError(
        f"Nothing can listen on {host}:{port}.",
        whose=Whose.USER,
        why=f"Reason: {bad.strerror or bad}.",
        to_do="Take another port (0: any free one), or end the program that uses it.",
    )
