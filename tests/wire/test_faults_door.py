"""Faults at the door: what a client that comes in sees."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from websockets.exceptions import InvalidMessage, InvalidStatus

from tests.wire.conftest import Start
from tests.wire.kept import Kept, until
from tests.wire.peers import GET, UPGRADE, client, echo_server, raw_client, read_all
from tests.wire.striking import fault
from workbench.model.action import OpenDoor, ShutDoor
from workbench.model.words import Direction, Flag, Kind, LinkEvent
from workbench.wire.link import Link

OUT = Direction.OUT


def putting(name: str, **given: object) -> Callable[[Link], None]:
    return lambda link: link.apply(fault(name, **given))


@pytest.mark.parametrize("status", [502, 503, 429, 204])
async def test_refused_handshakes(proxied: Start, tap: Kept, status: int) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server, welcome=putting("refuse", status=status, retry_after=7))
        with pytest.raises(InvalidStatus) as refused:
            await client(port)
        answer = refused.value.response
        assert answer.status_code == status
        assert answer.headers["Retry-After"] == "7"
        assert (b"<html>" in (answer.body or b"")) == (status == 502)
        await until(lambda: not proxy.links)
    (failed,) = tap.told(LinkEvent.FAILED)
    assert (failed["status"], failed["whose"]) == (status, "user")
    asked, answered = tap.of(Kind.HANDSHAKE)
    assert not asked.flags & Flag.PASSED  # the server never saw it
    assert answered.flags & Flag.INJECTED


async def test_a_redirect_leads_elsewhere(proxied: Start, tap: Kept) -> None:
    _, port = await proxied(
        1, welcome=putting("refuse", status=302, location="http://127.0.0.1:1/x")
    )
    async with raw_client(port) as (reader, writer):
        writer.write(UPGRADE)
        answer = await read_all(reader)
    assert answer.startswith(b"HTTP/1.1 302 Found\r\n")
    assert b"\r\nLocation: http://127.0.0.1:1/x\r\n" in answer


async def test_plain_requests_pass_where_only_openings_are_refused(
    proxied: Start, tap: Kept
) -> None:
    async with echo_server() as server:
        _, port = await proxied(server, welcome=putting("refuse"))
        async with raw_client(port) as (reader, writer):
            writer.write(GET)
            assert (await read_all(reader)).startswith(b"HTTP/1.1 426")  # the server's own


async def test_plain_requests_are_refused_too(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        _, port = await proxied(server, welcome=putting("refuse", requests="all"))
        async with raw_client(port) as (reader, writer):
            writer.write(GET)
            assert (await read_all(reader)).startswith(b"HTTP/1.1 503")


async def test_a_slow_handshake(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server, welcome=putting("slow-handshake", delay=None))
        opening = asyncio.create_task(_open(port))
        await until(lambda: proxy.links and proxy.links[0].client.paused_for("door"))
        assert not opening.done()
        assert proxy.links[0].state == "connecting"
        (number,) = proxy.links[0].detour._faults
        proxy.links[0].lift(number)
        ws = await asyncio.wait_for(opening, 20)
        await ws.send("at last")
        assert await ws.recv() == "at last"
        await ws.close()


async def _open(port: int) -> object:
    return await client(port)


@pytest.mark.parametrize("end", ["fin", "rst"])
async def test_accepted_and_closed(proxied: Start, tap: Kept, end: str) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server, welcome=putting("accept-close", end=end))
        with pytest.raises((InvalidMessage, OSError)):
            await client(port)
        await until(lambda: not proxy.links)
    (closed,) = tap.closed()
    assert (closed["how"], closed["by"]) == (end, "workbench")


async def test_nobody_listens_and_then_again(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            await proxy.carry_out(ShutDoor())
            with pytest.raises(ConnectionRefusedError):
                await client(port)
            await ws.send("links stay")
            assert await ws.recv() == "links stay"
            await proxy.carry_out(OpenDoor())
            await proxy.carry_out(OpenDoor())  # once is enough
            async with client(port) as two:
                await two.send("again")
                assert await two.recv() == "again"
