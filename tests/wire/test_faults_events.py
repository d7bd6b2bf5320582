"""Faults on event streams, chunked and not."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections.abc import AsyncIterator

import pytest

from tests.wire.conftest import Start
from tests.wire.kept import Kept, until
from tests.wire.peers import Pair, RawServer, raw_client, read_all, read_head
from tests.wire.striking import exactly, fault, strike
from workbench.model.words import Direction, Flag, Kind

IN = Direction.IN
ASK = b"GET /e HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def event(n: int) -> bytes:
    return b"id: %d\ndata: number %d\n\n" % (n, n)


@contextlib.asynccontextmanager
async def streamed(
    server: RawServer, port: int, more: bytes = b""
) -> AsyncIterator[tuple[Pair, Pair]]:
    async with raw_client(port) as (reader, writer):
        writer.write(ASK)
        there, back = await server.next()
        await read_head(there)
        back.write(HEAD + more + b"\r\n")
        await read_head(reader)
        yield (reader, writer), (there, back)
        writer.close()
        back.close()


async def test_drop_and_repeat_in_chunks(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    proxy, port = await proxied(raw_server.port)
    chunked = b"Transfer-Encoding: chunked\r\n"
    async with streamed(raw_server, port, chunked) as ((reader, _), (_, back)):
        (link,) = proxy.links
        drop = strike(link, "drop", count=1)
        back.write(chunk(event(1) + event(2)))
        await exactly(reader, chunk(event(2)))
        link.lift(drop)
        repeat = strike(link, "repeat")
        # An event may come in any number of chunks, and a heartbeat is no event.
        back.write(chunk(event(3)[:5]) + chunk(event(3)[5:]) + chunk(b": beat\n\n"))
        await exactly(reader, chunk(event(3)) * 2 + chunk(b": beat\n\n"))
        link.lift(repeat)
        back.write(chunk(event(4)[:5]))
        await exactly(reader, chunk(event(4)[:5]))
        assert link.detour is None
        back.write(chunk(event(4)[5:]) + b"0\r\n\r\n")
        await exactly(reader, chunk(event(4)[5:]) + b"0\r\n\r\n")
    await until(lambda: not proxy.links)
    assert tap.arrived_only(IN) == [event(1)[:-1]]
    passed = [2, 3, 3, 4]
    assert tap.passed(IN) == [event(n)[:-1] for n in passed]
    assert [bool(r.flags & Flag.INJECTED) for r in tap.messages(IN)] == [
        False, False, False, True, False,
    ]  # fmt: skip


async def test_switched_on_within_a_chunk_and_an_event(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    chunked = b"Transfer-Encoding: chunked\r\n"
    async with streamed(raw_server, port, chunked) as ((reader, _), (_, back)):
        (link,) = proxy.links
        data = event(1) + event(2)[:6]
        back.write(chunk(data)[:10])
        await exactly(reader, chunk(data)[:10])
        strike(link, "drop", count=1)
        back.write(chunk(data)[10:])
        await exactly(reader, chunk(data)[10:])
        back.write(chunk(event(2)[6:] + event(3) + event(4)))
        await exactly(reader, chunk(event(2)[6:]) + chunk(event(4)))
        back.write(b"0\r\n\r\n")
        await exactly(reader, b"0\r\n\r\n")
    assert tap.passed(IN) == [event(n)[:-1] for n in (1, 2, 4)]
    assert tap.arrived_only(IN) == [event(3)[:-1]]


async def test_ids_are_dropped(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    proxy, port = await proxied(raw_server.port)
    async with streamed(raw_server, port) as ((reader, _), (_, back)):
        strike(proxy.links[0], "drop-id")
        back.write(b"id: 7\r\nevent: x\r\ndata: id: 9\r\n\r\n")
        await exactly(reader, b"event: x\r\ndata: id: 9\r\n\r\n")
    arrived, passed = tap.messages(IN)
    assert b"id: 7" in arrived.payload
    assert b"id: 7" not in passed.payload
    assert passed.flags & Flag.CHANGED


@pytest.mark.parametrize("more", [b"", b"Transfer-Encoding: chunked\r\n"])
async def test_cut_within_an_event(
    proxied: Start, tap: Kept, raw_server: RawServer, more: bytes
) -> None:
    proxy, port = await proxied(raw_server.port)
    wrap = chunk if more else bytes
    async with streamed(raw_server, port, more) as ((reader, writer), (_, back)):
        strike(proxy.links[0], "cut-event", skip=1)
        back.write(wrap(event(1)) + wrap(event(2)))
        size = len(event(2)) // 2
        assert await read_all(reader) == wrap(event(1)) + wrap(event(2)[:size])
        writer.close()
        back.close()
        await until(lambda: not proxy.links)
    assert tap.passed(IN) == [event(1)[:-1]]
    assert tap.closed()[0] == {"how": "fin", "by": "workbench", "code": 0, "reason": ""}


async def test_wrong_content_type(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    _, port = await proxied(raw_server.port, welcome=lambda link: link.apply(fault("wrong-type")))
    async with raw_client(port) as (reader, writer):
        writer.write(ASK)
        there, back = await raw_server.next()
        await read_head(there)
        back.write(HEAD + b"X-Kept: 1\r\n\r\n" + event(1))
        head = await read_head(reader)
        assert head == b"HTTP/1.1 200 OK\r\nX-Kept: 1\r\nContent-Type: text/html\r\n\r\n"
        await exactly(reader, event(1))
        back.close()
    _, arrived, passed = tap.of(Kind.HANDSHAKE)
    assert arrived.payload.startswith(HEAD)
    assert not arrived.flags & Flag.PASSED
    assert passed.payload == head
    assert passed.flags & Flag.CHANGED


async def test_what_is_compressed_passes_and_is_named(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with streamed(raw_server, port, b"Content-Encoding: gzip\r\n") as ((reader, _), (_, b)):
        strike(proxy.links[0], "drop")
        packer = zlib.compressobj(wbits=31)
        data = packer.compress(event(1)) + packer.flush(zlib.Z_SYNC_FLUSH)
        b.write(data)
        await exactly(reader, data)
        await until(lambda: tap.messages(IN))
    assert tap.passed(IN) == [event(1)[:-1]]
    assert any("compressed" in note for note in tap.notes())


async def test_reorder_flushes_at_the_end(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    proxy, port = await proxied(raw_server.port)
    async with streamed(raw_server, port) as ((reader, writer), (_, back)):
        strike(proxy.links[0], "reorder", within=1, probability=1.0, patience=600)
        back.write(event(1))
        await asyncio.sleep(0)
        back.write_eof()
        assert await read_all(reader) == event(1)
        writer.close()
        await until(lambda: not proxy.links)
