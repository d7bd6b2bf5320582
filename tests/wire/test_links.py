"""What is known of live links, and many of them at once."""

from __future__ import annotations

import asyncio

import pytest

from tests.wire.conftest import Start
from tests.wire.kept import Kept, until
from tests.wire.peers import (
    UPGRADE,
    RawServer,
    client,
    echo_server,
    end_of,
    raw_client,
    shut,
    upgraded,
)
from workbench.model.action import Close
from workbench.model.words import Direction, LinkEvent

IN, OUT = Direction.IN, Direction.OUT


async def test_what_is_known_of_a_link(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    changes: list[int] = []
    proxy, port = await proxied(raw_server.port, name="shop", on_change=lambda: changes.append(1))
    async with upgraded(raw_server, port) as ((_, writer), (_, back)):
        (link,) = proxy.links
        own = writer.get_extra_info("sockname")
        assert (link.number, link.peer, link.path) == (1, own, "/ws?token=1")
        assert (link.protocol, link.state, link.stalled) == ("ws", "open", False)
        address = f"127.0.0.1:{own[1]}"
        assert link.keys == {"addr": address, "user-agent": "raw", "path": "/ws"}
        assert link.outgoing == back.get_extra_info("peername")
    await until(lambda: not proxy.links)
    assert len(changes) >= 3
    (opening,) = tap.told(LinkEvent.OPENING)
    assert opening["proxy"] == "shop"
    assert opening["url"] == f"ws://127.0.0.1:{raw_server.port}/ws?token=1"
    assert opening["keys"]["addr"] == address
    assert tap.events() == [LinkEvent.OPENING, LinkEvent.OPEN, LinkEvent.CLOSED]


async def test_a_new_link_for_each_event_stream_on_one_connection(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    _, port = await proxied(raw_server.port)
    ask = b"GET /e HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\nLast-Event-ID: 4\r\n\r\n"
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"11\r\nid: 5\ndata: five\n\r\n1\r\n\n\r\n0\r\n\r\n"
    )
    async with raw_client(port) as (reader, writer):
        writer.write(ask)
        there, back = await raw_server.next()
        for _ in range(2):
            assert await there.readexactly(len(ask)) == ask
            back.write(answer)
            assert await reader.readexactly(len(answer)) == answer
            writer.write(ask)
    for number in (1, 2):
        assert tap.passed(IN, number) == [b"id: 5\ndata: five\n"]
        assert [r.seq for r in tap.messages(IN, number)] == [1]
        assert tap.events(number) == [LinkEvent.OPENING, LinkEvent.OPEN, LinkEvent.CLOSED]


async def test_no_content_ends_an_event_source(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    _, port = await proxied(raw_server.port)
    async with raw_client(port) as (reader, writer):
        writer.write(b"GET /e HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n")
        _, back = await raw_server.next()
        back.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
    assert tap.told(LinkEvent.FAILED)[0]["status"] == 204


async def test_our_own_mistake_ends_no_link(
    proxied: Start, tap: Kept, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            monkeypatch.setattr(proxy.links[0].scribe, "seen", None)
            await ws.send("hello")
            assert await ws.recv() == "hello"
            proxy.links[0].carry_out(Close(1012))  # no boundary is known: an orderly end
            assert (await end_of(ws)).rcvd is None
    assert tap.notes() == ["The link is not read any more."]
    assert "is not read any more" in caplog.text


async def test_two_hundred_links(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)

        async def one(name: int) -> None:
            async with client(port, open_timeout=30) as ws:
                for i in range(5):
                    await ws.send(f"{name}:{i}")
                    assert await ws.recv() == f"{name}:{i}"

        await asyncio.gather(*(one(name) for name in range(200)))
        await until(lambda: not proxy.links)
    assert len(tap.closed()) == 200
    for link in range(1, 201):
        names = {payload.split(b":")[0] for payload in tap.passed(IN, link)}
        assert len(names) == 1
        assert len(tap.passed(IN, link)) == 5
        assert tap.passed(IN, link) == tap.passed(OUT, link)


async def test_closing_the_proxy_ends_its_links(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            await ws.send("a")
            await ws.recv()
            await proxy.close()
            assert proxy.links == []
    assert tap.closed()[0]["by"] == "workbench"


async def test_closing_the_proxy_while_it_connects(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with raw_client(port):
        await until(lambda: proxy.links)
        await proxy.close()


async def test_a_server_that_hangs_up_before_it_answers(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with raw_client(port) as (reader, writer):
        writer.write(UPGRADE)
        there, back = await raw_server.next()
        await there.readuntil(b"\r\n\r\n")
        back.close()
        assert await reader.read() == b""
        writer.close()
        await until(lambda: not proxy.links)
    assert tap.events() == [LinkEvent.OPENING, LinkEvent.FAILED, LinkEvent.CLOSED]
    assert tap.told(LinkEvent.FAILED)[0]["whose"] == "target"
    assert tap.closed()[0]["by"] == "server"


async def test_a_slow_upload_is_no_slow_head(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    _, port = await proxied(raw_server.port, head_seconds=0.02)
    async with raw_client(port) as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5")
        there, back = await raw_server.next()
        await there.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.06)
        writer.write(b"\r\nhello\r\n0\r\n\r\n")
        assert await there.readexactly(15) == b"5\r\nhello\r\n0\r\n\r\n"
        back.write(b"HTTP/1.1 204 No\r\n\r\n")
        assert await reader.readexactly(19)
        await shut(back)
