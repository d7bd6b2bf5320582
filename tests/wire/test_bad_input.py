"""Hostile and broken peers: named, bounded, and nobody else's concern."""

from __future__ import annotations

import asyncio
import contextlib
import zlib

import pytest
from websockets.exceptions import InvalidStatus

from tests.wire.conftest import Start
from tests.wire.kept import Kept, until
from tests.wire.peers import (
    UPGRADE,
    RawServer,
    client,
    echo_server,
    raw_client,
    read_all,
    read_head,
    shut,
    switching,
    upgraded,
)
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Direction, Flag, Kind, LinkEvent
from workbench.wire.proxy import Proxy

IN, OUT = Direction.IN, Direction.OUT


def free_port() -> int:
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


async def test_upstream_not_there(proxied: Start, tap: Kept) -> None:
    port = free_port()
    proxy, proxy_port = await proxied(port)
    with pytest.raises(InvalidStatus) as refused:
        async with client(proxy_port):
            pass
    assert refused.value.response.status_code == 502
    assert f"ws://127.0.0.1:{port}".encode() in refused.value.response.body
    await until(lambda: not proxy.links)
    (failed,) = tap.told(LinkEvent.FAILED)
    assert failed["whose"] == "target"
    assert failed["status"] == 502
    assert "cannot be reached" in failed["what"]
    assert tap.events() == [LinkEvent.OPENING, LinkEvent.FAILED, LinkEvent.CLOSED]


async def test_a_link_opened_while_the_upstream_is_away_hurts_no_later_one(
    proxied: Start,
) -> None:
    port = free_port()
    _proxy, proxy_port = await proxied(port)
    with pytest.raises(InvalidStatus):
        async with client(proxy_port):
            pass
    from websockets.asyncio.server import serve

    from tests.wire.peers import echo

    async with serve(echo, "127.0.0.1", port), client(proxy_port) as ws:
        await ws.send("back")
        assert await ws.recv() == "back"


async def test_ten_megabytes_of_header(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    proxy, port = await proxied(raw_server.port)
    async with raw_client(port) as (reader, writer):
        answer = asyncio.create_task(read_all(reader))
        writer.write(b"GET / HTTP/1.1\r\nHost: h\r\nX: ")
        with contextlib.suppress(ConnectionError):
            for _ in range(160):
                writer.write(b"a" * 65536)
                await writer.drain()
        said = await answer
        assert said.startswith(b"HTTP/1.1 431 ")
        assert b"larger than 65536 bytes" in said
    there, _ = await raw_server.next()
    assert await read_all(there) == b""  # none of it reached the server
    await until(lambda: not proxy.links)
    assert tap.told(LinkEvent.FAILED)[0]["status"] == 431
    assert tap.told(LinkEvent.FAILED)[0]["whose"] == "peer"
    assert sum(len(r.payload) for r in tap.records) < 4096


async def test_ten_megabytes_of_answer_header(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with raw_client(port) as (reader, writer):
        writer.write(UPGRADE)
        there, back = await raw_server.next()
        await read_head(there)
        reading = asyncio.create_task(read_all(reader))
        back.write(b"HTTP/1.1 101 Switching\r\nX: ")
        for _ in range(160):
            back.write(b"a" * 65536)
            await back.drain()
        await shut(back)
        assert len(await reading) == 27 + 160 * 65536  # passed on as it came
        await until(lambda: not proxy.links or writer.close())
    assert any("larger than 65536 bytes" in note for note in tap.notes())
    assert sum(len(r.payload) for r in tap.records) < 8192


async def test_200_to_an_upgrade(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    _, port = await proxied(raw_server.port)
    async with raw_client(port) as (reader, writer):
        writer.write(UPGRADE)
        there, back = await raw_server.next()
        await read_head(there)
        back.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        assert (await reader.readexactly(43)).endswith(b"hello")
        writer.write(b"GET /again HTTP/1.1\r\nHost: h\r\n\r\n")  # the connection is HTTP still
        assert (await read_head(there)).startswith(b"GET /again")
        await shut(back)
    (failed,) = tap.told(LinkEvent.FAILED)
    assert failed["what"] == "The server answered 200 to the upgrade to a WebSocket."
    assert (failed["status"], failed["whose"]) == (200, "target")
    assert tap.of(Kind.HTTP)[-1].payload.startswith(b"GET /again")


async def test_slow_loris(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    proxy, port = await proxied(raw_server.port, head_seconds=0.1)
    async with raw_client(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHo")
        said = await read_all(reader)
        assert said.startswith(b"HTTP/1.1 408 ")
        writer.close()
        await until(lambda: not proxy.links)
    assert tap.closed()[0]["how"] == "timeout"
    assert tap.told(LinkEvent.FAILED)[0]["whose"] == "peer"


@pytest.mark.parametrize(
    ("garbage", "said"),
    [
        (b"\x83\x01x", "reserved opcode 0x3"),
        (b"\x81\x7f" + (1 << 62).to_bytes(8, "big") + b"begin", f"a frame announces {1 << 62}"),
        (b"\x81\x02\xc3\x28", "not UTF-8"),
        (b"\x82\x81\x00\x00\x00\x00x", "a server's frame is masked"),
        (b"HTTP/1.1 500 no\r\n\r\n", "reserved bits"),
    ],
)
async def test_garbage_after_the_101(
    proxied: Start, tap: Kept, raw_server: RawServer, garbage: bytes, said: str
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (_, back)):
        back.write(garbage)
        assert await reader.readexactly(len(garbage)) == garbage  # the client sees it too
        await until(lambda: any(said in note for note in tap.notes()) or len(garbage) > 18)
        async with echo_server() as healthy:
            _, other = await proxied(healthy)
            async with client(other) as ws:  # others do not notice
                await ws.send("fine")
                assert await ws.recv() == "fine"
    await until(lambda: not proxy.links)
    assert any(said in note for note in tap.notes())
    assert any(r.flags & Flag.INVALID for r in tap.records)


async def test_bomb(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    _proxy, port = await proxied(raw_server.port)
    async with raw_client(port) as (reader, writer):
        writer.write(UPGRADE)
        there, back = await raw_server.next()
        head = switching(await read_head(there))[:-2]
        back.write(head + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
        await read_head(reader)
        coder = zlib.compressobj(9, wbits=-15)
        bomb = coder.compress(bytes(100 << 20)) + coder.flush(zlib.Z_SYNC_FLUSH)
        back.write(b"\xc2\x7f" + len(bomb).to_bytes(8, "big") + bomb)
        assert len(await reader.readexactly(10 + len(bomb))) == 10 + len(bomb)
        await until(lambda: tap.messages(IN))
    assert len(tap.messages(IN)[0].payload) <= 4 << 20
    assert any("inflates to more than" in note for note in tap.notes())


async def test_notes_of_one_link_are_bounded(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    _, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as (_, (_, back)):
        back.write(b"\x83\x00" * 1000)
        await until(lambda: len(tap.messages(IN)) == 1000)
    assert len(tap.notes()) == 20


async def test_a_client_that_says_nothing(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    proxy, port = await proxied(raw_server.port)
    async with raw_client(port):
        _, back = await raw_server.next()
        await shut(back)
    await until(lambda: not proxy.links)
    assert tap.events() == [LinkEvent.OPENING, LinkEvent.CLOSED]


@pytest.mark.parametrize("address", ["ftp://x", "ws://", "ws://x:99999", "ws://[::1", ""])
def test_addresses_that_cannot_be(tap: Kept, address: str) -> None:
    with pytest.raises(WorkbenchError) as bad:
        Proxy(tap, upstream=address)
    assert bad.value.whose is Whose.USER
    assert bad.value.to_do


async def test_port_in_use(proxied: Start, tap: Kept) -> None:
    _, port = await proxied(1)
    other = Proxy(tap, upstream="ws://127.0.0.1:1")
    with pytest.raises(WorkbenchError, match=f"Nothing can listen on 127.0.0.1:{port}"):
        await other.start("127.0.0.1", port)
    await other.close()
