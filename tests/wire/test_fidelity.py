"""With no fault on, both sides get byte for byte what the other sent, and the same end.

Each test stands between two relays that write down both sockets of the proxy.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.wire.conftest import Start
from tests.wire.kept import Kept, until
from tests.wire.peers import (
    GET,
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
from tests.wire.relay import Relay, reset
from workbench.model.words import Direction, Flag, Kind, LinkEvent, Opcode
from workbench.wire.proxy import Proxy

IN, OUT = Direction.IN, Direction.OUT
Watch = Callable[[int], Awaitable[tuple[int, Relay, Relay, Proxy]]]


@pytest.fixture
async def watched(proxied: Start) -> AsyncIterator[Watch]:
    """``await watched(port)``: relay, proxy, relay, in front of a server's port."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(port: int) -> tuple[int, Relay, Relay, Proxy]:
            behind = await stack.enter_async_context(Relay(port))
            proxy, proxy_port = await proxied(behind.port)
            before = await stack.enter_async_context(Relay(proxy_port))
            return before.port, before, behind, proxy

        yield start


async def same(before: Relay, behind: Relay, proxy: Proxy) -> None:
    """Both sides saw the same bytes and the same ends."""
    await until(lambda: not proxy.links)
    await until(lambda: all(seen.end for pair in before.seen + behind.seen for seen in pair))
    assert len(before.seen) == len(behind.seen)
    for (sent, got_back), (passed, given) in zip(before.seen, behind.seen, strict=True):
        assert sent.data == passed.data
        assert got_back.data == given.data
        assert sent.end == passed.end
        assert got_back.end == given.end


@pytest.mark.parametrize("compression", ["deflate", None])
async def test_websockets(watched: Watch, tap: Kept, compression: str | None) -> None:
    async with echo_server(compression=compression) as server:
        port, before, behind, proxy = await watched(server)
        async with client(port, "/chat?a=1", compression=compression) as ws:
            for message in ("hello", "é" * 5000, b"\x00" * 70_000, "", "hello"):
                await ws.send(message)
                assert await ws.recv() == message
            await ws.send(["one ", "two ", "three"])  # three fragments
            assert await ws.recv() == "one two three"
            await (await ws.ping(b"are you there"))
        await same(before, behind, proxy)
    sent = [b"hello", ("é" * 5000).encode(), bytes(70_000), b"", b"hello", b"one two three"]
    assert tap.passed(OUT) == sent
    assert tap.passed(IN) == sent
    compressed = [bool(r.flags & Flag.COMPRESSED) for r in tap.messages(OUT)]
    assert compressed == [compression is not None] * 6
    assert tap.messages(OUT)[-1].flags & Flag.FRAGMENTED
    assert [r.seq for r in tap.messages(OUT)] == [1, 2, 3, 4, 5, 6]
    ping = next(r for r in tap.of(Kind.CONTROL) if r.opcode == Opcode.PING)
    assert (ping.payload, ping.direction) == (b"are you there", OUT)
    closes = [r for r in tap.of(Kind.CONTROL) if r.opcode == Opcode.CLOSE]
    assert [(r.direction, r.code) for r in closes] == [(OUT, 1000), (IN, 1000)]
    assert tap.closed() == [{"how": "close", "by": "client", "code": 1000, "reason": ""}]
    # Every byte of both directions is accounted for.
    for way, pair in ((OUT, 0), (IN, 1)):
        told = sum(r.wire for r in tap.records if r.direction == way)
        assert told == len(before.seen[0][pair].data)


@pytest.mark.parametrize("takeover", [True, False])
async def test_context_takeover(watched: Watch, tap: Kept, takeover: bool) -> None:
    from websockets.extensions.permessage_deflate import (
        ClientPerMessageDeflateFactory,
        ServerPerMessageDeflateFactory,
    )

    there = ServerPerMessageDeflateFactory(
        server_no_context_takeover=not takeover,
        client_no_context_takeover=not takeover,
        server_max_window_bits=10,
        client_max_window_bits=11,
    )
    here = ClientPerMessageDeflateFactory(client_max_window_bits=True)
    async with echo_server(extensions=[there], compression=None) as server:
        port, before, behind, proxy = await watched(server)
        async with client(port, extensions=[here], compression=None) as ws:
            for i in range(20):
                await ws.send(f"the same words again and again, number {i} " * 100)
                await ws.recv()
        await same(before, behind, proxy)
    expected = [f"the same words again and again, number {i} ".encode() * 100 for i in range(20)]
    assert tap.passed(OUT) == expected
    assert tap.passed(IN) == expected
    assert sum(r.wire for r in tap.messages(IN)) < 20 * 400
    assert not tap.notes()


async def test_server_closes_first(watched: Watch, tap: Kept, raw_server: RawServer) -> None:
    port, before, behind, proxy = await watched(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, writer), (there, back)):
        back.write(b"\x81\x02hi\x88\x09\x03\xf4restart")
        assert await reader.readexactly(4 + 11) == b"\x81\x02hi\x88\x09\x03\xf4restart"
        writer.write(b"\x88\x82\x00\x00\x00\x00\x03\xf4")
        assert await there.readexactly(8)
        back.write_eof()
        assert await reader.read() == b""
        writer.close()
        assert await there.read() == b""
        await shut(back)
        await same(before, behind, proxy)
    assert tap.closed() == [{"how": "close", "by": "server", "code": 1012, "reason": "restart"}]


async def test_half_close_both_ways(watched: Watch, tap: Kept, raw_server: RawServer) -> None:
    port, before, behind, proxy = await watched(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, writer), (there, back)):
        writer.write_eof()  # the client has nothing more to say, and still listens
        assert await there.read() == b""
        back.write(b"\x81\x04late")
        assert await reader.readexactly(6) == b"\x81\x04late"
        await shut(back)
        assert await reader.read() == b""
        await same(before, behind, proxy)
    assert tap.passed(IN) == [b"late"]
    assert tap.closed()[0]["how"] == "fin"
    assert tap.closed()[0]["by"] == "client"


@pytest.mark.parametrize("who", ["client", "server"])
async def test_reset(watched: Watch, tap: Kept, raw_server: RawServer, who: str) -> None:
    port, before, behind, proxy = await watched(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, writer), (there, back)):
        back.write(b"\x81\x03one")
        assert await reader.readexactly(5)
        reset(writer if who == "client" else back)
        with pytest.raises(ConnectionResetError):
            await (there if who == "client" else reader).read()
        await until(lambda: not proxy.links)
    sent, passed = before.seen[0][0], behind.seen[0][0]
    back_sent, back_passed = behind.seen[0][1], before.seen[0][1]
    assert (sent.data, back_sent.data) == (passed.data, back_passed.data)
    assert tap.closed()[0]["how"] == "rst"
    assert tap.closed()[0]["by"] == who


async def test_what_was_sent_before_a_reset_arrives(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    _, port = await proxied(raw_server.port)
    loop = asyncio.get_running_loop()
    with socket.socket() as sock:  # asyncio's reader throws what it has away at a reset
        sock.setblocking(False)
        await loop.sock_connect(sock, ("127.0.0.1", port))
        await loop.sock_sendall(sock, UPGRADE)
        there, back = await raw_server.next()
        back.write(switching(await read_head(there)))
        frames = b"".join(b"\x82\x7e\x04\x00" + bytes([i]) * 1024 for i in range(200))
        back.write(frames)
        await until(lambda: len(tap.messages(IN)) == 200)
        reset(back)
        got = bytearray()
        with contextlib.suppress(ConnectionResetError):
            while data := await loop.sock_recv(sock, 65536):
                got += data
        assert got.endswith(frames)
    assert tap.closed()[0]["how"] == "rst"


async def test_event_stream_with_gzip(watched: Watch, tap: Kept, raw_server: RawServer) -> None:
    port, before, behind, proxy = await watched(raw_server.port)
    body = gzip.compress(b": hello\n\nid: 1\ndata: a\n\nid: 2\nevent: add\ndata: b\ndata: c\n\n")
    async with raw_client(port) as (reader, writer):
        writer.write(b"GET /events HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n")
        there, back = await raw_server.next()
        await read_head(there)
        back.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        for at in range(0, len(body), 7):
            piece = body[at : at + 7]
            back.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await back.drain()
        back.write(b"0\r\n\r\n")
        await until(lambda: tap.closed())
        await shut(back)
        await read_all(reader)
        await shut(writer)
        await same(before, behind, proxy)
    assert tap.passed(IN) == [b"id: 1\ndata: a\n", b"id: 2\nevent: add\ndata: b\ndata: c\n"]
    assert [r.opcode for r in tap.messages(IN)] == [Opcode.EVENT, Opcode.EVENT]
    assert [r.payload for r in tap.of(Kind.CONTROL)] == [b": hello\n"]
    assert tap.events()[:2] == [LinkEvent.OPENING, LinkEvent.OPEN]
    assert tap.told(LinkEvent.OPEN)[0]["protocol"] == "sse"
    assert tap.closed()[0]["reason"] == "the event stream ended"


async def test_keep_alive_then_upgrade(watched: Watch, tap: Kept, raw_server: RawServer) -> None:
    port, before, behind, proxy = await watched(raw_server.port)
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    post = b"POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
    async with raw_client(port) as (reader, writer):
        writer.write(GET)
        there, back = await raw_server.next()
        assert await there.readexactly(len(GET)) == GET
        back.write(answer)
        assert await reader.readexactly(len(answer)) == answer
        writer.write(post + GET)  # pipelined
        assert await there.readexactly(len(post + GET)) == post + GET
        back.write(answer * 2)
        await reader.readexactly(len(answer) * 2)
        writer.write(UPGRADE)
        back.write(switching(await read_head(there)) + b"\x81\x02hi")
        await read_head(reader)
        assert await reader.readexactly(4) == b"\x81\x02hi"
        await shut(writer)
        await read_all(there)
        await shut(back)
        await same(before, behind, proxy)
    heads = [r.code for r in tap.of(Kind.HTTP, 1) if r.opcode != Opcode.BODY]
    assert heads == [0, 200, 0, 0, 200, 200]
    assert [r.code for r in tap.of(Kind.HANDSHAKE, 2)] == [0, 101]
    assert tap.passed(IN, 2) == [b"hi"]
    assert [each["protocol"] for each in tap.told(LinkEvent.OPENING)] == ["http", "ws"]
    assert tap.closed(1)[0]["how"] == "leave"


async def test_large_and_slow(watched: Watch, tap: Kept) -> None:
    """20 MB each way through a client that reads late: the proxy holds back, and loses nothing."""
    async with echo_server(max_size=None, compression=None) as server:
        port, before, behind, proxy = await watched(server)
        async with client(port, max_size=None, compression=None) as ws:
            message = bytes(range(256)) * 4096
            for _ in range(20):
                await ws.send(message)
            assert max(link.client.unsent() for link in proxy.links) < 32 << 20
            for _ in range(20):
                assert await ws.recv() == message
        await same(before, behind, proxy)
    assert len(tap.messages(IN)) == 20


async def test_not_http_at_all(watched: Watch, tap: Kept, raw_server: RawServer) -> None:
    port, before, behind, proxy = await watched(raw_server.port)
    async with raw_client(port) as (reader, writer):
        writer.write(b"\x16\x03\x01\r\n\r\nanything")
        there, back = await raw_server.next()
        assert await there.readexactly(15) == b"\x16\x03\x01\r\n\r\nanything"
        back.write(b"pong")
        assert await reader.readexactly(4) == b"pong"
        await shut(writer)
        assert await there.read() == b""
        await shut(back)
        await same(before, behind, proxy)
    assert any("not HTTP/1" in note for note in tap.notes())


async def test_nothing_but_the_host_is_rewritten(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    _, port = await proxied(raw_server.port, rewrite_host=True)
    async with raw_client(port) as (_, writer):
        writer.write(UPGRADE)
        there, back = await raw_server.next()
        head = await read_head(there)
        assert head == UPGRADE.replace(b"Host: h\r", b"Host: 127.0.0.1:%d\r" % raw_server.port)
        await shut(back)
    assert tap.of(Kind.HANDSHAKE)[0].flags & Flag.CHANGED


async def test_a_head_in_pieces_and_bytes_right_behind_it(
    watched: Watch, tap: Kept, raw_server: RawServer
) -> None:
    port, before, behind, proxy = await watched(raw_server.port)
    early = b"\x81\x85\x00\x00\x00\x00early"
    async with raw_client(port) as (reader, writer):
        for at in range(0, len(UPGRADE), 11):
            writer.write(UPGRADE[at : at + 11])
            await asyncio.sleep(0)
        writer.write(early)
        there, back = await raw_server.next()
        request = await read_head(there)
        assert await there.readexactly(len(early)) == early
        back.write(switching(request))
        await read_head(reader)
        await shut(writer)
        assert await there.read() == b""
        await shut(back)
        await same(before, behind, proxy)
    assert tap.passed(OUT) == [b"early"]
