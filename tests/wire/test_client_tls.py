"""TLS: whom a client trusts, who it is, and what it says when that fails."""

# ruff: noqa: SIM117 - a server, and within it a client: nested reads best
from __future__ import annotations

import asyncio
import datetime
import hashlib
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from websockets.asyncio.server import ServerConnection, serve

from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Direction, Kind, LinkEvent
from workbench.wire.client import Client
from workbench.wire.spec import ClientSpec

from .client_kit import MemoryTap, answering, client, raw_server, until


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(ca: trustme.CA, tmp_path: Path) -> str:
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    return str(tmp_path / "ca.pem")


@pytest.fixture
def tap() -> MemoryTap:
    return MemoryTap()


async def greet(connection: ServerConnection) -> None:
    await connection.send("hello")
    await connection.wait_closed()


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def sha256(certificate: trustme.LeafCert) -> str:
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    return hashlib.sha256(der).hexdigest()


@asynccontextmanager
async def server(context: ssl.SSLContext, port: int = 0) -> AsyncIterator[int]:
    async with serve(greet, "127.0.0.1", port, ssl=context) as running:
        yield running.sockets[0].getsockname()[1]


async def failing(tap: MemoryTap, address: str, **fields: Any) -> dict[str, Any]:
    async with client(tap, address, **fields) as c:
        await until(lambda: c.state == "failed")
    assert tap.facts(LinkEvent.STOPPED), "no use in trying again"
    (facts,) = tap.facts(LinkEvent.FAILED)
    return facts


async def test_an_own_authority_is_trusted(tap: MemoryTap, ca: trustme.CA, ca_file: str) -> None:
    async with server(server_context(ca.issue_cert("localhost"))) as port:
        async with client(tap, f"wss://localhost:{port}", ca=ca_file) as c:
            await until(lambda: c.counters.messages_in)
    assert tap.payloads(Direction.IN) == [b"hello"]
    assert tap.facts(LinkEvent.CLOSED)[0]["how"] == "leave"


async def test_an_authority_that_nobody_knows(tap: MemoryTap, ca: trustme.CA) -> None:
    leaf = ca.issue_cert("localhost")
    async with server(server_context(leaf)) as port:
        async with client(tap, f"wss://localhost:{port}") as c:
            await until(lambda: c.state == "failed")
            assert c.error is not None
            assert sha256(leaf) in c.error.details, "it can be accepted as exactly this one"
    (facts,) = tap.facts(LinkEvent.FAILED)
    assert "nobody here knows" in facts["what"]
    assert "`ca`" in facts["to_do"]
    assert "accept-certificate" in facts["to_do"]
    assert tap.of(Kind.HANDSHAKE, Direction.OUT) == [], "no request went to a stranger"


async def test_an_expired_certificate(tap: MemoryTap, ca: trustme.CA, ca_file: str) -> None:
    past = datetime.datetime(2020, 1, 1)
    leaf = ca.issue_cert("localhost", not_before=datetime.datetime(2019, 1, 1), not_after=past)
    async with server(server_context(leaf)) as port:
        facts = await failing(tap, f"wss://localhost:{port}", ca=ca_file)
    assert "has expired" in facts["what"]
    assert facts["whose"] == "peer"
    assert "Renew" in facts["to_do"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_certificate_for_another_host(
    tap: MemoryTap, ca: trustme.CA, ca_file: str, host: str
) -> None:
    async with server(server_context(ca.issue_cert("example.org"))) as port:
        facts = await failing(tap, f"wss://{host}:{port}", ca=ca_file)
    assert "for another" in facts["what"]


async def test_accepted_once_is_this_certificate_and_no_other(
    tap: MemoryTap, ca: trustme.CA
) -> None:
    first, second = ca.issue_cert("a.example"), ca.issue_cert("b.example")
    async with server(server_context(first)) as port:
        address = f"wss://localhost:{port}"
        async with client(tap, address, accept_certificate=True) as c:
            await until(lambda: c.counters.messages_in == 1)
            assert c.fingerprint == sha256(first)
            c.reconnect()
            await until(lambda: c.counters.messages_in == 2)
            accepted = c.fingerprint
    async with server(server_context(second)) as port:
        fields = {"fingerprint": accepted, "headers": "Cookie: secret"}
        facts = await failing(tap, f"wss://localhost:{port}", **fields)
    assert "another certificate" in facts["what"]
    assert not any(b"secret" in r.payload for r in tap.of(Kind.HANDSHAKE, Direction.OUT))


async def test_a_client_certificate(
    tap: MemoryTap, ca: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    context = server_context(ca.issue_cert("localhost"))
    context.verify_mode = ssl.CERT_REQUIRED
    ca.configure_trust(context)
    ca.issue_cert("me@example.org").private_key_and_cert_chain_pem.write_to_path(tmp_path / "me")
    async with server(context) as port:
        address = f"wss://localhost:{port}"
        async with client(tap, address, ca=ca_file, client_certificate=str(tmp_path / "me")) as c:
            await until(lambda: c.counters.messages_in)


async def test_a_client_certificate_that_is_wanted_and_not_given(
    tap: MemoryTap, ca: trustme.CA, ca_file: str
) -> None:
    """By a blocking server, since asyncio's closes without sending the alert that says why."""
    context = server_context(ca.issue_cert("localhost"))
    context.verify_mode = ssl.CERT_REQUIRED
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def refuse() -> None:
            sock, _ = listening.accept()
            with sock, pytest.raises(ssl.SSLError):
                context.wrap_socket(sock, server_side=True)

        serving = asyncio.create_task(asyncio.to_thread(refuse))
        facts = await failing(tap, f"wss://localhost:{listening.getsockname()[1]}", ca=ca_file)
        await serving
    assert "wants a client certificate" in facts["what"]
    assert facts["whose"] == "user"


async def test_tls_to_a_plain_port_and_plain_to_a_tls_port(tap: MemoryTap, ca: trustme.CA) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with raw_server(plain) as port:
        facts = await failing(tap, f"wss://localhost:{port}")
    assert "does not speak TLS" in facts["what"]
    assert "ws://" in facts["to_do"]
    other = MemoryTap()
    async with server(server_context(ca.issue_cert("localhost"))) as port:
        async with client(other, f"ws://localhost:{port}", retry="none") as c:
            await until(lambda: c.state == "failed")
    assert other.facts(LinkEvent.FAILED)


@pytest.mark.parametrize("key", ["ca", "client_certificate"])
@pytest.mark.parametrize("content", [None, "not PEM"])
def test_files_that_cannot_be_used(
    tap: MemoryTap, tmp_path: Path, key: str, content: str | None
) -> None:
    path = tmp_path / "file.pem"
    if content is not None:
        path.write_text(content)
    spec = ClientSpec(address="wss://localhost:1", **{key: str(path)})
    with pytest.raises(WorkbenchError) as caught:
        Client(tap, spec, lambda: 0.5).start()
    assert caught.value.whose is Whose.USER
    assert str(path) in caught.value.what


# --- through an HTTP proxy -----------------------------------------------------------------------


class HttpProxy:
    """Grants tunnels, and remembers the requests."""

    def __init__(self, answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> None:
        self.answer = answer
        self.requests: list[bytes] = []

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(request)
        writer.write(self.answer)
        if b" 200 " not in self.answer:
            return
        host, _, port = request.split(b" ")[1].rpartition(b":")
        far_reader, far_writer = await asyncio.open_connection(host.decode(), int(port))
        try:
            await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))
        finally:
            far_writer.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


@pytest.mark.parametrize("secure", [False, True])
async def test_a_tunnel(tap: MemoryTap, ca: trustme.CA, ca_file: str, secure: bool) -> None:
    context = server_context(ca.issue_cert("localhost")) if secure else None
    proxy = HttpProxy()
    async with raw_server(proxy.handle) as through:
        async with serve(greet, "127.0.0.1", 0, ssl=context) as running:
            port = running.sockets[0].getsockname()[1]
            scheme = "wss" if secure else "ws"
            fields = {"http_proxy": f"http://u:p@127.0.0.1:{through}", "ca": ca_file}
            async with client(tap, f"{scheme}://localhost:{port}/", **fields) as c:
                await until(lambda: c.counters.messages_in)
    assert proxy.requests[0].startswith(b"CONNECT localhost:%d HTTP/1.1\r\n" % port)
    assert b"Proxy-Authorization: Basic dTpw\r\n" in proxy.requests[0]
    assert b"Proxy" not in tap.of(Kind.HANDSHAKE, Direction.OUT)[0].payload


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "user and password"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "502"),
        (b"", "ended the connection"),
        (b"nonsense\r\n\r\n", "nonsense"),
    ],
)
async def test_a_proxy_that_grants_none(tap: MemoryTap, answer: bytes, words: str) -> None:
    proxy = HttpProxy(answer)
    async with raw_server(proxy.handle) as through:
        fields = {"http_proxy": f"127.0.0.1:{through}", "retry": "none"}
        async with client(tap, "ws://localhost:9/", **fields) as c:
            await until(lambda: c.state == "failed")
    (facts,) = tap.facts(LinkEvent.FAILED)
    assert "HTTP proxy" in facts["what"]
    assert words in f"{facts['why']} {facts['to_do']}"


async def test_a_proxy_that_is_not_there(tap: MemoryTap) -> None:
    async with raw_server(answering(b"")) as port:
        pass
    fields = {"http_proxy": f"http://127.0.0.1:{port}", "retry": "none"}
    async with client(tap, "wss://localhost:9/", **fields) as c:
        await until(lambda: c.state == "failed")
    assert "could not be reached" in tap.facts(LinkEvent.FAILED)[0]["what"]
