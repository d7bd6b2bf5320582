"""Faults on whole messages: what real peers get, and what is recorded of it."""

from __future__ import annotations

import asyncio

import pytest
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

from tests.wire.conftest import Start
from tests.wire.kept import Kept, until
from tests.wire.peers import (
    RawServer,
    client,
    echo_server,
    end_of,
    upgraded,
)
from tests.wire.striking import exactly, fault, strike
from workbench.model.words import Direction, Flag, Kind, Opcode
from workbench.wire import stage as stages
from workbench.wire.message_stage import MessageStage

IN, OUT = Direction.IN, Direction.OUT
TAKEOVER = [ServerPerMessageDeflateFactory()]
ALONE = [
    ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True)
]
COMPRESSIONS = [None, TAKEOVER, ALONE]


def numbers(*wanted: int) -> list[str]:
    return [f"number {i}" for i in wanted]


async def got(ws: object, count: int) -> list[str]:
    return [await asyncio.wait_for(ws.recv(), 20) for _ in range(count)]


@pytest.mark.parametrize("extensions", COMPRESSIONS)
async def test_drop(proxied: Start, tap: Kept, extensions: object) -> None:
    async with echo_server(compression=None, extensions=extensions) as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            (link,) = proxy.links
            number = strike(link, "drop", count=2, skip=1)
            await ws.send("numbers 6")
            assert await got(ws, 4) == numbers(0, 3, 4, 5)
            link.lift(number)
            await ws.send("after")
            assert await got(ws, 1) == ["after"]
            # Recoded for the rest of its life only where a later message refers to a former one.
            assert (link.detour is not None) == (extensions is TAKEOVER)
    assert tap.arrived_only(IN) == [b"number 1", b"number 2"]
    assert tap.passed(IN) == [b"number 0", b"number 3", b"number 4", b"number 5", b"after"]
    assert [r.seq for r in tap.messages(IN)] == [2, 3, 1, 4, 5, 6, 7] or [
        r.seq for r in sorted(tap.messages(IN), key=lambda r: r.seq)
    ] == [1, 2, 3, 4, 5, 6, 7]
    anew = [note for note in tap.notes() if "compressed anew" in note]
    assert len(anew) == (1 if extensions is TAKEOVER else 0)


@pytest.mark.parametrize("extensions", COMPRESSIONS)
async def test_repeat_towards_the_server(proxied: Start, tap: Kept, extensions: object) -> None:
    async with echo_server(compression=None, extensions=extensions) as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            strike(proxy.links[0], "repeat", times=3, direction="out")
            await ws.send("once")
            assert await got(ws, 3) == ["once"] * 3
            await ws.send("again")
            assert await got(ws, 3) == ["again"] * 3
    sent = tap.messages(OUT)
    first, *copies = sent[:3]
    assert first.flags & Flag.ARRIVED
    assert first.flags & Flag.PASSED
    for copy in copies:
        assert copy.flags & Flag.INJECTED
        assert not copy.flags & Flag.ARRIVED
        assert copy.ref == tap.records.index(first) + 1


@pytest.mark.parametrize("extensions", COMPRESSIONS)
async def test_reorder_loses_nothing(proxied: Start, tap: Kept, extensions: object) -> None:
    async with echo_server(compression=None, extensions=extensions) as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            strike(proxy.links[0], "reorder", within=3, probability=0.5, patience=0.05)
            await ws.send("numbers 50")
            came = await got(ws, 50)
    order = [int(text.split()[1]) for text in came]
    assert order != sorted(order)
    assert sorted(order) == list(range(50))
    # Within three: at most three later ones come before it, so none is further away.
    assert all(sum(other > n for other in order[:at]) <= 3 for at, n in enumerate(order))
    assert tap.passed(IN) == [text.encode() for text in came]
    moved = [r for r in tap.messages(IN) if r.flags & Flag.CHANGED]
    assert moved
    assert [r.seq - 1 for r in tap.messages(IN)] == order


@pytest.mark.parametrize("extensions", COMPRESSIONS)
async def test_corrupt_truncate_and_fragment_together(
    proxied: Start, tap: Kept, extensions: object
) -> None:
    async with echo_server(compression=None, extensions=extensions) as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            (link,) = proxy.links
            on = [
                strike(link, "truncate", size=6),
                strike(link, "corrupt", count=1),
                strike(link, "fragment", size=2),
            ]
            await ws.send("abcdefghij")
            (text,) = await got(ws, 1)
            assert len(text) == 6
            assert sum(a != b for a, b in zip(text, "abcdef", strict=True)) == 1
            for each in on:
                link.lift(each)
            await ws.send("whole again")
            assert await got(ws, 1) == ["whole again"]
    arrived, passed = tap.messages(IN)[:2]
    assert (arrived.payload, passed.payload) == (b"abcdefghij", text.encode())
    assert arrived.flags & Flag.ARRIVED
    assert not arrived.flags & Flag.PASSED
    assert passed.flags & Flag.PASSED
    assert passed.flags & Flag.CHANGED
    assert passed.ref == tap.records.index(arrived) + 1


async def test_fragments_on_the_wire(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (_, back)):
        strike(proxy.links[0], "fragment", size=2)
        back.write(b"\x81\x05hello\x89\x00")
        await exactly(reader, b"\x01\x02he\x00\x02ll\x80\x01o\x89\x00")
    (record,) = tap.messages(IN)
    assert record.flags & Flag.FRAGMENTED
    assert record.flags & Flag.CHANGED


async def test_hold_keeps_messages_and_lets_pings_through(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (_, back)):
        (link,) = proxy.links
        number = strike(link, "hold")
        back.write(b"\x81\x03one\x81\x03two\x89\x00")
        await exactly(reader, b"\x89\x00")
        assert tap.passed(IN) == []
        link.lift(number)
        await exactly(reader, b"\x81\x03one\x81\x03two")
        assert link.detour is None
    assert tap.passed(IN) == [b"one", b"two"]


async def test_what_is_held_when_a_link_is_cut_has_arrived_and_was_not_passed(
    proxied: Start, tap: Kept
) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            (link,) = proxy.links
            strike(link, "hold")
            await ws.send("kept")
            await until(lambda: tap.messages(OUT))
            await until(lambda: link.detour is not None and link.detour._stages[IN]._queue)
            for action in await _cut():
                link.carry_out(action)
            await end_of(ws)
            await until(lambda: not proxy.links)
    assert tap.arrived_only(IN) == [b"kept"]


async def _cut() -> object:
    from workbench.faults import cut

    return cut.inject(cut.Settings())


async def test_ignored_pings_are_recorded_and_not_answered(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((_, writer), (there, _)):
        strike(proxy.links[0], "ignore-pings", direction="out")
        writer.write(b"\x89\x80\x00\x00\x00\x00" + b"\x81\x81\x00\x00\x00\x00a")
        await exactly(there, b"\x81\x81\x00\x00\x00\x00a")
    (ping,) = [r for r in tap.of(Kind.CONTROL) if r.opcode == Opcode.PING]
    assert ping.flags & Flag.ARRIVED
    assert not ping.flags & Flag.PASSED


async def test_wrong_close_code(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            strike(proxy.links[0], "wrong-close-code", code=4999, reason="made up")
            await ws.send("x")
            await ws.recv()
            proxied_link = proxy.links[0]
            await ws.close(1000)
            assert (ws.close_code, ws.close_reason) == (4999, "made up")
            await until(lambda: proxied_link.state == "closed")
    closes = [r for r in tap.of(Kind.CONTROL) if r.opcode == Opcode.CLOSE and r.direction == IN]
    assert [r.code for r in closes] == [1000, 4999]


@pytest.mark.parametrize("end", ["rst", "fin"])
async def test_cut_within_a_frame(
    proxied: Start, tap: Kept, raw_server: RawServer, end: str
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, writer), (_, back)):
        strike(proxy.links[0], "cut-frame", end=end)
        back.write(b"\x81\x08complete" + b"\x81\x04lost")
        got = bytearray()
        try:
            while data := await asyncio.wait_for(reader.read(100), 20):
                got += data
            ended = "fin"
        except ConnectionResetError:
            ended = "rst"
        assert (ended, bytes(got)) == (end, b"\x81\x08com")
        writer.close()
        back.close()
        await until(lambda: not proxy.links)
    assert tap.passed(IN) == []
    assert tap.arrived_only(IN) == [b"complete", b"lost"]
    assert tap.closed()[0]["how"] == end


async def test_the_message_at_hand_passes_whole_and_the_next_one_is_struck(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    """A link leaves the quick way between two messages, also where they are fragmented."""
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (_, back)):
        (link,) = proxy.links
        back.write(b"\x01\x02he\x00")
        await exactly(reader, b"\x01\x02he\x00")
        number = strike(link, "drop")
        back.write(b"\x02ll\x89\x00\x80\x01o\x81\x04gone\x01\x01a")
        await exactly(reader, b"\x02ll\x89\x00\x80\x01o")
        await until(lambda: tap.arrived_only(IN))
        link.lift(number)
        back.write(b"\x80\x01b\x81\x02on")
        rest = await reader.readexactly(3 + 3 + 4)
        assert rest == b"\x01\x01a\x80\x01b\x81\x02on"
        assert link.detour is None
    assert tap.passed(IN) == [b"hello", b"ab", b"on"]
    assert tap.arrived_only(IN) == [b"gone"]


async def test_a_new_link_is_struck_from_its_first_message(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    """Also where the first message comes in one packet with the 101."""
    from tests.wire.peers import UPGRADE, raw_client, read_head, switching

    proxy, port = await proxied(
        raw_server.port, welcome=lambda link: link.apply(fault("drop", count=1))
    )
    async with raw_client(port) as (reader, writer):
        writer.write(UPGRADE)
        there, back = await raw_server.next()
        head = switching(await read_head(there))
        back.write(head + b"\x81\x05first\x81\x06second")
        assert await read_head(reader) == head
        await exactly(reader, b"\x81\x06second")
        back.close()
    await until(lambda: not proxy.links)
    assert tap.arrived_only(IN) == [b"first"]


async def test_messages_too_large_pass_and_are_named(
    proxied: Start, tap: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.wire.message_stage.MESSAGE_LIMIT", 1000)
    monkeypatch.setattr(MessageStage.__init__, "__defaults__", (1000,))
    async with echo_server(compression=None) as server:
        proxy, port = await proxied(server)
        async with client(port, compression=None) as ws:
            strike(proxy.links[0], "drop")
            await ws.send("small")
            await ws.send("x" * 5000)
            assert await got(ws, 1) == ["x" * 5000]
    assert tap.arrived_only(IN) == [b"small"]
    assert any("too large for a fault" in note for note in tap.notes())


async def test_held_messages_slow_the_sender(
    proxied: Start, tap: Kept, raw_server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "HELD_LIMIT", 100_000)
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (_, back)):
        (link,) = proxy.links
        number = strike(link, "hold")
        frame = b"\x82\x7e\x27\x10" + bytes(10_000)
        back.write(frame * 500)
        await until(lambda: link.server.paused_for("stage"))
        assert link.detour is not None
        assert link.detour._stages[IN]._size < 100_000 + 300_000
        link.lift(number)
        data = await asyncio.wait_for(reader.readexactly(len(frame) * 500), 20)
        assert data == frame * 500
    assert len(tap.passed(IN)) == 500
