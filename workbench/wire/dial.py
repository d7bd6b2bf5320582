"""From an address to a connection that stands: resolver, HTTP proxy, TLS."""

from __future__ import annotations

import asyncio
import base64
import ssl
from urllib.parse import unquote, urlsplit

from workbench.model.errors import Whose, WorkbenchError
from workbench.protocols.http import Head
from workbench.protocols.http_stream import Broken, HeadRead, Reader
from workbench.wire.connection import Connection
from workbench.wire.failures import AttemptError, explain, failed
from workbench.wire.spec import ClientSpec, Target
from workbench.wire.tls import fingerprint

#: Seconds after which the next address of a name is tried too (RFC 8305 section 5).
NEXT_ADDRESS = 0.25
#: Seconds to look again at a certificate that was not accepted.
SECOND_LOOK = 3.0


async def dial(connection: Connection, spec: ClientSpec, context: ssl.SSLContext | None) -> Head:
    """Connects and waits until the opening handshake is done; the answer's head.

    Raises AttemptError; the connection's socket is then gone or going.
    """
    target = connection.target
    try:
        async with asyncio.timeout(spec.open_timeout):
            if spec.http_proxy:
                await _through_proxy(connection, spec.http_proxy, context)
            else:
                await _directly(connection, context)
            # Shielded: a cancelled wait must not cancel the fact itself.
            outcome = await asyncio.shield(connection.opened)
    except (OSError, TimeoutError, EOFError, UnicodeError) as error:
        if connection.is_open:  # it opened in the very moment in which time ran out
            outcome = connection.opened.result()
            assert isinstance(outcome, Head)
            return outcome
        connection.abort()
        attempt = explain(error, target, spec.open_timeout)
        if isinstance(error, ssl.SSLCertVerificationError) and not spec.http_proxy:
            attempt.failure.error.details += await _shown_certificate(target)
        raise attempt from error
    except BaseException:
        connection.abort()
        raise
    if isinstance(outcome, AttemptError):
        raise outcome
    return outcome


async def _directly(connection: Connection, context: ssl.SSLContext | None) -> None:
    target = connection.target
    await asyncio.get_running_loop().create_connection(
        lambda: connection,
        target.host,
        target.port,
        ssl=context,
        server_hostname=target.host if context else None,
        happy_eyeballs_delay=NEXT_ADDRESS,
    )


async def _shown_certificate(target: Target) -> str:
    """The fingerprint of a certificate that was not accepted, so that a person can accept
    exactly this one.  Nothing is sent to the server but the TLS handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(SECOND_LOOK):
            transport, _ = await asyncio.get_running_loop().create_connection(
                asyncio.Protocol,
                target.host,
                target.port,
                ssl=context,
                server_hostname=target.host,
            )
    except (OSError, TimeoutError):
        return ""
    shown = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
    transport.abort()
    return f"\nSHA-256 of the certificate: {fingerprint(shown)}"


# --- by an HTTP proxy -------------------------------------------------------------------------


class Tunnel(asyncio.Protocol):
    """Asks an HTTP proxy for a tunnel (RFC 9110 section 9.3.6)."""

    def __init__(self) -> None:
        self.answered: asyncio.Future[Head | str] = asyncio.get_running_loop().create_future()
        self._reader = Reader(answers=True)
        self._reader.expect("CONNECT")

    def data_received(self, data: bytes) -> None:
        """The proxy's answer; nothing stands behind it, for the client speaks first."""
        for fact in self._reader.feed(data):
            if isinstance(fact, HeadRead):
                self._answer(fact.head)
            elif isinstance(fact, Broken):
                self._answer(fact.what)

    def connection_lost(self, exc: Exception | None) -> None:
        """The proxy has hung up."""
        self._answer("it ended the connection")

    def _answer(self, answer: Head | str) -> None:
        if not self.answered.done():
            self.answered.set_result(answer)


async def _through_proxy(
    connection: Connection, proxy: str, context: ssl.SSLContext | None
) -> None:
    loop = asyncio.get_running_loop()
    host, port, authorization = _proxy(proxy)
    target = connection.target
    try:
        transport, tunnel = await loop.create_connection(Tunnel, host, port)
    except OSError as error:
        raise failed(
            f"The HTTP proxy {host}:{port} could not be reached.",
            str(error),
            "Check the proxy's address.",
            whose=Whose.USER,
            details=repr(error),
        ) from error
    try:
        name = f"[{target.host}]" if ":" in target.host else target.host
        request = f"CONNECT {name}:{target.port} HTTP/1.1\r\nHost: {name}:{target.port}\r\n"
        transport.write(f"{request}{authorization}\r\n".encode("latin-1"))
        answer = await tunnel.answered
        if not isinstance(answer, Head) or not 200 <= answer.status < 300:
            raise _no_tunnel(answer, f"{host}:{port}", target)
        transport.set_protocol(connection)
        if context is None:
            connection.connection_made(transport)
        else:
            secure = await loop.start_tls(
                transport, connection, context, server_hostname=target.host
            )
            assert secure is not None
            connection.connection_made(secure)
    except BaseException:
        transport.abort()
        raise


def _no_tunnel(answer: Head | str, proxy: str, target: Target) -> AttemptError:
    status = answer.status if isinstance(answer, Head) else 0
    why = f"It answered {status} {answer.reason}." if isinstance(answer, Head) else f"{answer}."
    return failed(
        f"The HTTP proxy {proxy} gives no way to {target.address}.",
        why[:1].upper() + why[1:],
        "Give user and password in the proxy's address."
        if status == 407
        else "Ask whoever runs the proxy, or go without it.",
        whose=Whose.USER if status == 407 else Whose.PEER,
        status=status,
        fatal=status in (403, 405, 407),
    )


def _proxy(address: str) -> tuple[str, int, str]:
    """(host, port, header line with credentials or "")."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host = None
    if not host or parts.scheme != "http":
        raise WorkbenchError(
            f"`{address[:200]}` is no HTTP proxy.",
            whose=Whose.USER,
            to_do="Write it like http://host:port or http://user:password@host:port.",
        )
    if parts.username is None:
        return host, port, ""
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return host, port, f"Proxy-Authorization: Basic {base64.b64encode(user).decode()}\r\n"
