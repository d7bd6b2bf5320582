"""What a real client sees when a link is broken on purpose, and what is recorded of it."""

from __future__ import annotations

import asyncio
import contextlib
import socket

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
    read_all,
    read_head,
    shut,
    switching,
    upgraded,
)
from tests.wire.relay import reset
from workbench.faults import close, cut, stall
from workbench.model.action import Close, Drop, Finish, Release, Reset, Stall
from workbench.model.errors import WorkbenchError
from workbench.model.words import Direction, Flag, Kind, LinkEvent, Opcode
from workbench.wire import ending

IN, OUT = Direction.IN, Direction.OUT


async def test_cut_is_1006(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            await ws.send("a")
            await ws.recv()
            for action in cut.inject(cut.Settings()):
                proxy.links[0].carry_out(action)
            end = await end_of(ws)
        assert end.rcvd is None
        assert isinstance(end.__cause__, ConnectionResetError)
        await until(lambda: not proxy.links)
    assert tap.closed() == [{"how": "rst", "by": "workbench", "code": 0, "reason": ""}]


async def test_close_is_1012_in_the_middle_of_traffic(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            await ws.send("numbers 5000")
            got = [await ws.recv() for _ in range(100)]
            (action,) = close.inject(close.Settings(reason="moving"))
            proxy.links[0].carry_out(action)
            try:
                while True:
                    got.append(await asyncio.wait_for(ws.recv(), 20))
            except Exception as bad:
                end = bad
        assert (end.rcvd.code, end.rcvd.reason) == (1012, "moving")
        await until(lambda: not proxy.links)
    # What the record says was passed is what the client got: no more, no less.
    assert tap.passed(IN) == [text.encode() for text in got]
    sent = next(r for r in tap.of(Kind.CONTROL) if r.flags & Flag.INJECTED)
    assert (sent.opcode, sent.direction, sent.code) == (Opcode.CLOSE, IN, 1012)
    answer = next(r for r in tap.of(Kind.CONTROL) if r.direction == OUT)
    assert (answer.code, answer.flags & Flag.PASSED) == (1012, 0)
    assert tap.closed() == [{"how": "close", "by": "workbench", "code": 1012, "reason": "moving"}]


async def test_close_to_both_sides(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, writer), (there, back)):
        for action in close.inject(close.Settings(1001, "", "both")):
            proxy.links[0].carry_out(action)
        assert await reader.readexactly(4) == b"\x88\x02\x03\xe9"
        frame = await there.readexactly(8)
        assert frame[:2] == b"\x88\x82"  # masked, as a client's frames are
        assert bytes(b ^ frame[2 + i % 4] for i, b in enumerate(frame[6:])) == b"\x03\xe9"
        writer.write(b"\x88\x82\x00\x00\x00\x00\x03\xe9")
        assert await reader.read() == b""
        back.write(b"\x88\x02\x03\xe9")
        back.write_eof()
        assert await there.read() == b""
        await until(lambda: not proxy.links)


async def test_close_to_the_server_alone(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, writer), (there, back)):
        proxy.links[0].carry_out(Close(1000, "", to_client=False))
        assert (await there.readexactly(8))[:2] == b"\x88\x82"
        assert await reader.read() == b""
        back.close()
        writer.close()
        await until(lambda: not proxy.links)


async def test_close_waits_for_the_frame_to_end(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (_, back)):
        back.write(b"\x81\x0ahalf ")
        assert await reader.readexactly(7) == b"\x81\x0ahalf "
        proxy.links[0].carry_out(Close(1012))
        back.write(b"a log" + b"\x81\x04lost")
        assert await reader.readexactly(5 + 4) == b"a log" + b"\x88\x02\x03\xf4"
        await until(lambda: tap.arrived_only(IN))
    assert tap.passed(IN) == [b"half a log"]
    assert tap.arrived_only(IN) == [b"lost"]


async def test_close_within_a_header_and_between_fragments(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (_, back)):
        back.write(b"\x01\x01a\x80")
        assert await reader.readexactly(4) == b"\x01\x01a\x80"
        proxy.links[0].carry_out(Close(1012))
        back.write(b"\x7e\x00\x80" + b"x" * 128)
        assert (
            await reader.readexactly(131 + 4) == b"\x7e\x00\x80" + b"x" * 128 + b"\x88\x02\x03\xf4"
        )


async def test_close_that_waits_in_vain_cuts_and_says_so(
    proxied: Start, tap: Kept, raw_server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "BOUNDARY_SECONDS", 0.05)
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (_, back)):
        back.write(b"\x81\x0ahalf ")
        await reader.readexactly(7)
        proxy.links[0].carry_out(Close(1012))
        with pytest.raises(ConnectionResetError):
            await reader.read()
        await until(lambda: not proxy.links)
    assert any("cut instead" in note for note in tap.notes())
    assert tap.closed()[0]["how"] == "rst"
    assert any("within a frame" in note for note in tap.notes())
    assert tap.passed(IN) == []  # half a message is no message


async def test_a_client_that_never_answers_the_close(
    proxied: Start, tap: Kept, raw_server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "ANSWER_SECONDS", 0.05)
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), _):
        proxy.links[0].carry_out(Close(1012))
        assert await read_all(reader) == b"\x88\x02\x03\xf4"
        await until(lambda: not proxy.links)


async def test_finish_is_1006_without_a_reset(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            proxy.links[0].carry_out(Finish())
            end = await end_of(ws)
        assert end.rcvd is None
        assert isinstance(end.__cause__, EOFError)
        await until(lambda: not proxy.links)
    assert tap.closed()[0]["how"] == "fin"


async def test_stall_is_silence_then_everything(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port, ping_interval=None) as ws:
            await ws.send("before")
            assert await ws.recv() == "before"
            (link,) = proxy.links
            for action in stall.inject(stall.Settings()):
                link.carry_out(action)
            assert link.stalled
            await ws.send("numbers 200")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(ws.recv(), 0.1)
            assert len(tap.messages(OUT)) == 1  # not even read
            for action in stall.heal(stall.Settings()):
                link.carry_out(action)
            assert [await ws.recv() for _ in range(200)] == [f"number {i}" for i in range(200)]
            assert not link.stalled
    assert tap.told(LinkEvent.HEALED) == [{"by": "workbench"}]


async def test_stall_of_one_direction_heals_itself(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            proxy.links[0].carry_out(Stall(IN, 0.05))
            await ws.send("hello")
            await until(lambda: tap.messages(OUT))  # the other direction flows
            assert await ws.recv() == "hello"
    assert tap.told(LinkEvent.HEALED) == [{"by": "itself"}]


async def test_cut_of_a_stalled_link(proxied: Start, tap: Kept) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as ws:
            proxy.links[0].carry_out(Stall())
            proxy.links[0].carry_out(Reset())
            assert (await end_of(ws)).rcvd is None
            await until(lambda: not proxy.links)


async def test_cut_of_the_client_leg_alone(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    """The server learns nothing; what it sends is recorded as arrived, and goes nowhere."""
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, _), (there, back)):
        proxy.links[0].carry_out(Reset(server_leg=False))
        with pytest.raises(ConnectionResetError):
            await reader.read()
        await until(tap.closed)
        back.write(b"\x81\x05to no")
        await until(lambda: tap.arrived_only(IN))
        assert not there.at_eof()
        back.close()
        await until(lambda: not proxy.links)
    assert tap.arrived_only(IN) == [b"to no"]
    assert tap.closed() == [{"how": "rst", "by": "workbench", "code": 0, "reason": ""}]


async def test_cut_of_the_server_leg_alone(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    """The client sees silence."""
    proxy, port = await proxied(raw_server.port)
    async with upgraded(raw_server, port) as ((reader, writer), (there, _)):
        proxy.links[0].carry_out(Reset(client_leg=False))
        with pytest.raises(ConnectionResetError):
            await there.read()
        await until(tap.closed)
        writer.write(b"\x81\x85\x00\x00\x00\x00hello")
        await until(lambda: tap.arrived_only(OUT))
        assert not reader.at_eof()
        reset(writer)
        await until(lambda: not proxy.links)
    assert tap.closed()[0]["how"] == "stall"


async def test_cut_names_the_messages_that_never_left(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    """A client that reads nothing: what is lost in queues is named, not silently "passed"."""
    proxy, port = await proxied(raw_server.port)
    loop = asyncio.get_running_loop()
    with socket.socket() as sock:
        sock.setblocking(False)
        await loop.sock_connect(sock, ("127.0.0.1", port))
        await loop.sock_sendall(sock, UPGRADE)
        there, back = await raw_server.next()
        head = switching(await read_head(there))
        back.write(head)
        frame = b"\x82\x7e\x27\x10" + bytes(10_000)
        back.write((frame + b"\x89\x00") * 1600)  # a ping behind each
        (link,) = proxy.links
        await until(lambda: link.client.unsent() > 300_000)
        link.carry_out(Reset())
        await until(lambda: not proxy.links)
        got = bytearray()
        with contextlib.suppress(ConnectionResetError):
            while data := await loop.sock_recv(sock, 1 << 20):
                got += data
        await shut(back)
    whole = (len(got) - len(head)) // (len(frame) + 2)
    whole += (len(got) - len(head)) % (len(frame) + 2) >= len(frame)
    (closed,) = tap.closed()
    assert closed["unsent_in"] > 300_000
    # What was told as passed, less what the end takes back, is what the client got.
    assert closed["unpassed_in"] == [whole + 1, len(tap.passed(IN))]


async def test_faults_on_an_event_stream(proxied: Start, tap: Kept, raw_server: RawServer) -> None:
    proxy, port = await proxied(raw_server.port)
    async with raw_client(port) as (reader, writer):
        writer.write(b"GET /e HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n")
        there, back = await raw_server.next()
        await read_head(there)
        back.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 1\ndata: x\n\nid: 2\n"
        )
        await read_head(reader)
        assert await reader.readexactly(21) == b"id: 1\ndata: x\n\nid: 2\n"
        proxy.links[0].carry_out(Close(1012))  # no close frames here: an orderly end
        assert await reader.read() == b""
        writer.close()
        back.close()
        await until(lambda: not proxy.links)
    assert tap.passed(IN) == [b"id: 1\ndata: x\n"]
    assert tap.closed()[0]["how"] == "fin"
    assert "the stream ended within an event" in tap.notes()


async def test_actions_on_messages_are_not_for_links(proxied: Start) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port):
            with pytest.raises(WorkbenchError, match="can't be asked to drop"):
                proxy.links[0].carry_out(Drop())
            proxy.links[0].carry_out(Release())  # nothing to release is no error


async def test_breaking_one_link_leaves_the_others(proxied: Start) -> None:
    async with echo_server() as server:
        proxy, port = await proxied(server)
        async with client(port) as one, client(port) as two:
            proxy.links[0].carry_out(Reset())
            await end_of(one)
            await two.send("still here")
            assert await two.recv() == "still here"
