"""Broken and hostile peers through the engine's door: each is named, with whose fault it is and
what to do; the engine lives on, and its memory stays bounded."""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from tests.system import hostile
from tests.system.command_line import peak_memory
from workbench.door import commands
from workbench.door.start import ChildDoor, start_engine
from workbench.engine.waiting import until
from workbench.journal.recording import Recording
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Flag, Kind

pytestmark = pytest.mark.slow

LIMIT = 60.0
MOST = 150 << 20  # bytes by which the engine and its worker may grow through one bad peer


@pytest.fixture(scope="module")
def expired(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    """A server's context with a certificate of yesterday, and its authority's file."""
    authority = trustme.CA()
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", not_after=past).configure_cert(context)
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(file)
    return context, str(file)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[ChildDoor]:
    """An engine; at the end it is still there, has grown little, and ends by itself."""
    door = await start_engine(str(tmp_path))
    pid = door.hello["pid"]
    before = peak_memory(pid)
    yield door
    assert not door.closed.is_set(), "the engine has ended"
    await lives_on(door)
    assert peak_memory(pid) - before < MOST
    await door.close()
    assert door.process.returncode == 0


async def lives_on(door: ChildDoor) -> None:
    """A healthy peer is served as if nothing had been."""

    async def greet(peer: Any) -> None:
        await peer.send("hello")
        await peer.wait_closed()

    async with serve(greet, "127.0.0.1", 0) as healthy:
        port = healthy.sockets[0].getsockname()[1]
        told = await door.call(commands.Connect(f"ws://127.0.0.1:{port}", retry="none"))
        assert await until(lambda: value_of(door, told["name"]).get("state") == "open", LIMIT)
        await door.call(commands.Disconnect(told["name"]))


def value_of(door: ChildDoor, name: str) -> dict[str, Any]:
    return door.mirror["connection"].get(name, {})


async def refused(door: ChildDoor, address: str, **given: Any) -> dict[str, Any]:
    """Connect once; the error that the connection shows."""
    told = await door.call(commands.Connect(address, name="bad", retry="none", **given))
    assert await until(lambda: value_of(door, told["name"]).get("error"), LIMIT)
    value = value_of(door, "bad")
    assert value["state"] in ("failed", "closed")
    return complete(value["error"])


def complete(error: dict[str, Any]) -> dict[str, Any]:
    assert error["what"].endswith(".")
    assert error["why"]
    assert error["to_do"]
    assert error["whose"] in ("peer", "target", "user"), "never ours"
    return error


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


# --- our own clients --------------------------------------------------------------------------


async def test_nobody_there(door: ChildDoor) -> None:
    error = await refused(door, f"ws://127.0.0.1:{free_port()}")
    assert error["whose"] == "target"
    assert "refused the connection" in error["what"]
    error = await refused_by_name(door)
    assert error["whose"] == "user"


async def refused_by_name(door: ChildDoor) -> dict[str, Any]:
    await door.call(commands.Connect("ws://no.such.name.invalid", name="lost", retry="none"))
    assert await until(lambda: value_of(door, "lost").get("error"), LIMIT)
    return complete(value_of(door, "lost")["error"])


@pytest.mark.parametrize("address", ["ftp://127.0.0.1", "ws://", "ws://x:99999", "nothing at all"])
async def test_an_address_that_cannot_be(door: ChildDoor, address: str) -> None:
    with pytest.raises(WorkbenchError) as bad:
        await door.call(commands.Connect(address))
    assert bad.value.whose is Whose.USER
    assert bad.value.to_do


async def test_tls_spoken_to_a_plain_server_and_the_other_way_round(
    door: ChildDoor, expired: tuple[ssl.SSLContext, str]
) -> None:
    async with hostile.server(hostile.blunt) as port:
        error = await refused(door, f"wss://127.0.0.1:{port}")
    assert "does not speak TLS" in error["what"]
    await door.call(commands.Remove("bad"))
    async with hostile.server(hostile.silence, expired[0]) as port:
        error = await refused(door, f"ws://127.0.0.1:{port}")
    assert error["whose"] == "user" or "before it was open" in error["what"]


async def test_an_expired_certificate(door: ChildDoor, expired: tuple[ssl.SSLContext, str]) -> None:
    context, authority = expired
    async with hostile.server(hostile.silence, context) as port:
        error = await refused(door, f"wss://127.0.0.1:{port}", ca=authority)
    assert error["what"] == "The certificate of 127.0.0.1 has expired."
    assert error["whose"] == "peer"
    assert "Renew" in error["to_do"]


async def test_200_to_an_upgrade(door: ChildDoor) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    async with hostile.server(hostile.saying(answer)) as port:
        error = await refused(door, f"ws://127.0.0.1:{port}")
    assert "HTTP 200" in error["what"]


async def test_ten_megabytes_of_header(door: ChildDoor) -> None:
    async with hostile.server(hostile.endless_header) as port:
        error = await refused(door, f"ws://127.0.0.1:{port}")
    assert "larger than" in error["what"] + error["why"]


async def test_something_else_than_http(door: ChildDoor) -> None:
    async with hostile.server(hostile.saying(b"SSH-2.0-OpenSSH_9.2p1\r\n" * 100)) as port:
        error = await refused(door, f"ws://127.0.0.1:{port}")
    assert "does not speak HTTP" in error["what"] or "can't be read" in error["what"]


@pytest.mark.parametrize("name", hostile.FRAMES)
async def test_forbidden_frames_from_a_server(door: ChildDoor, name: str) -> None:
    frames, word = hostile.FRAMES[name]
    async with hostile.server(hostile.opened_then(frames)) as port:
        error = await refused(door, f"ws://127.0.0.1:{port}")
        assert error["whose"] == "peer"
        said = " ".join(error.values()).lower().replace(",", "").replace(" ", "")
        assert word.lower() in said or "large" in said, error


async def test_an_event_stream_with_a_line_of_100_megabytes(door: ChildDoor) -> None:
    """It goes on being read, as a browser does; the record says that the event is not whole."""
    async with hostile.server(hostile.endless_line) as port:
        address = f"http://127.0.0.1:{port}/events"
        await door.call(commands.Connect(address, name="bad", protocol="sse", retry="none"))
        assert await until(lambda: value_of(door, "bad").get("last_error"), LIMIT)
    # What the front hears can be ahead of what is committed (every 20 ms).
    assert await until(lambda: cut_short(door) == [True], LIMIT), cut_short(door)


def cut_short(door: ChildDoor) -> list[bool]:
    """For each message recorded so far, whether it is kept shorter than it was."""
    recording = recorded(door)
    flags = recording.field("flags")[recording.field("kind") == Kind.MESSAGE]
    return [bool(flag & Flag.CUT_SHORT) for flag in flags.tolist()]


# --- through the proxy --------------------------------------------------------------------------


async def proxied(door: ChildDoor, port: int) -> int:
    told = await door.call(commands.StartProxy(to=f"ws://127.0.0.1:{port}"))
    return int(told["listen"].rpartition(":")[2])


def recorded(door: ChildDoor) -> Recording:
    return Recording.open(Path(door.mirror["session"]["current"]["folder"]))


def notes(door: ChildDoor) -> str:
    """What the recording says beside the messages, as far as it is acknowledged."""
    recording = recorded(door)
    told = (Kind.NOTE, Kind.LINK)
    kinds = recording.field("kind").tolist()
    rows = [row for row, kind in enumerate(kinds) if kind in told]
    return "\n".join(bytes(recording.payload(row)).decode() for row in rows)


@pytest.mark.parametrize("name", hostile.FRAMES)
async def test_forbidden_frames_through_the_proxy(door: ChildDoor, name: str) -> None:
    """They arrive as they were sent, and are named beside."""
    frames, word = hostile.FRAMES[name]
    async with hostile.server(hostile.opened_then(frames)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", await proxied(door, port))
        writer.write(hostile.UPGRADE)
        await hostile.head(reader)
        assert await asyncio.wait_for(reader.readexactly(len(frames)), LIMIT) == frames
        assert await until(lambda: word.lower() in notes(door).lower(), LIMIT), notes(door)
        writer.close()
        await writer.wait_closed()


async def test_nobody_behind_the_proxy(door: ChildDoor) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", await proxied(door, free_port()))
    writer.write(hostile.UPGRADE)
    answer = await asyncio.wait_for(reader.read(), LIMIT)
    assert answer.startswith(b"HTTP/1.1 502 ")
    writer.close()
    await writer.wait_closed()
    assert await until(lambda: "cannot be reached" in notes(door), LIMIT), notes(door)
    assert '"target"' in notes(door)


async def test_ten_megabytes_of_header_through_the_proxy(door: ChildDoor) -> None:
    async with hostile.server(hostile.silence) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", await proxied(door, port))
        answer = asyncio.create_task(reader.read(4096))
        writer.write(b"GET / HTTP/1.1\r\nHost: h\r\nX: ")
        while not answer.done():
            writer.write(b"a" * 65536)
            try:
                await asyncio.wait_for(writer.drain(), LIMIT)
            except ConnectionError:
                break
            await asyncio.sleep(0)
        assert (await asyncio.wait_for(answer, LIMIT)).startswith(b"HTTP/1.1 431 ")
        writer.close()


async def test_a_client_that_never_reads(door: ChildDoor) -> None:
    """500 MB for it: the server is slowed down, and nothing piles up in the engine."""
    flood = b"\x82\x7f" + (1 << 20).to_bytes(8, "big") + bytes(1 << 20)
    async with hostile.server(hostile.opened_then(flood * 500)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", await proxied(door, port))
        writer.write(hostile.UPGRADE)
        await hostile.head(reader)
        writer.transport.pause_reading()
        before = peak_memory(door.hello["pid"])
        async with connect_elsewhere(door) as healthy:
            for _ in range(20):
                await healthy.send("and the others?")
                assert await asyncio.wait_for(healthy.recv(), LIMIT) == "and the others?"
        assert peak_memory(door.hello["pid"]) - before < MOST
        writer.transport.abort()


class connect_elsewhere:  # noqa: N801 - reads as a function
    """A WebSocket to an echo server through a second proxy of the same engine."""

    def __init__(self, door: ChildDoor) -> None:
        self._door = door

    async def __aenter__(self) -> Any:
        async def echo(peer: Any) -> None:
            async for message in peer:
                await peer.send(message)

        self._server = await serve(echo, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self._client = await connect(f"ws://127.0.0.1:{await proxied(self._door, port)}")
        return self._client

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
        self._server.close()
        await self._server.wait_closed()
