"""Faults on bytes: order is kept, memory is bounded, and nothing comes too early."""

from __future__ import annotations

import asyncio

import pytest

from tests.wire.conftest import Start
from tests.wire.kept import Kept, until
from tests.wire.peers import RawServer, client, echo_server, read_all, upgraded
from tests.wire.striking import Timed, exactly, strike
from workbench.model.action import Close, HalfClose, Reset
from workbench.model.words import Direction, Flag, Kind
from workbench.wire.course import COURSE_LIMIT
from workbench.wire.leg import READ_SIZE

IN, OUT = Direction.IN, Direction.OUT


@pytest.fixture
def tap() -> Kept:
    return Timed()


@pytest.mark.parametrize("distribution", ["uniform", "normal", "pareto"])
async def test_latency_with_jitter_keeps_the_order(
    proxied: Start, tap: Kept, distribution: str
) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            (link,) = proxy.links
            number = strike(
                link, "latency", delay=20, jitter=15, distribution=distribution, direction="in"
            )
            for i in range(20):
                await ws.send(f"echo {i}")
                await asyncio.sleep(0.001)
            assert [await ws.recv() for _ in range(20)] == [f"echo {i}" for i in range(20)]
            link.lift(number)
            await ws.send("quick")
            assert await ws.recv() == "quick"
            assert link.detour is None


async def test_latency_is_never_too_short(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            strike(proxy.links[0], "latency", delay="80ms", direction="both")
            for _ in range(3):
                await ws.send("there and back")
                await ws.recv()
    # What passes towards the server and what it answers are at least one delay apart.
    there = [r.time for r in tap.messages(OUT)]
    back = [r.time for r in tap.messages(IN)]
    assert all(b - a >= 80_000_000 for a, b in zip(there, back, strict=True))


async def test_bandwidth_bounds_the_memory_of_a_fast_sender(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (_, back)):
        (link,) = proxy.links
        number = strike(link, "bandwidth", rate=64, direction="in")
        frame = b"\x82\x7f" + (1_000_000).to_bytes(8, "big") + bytes(1_000_000)
        started = tap.now()
        back.write(frame * 10)
        await until(lambda: link.server.paused_for("course"))
        assert link.detour is not None
        assert link.detour.waiting <= COURSE_LIMIT + READ_SIZE
        first = await reader.readexactly(16 * 1024)
        # 64 KiB a second, and a beat's worth at once: 16 KiB take at least 200 ms.
        assert tap.now() - started >= 200_000_000
        link.lift(number)
        rest = await asyncio.wait_for(reader.readexactly(len(frame) * 10 - len(first)), 20)
        assert first + rest == frame * 10
        assert link.detour is None
    assert [len(r.payload) for r in tap.messages(IN)] == [1_000_000] * 10


async def test_slow_reader_stops_the_sender_early(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (_, back)):
        (link,) = proxy.links
        number = strike(link, "slow-reader", rate=1000, room=2000)
        frame = b"\x82\x7e\x27\x10" + bytes(10_000)
        back.write(frame * 50)
        await until(lambda: link.server.paused_for("course"))
        link.lift(number)
        assert await asyncio.wait_for(reader.readexactly(len(frame) * 50), 20) == frame * 50


async def test_slices_change_nothing_but_the_writes(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            strike(proxy.links[0], "slice", size=1)
            for text in ("a", "ü" * 100, "x" * 3000):
                await ws.send(text)
                assert await asyncio.wait_for(ws.recv(), 20) == text


async def test_slices_are_separate_reads(proxied: Start, raw_server: RawServer) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (_, back)):
        strike(proxy.links[0], "slice", size=4, gap=5)
        back.write(b"\x81\x0ahalf a log" + b"\x81\x02ok")
        sizes = []
        while sum(sizes) < 16:
            sizes.append(len(await reader.read(100)))
        assert max(sizes) <= 8  # two may be read as one where the reader is late
        assert len(sizes) >= 3


async def test_several_faults_at_once(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            (link,) = proxy.links
            on = [
                strike(link, "latency", delay=5, jitter=5),
                strike(link, "bandwidth", rate=500),
                strike(link, "slice", size=7),
                strike(link, "drop", count=3, skip=10),
                strike(link, "repeat", direction="out", probability=0.0),
            ]
            await ws.send("numbers 30")
            came = [await asyncio.wait_for(ws.recv(), 20) for _ in range(27)]
            assert came == [f"number {i}" for i in range(30) if i not in (10, 11, 12)]
            for each in on:
                link.lift(each)
            await ws.send("done")
            assert await ws.recv() == "done"


async def test_limit_ends_after_exactly_so_many_bytes(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, writer), (_, back)):
        strike(proxy.links[0], "limit", size=25, end="fin")
        for _ in range(4):
            back.write(b"\x81\x08complete")
        assert await read_all(reader) == (b"\x81\x08complete" * 4)[:25]
        writer.close()
        back.close()
        await until(lambda: not proxy.links)
    assert tap.passed(IN) == [b"complete"] * 2
    assert len(tap.arrived_only(IN)) >= 1


async def test_half_close_one_way(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, writer), (there, back)):
        proxy.links[0].carry_out(HalfClose(IN))
        assert await reader.read() == b""
        writer.write(b"\x81\x85\x00\x00\x00\x00hello")
        await exactly(there, b"\x81\x85\x00\x00\x00\x00hello")
        back.write(b"\x81\x04lost")
        await until(lambda: tap.arrived_only(IN))
        writer.close()
        back.close()
        await until(lambda: not proxy.links)
    assert tap.arrived_only(IN) == [b"lost"]
    assert (tap.closed()[0]["how"], tap.closed()[0]["by"]) == ("fin", "workbench")


async def test_a_close_waits_for_the_end_of_a_delayed_frame(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    """What waits in the queue is passed on up to the next boundary, and no further."""
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (_, back)):
        (link,) = proxy.links
        strike(link, "limit", size=1 << 40)  # nothing yet
        back.write(b"\x81\x0ahalf ")
        await exactly(reader, b"\x81\x0ahalf ")
        strike(link, "latency", delay=60_000)
        back.write(b"a log" + b"\x81\x04lost")
        await until(lambda: link.detour is not None and link.detour.waiting == 11)
        link.carry_out(Close(1012))
        await exactly(reader, b"a log" + b"\x88\x02\x03\xf4")
    assert tap.passed(IN) == [b"half a log"]
    assert tap.arrived_only(IN) == [b"lost"]


async def test_a_cut_of_what_waits_is_recorded_as_arrived(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((_, _), (_, back)):
        (link,) = proxy.links
        strike(link, "latency", delay=60_000)
        back.write(b"\x81\x04lost")
        await until(lambda: link.detour is not None and link.detour.waiting == 6)
        link.carry_out(Reset())
        await until(lambda: not proxy.links)
    assert tap.arrived_only(IN) == [b"lost"]
    assert tap.closed()[0]["how"] == "rst"


async def test_the_end_of_a_side_waits_behind_its_bytes(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, writer), (_, back)):
        strike(proxy.links[0], "latency", delay=50, direction="in")
        back.write(b"\x81\x04last")
        back.write_eof()
        assert await read_all(reader) == b"\x81\x04last"
        writer.close()
        await until(lambda: not proxy.links)
    assert tap.passed(IN) == [b"last"]


async def test_buffering_holds_until_enough_is_there(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, writer), (_, back)):
        (link,) = proxy.links
        strike(link, "buffering", size=0.0293)  # 30 bytes
        back.write(b"\x81\x08complete" * 2)
        await until(lambda: link.detour is not None and link.detour.waiting == 20)
        assert tap.passed(IN) == []
        back.write(b"\x81\x08complete")
        await exactly(reader, b"\x81\x08complete" * 3)
        back.write(b"\x81\x04rest")
        await until(lambda: link.detour is not None and link.detour.waiting == 6)
        back.write_eof()  # the end lets go of the rest
        assert await read_all(reader) == b"\x81\x04rest"
        writer.close()
        await until(lambda: not proxy.links)


async def test_a_link_without_a_fault_has_no_detour(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            (link,) = proxy.links
            assert link.detour is None
            number = strike(link, "latency", delay=1)
            await ws.send("x")
            await ws.recv()
            link.lift(number)
            await until(lambda: link.detour is None)
            await ws.send("y")
            assert await ws.recv() == "y"
    assert all(r.flags & Flag.PASSED for r in tap.of(Kind.MESSAGE))
