"""A WebSocket client of our own against real servers of the ``websockets`` library."""

# ruff: noqa: SIM117 - a server, and within it a client: nested reads best
from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from workbench.model.action import Close, Drop, Finish, Release, Reset, Stall
from workbench.model.errors import WorkbenchError
from workbench.model.record import Record
from workbench.model.words import Direction, Flag, Kind, LinkEvent, Opcode

from .client_kit import MemoryTap, answering, client, raw_server, until

IN, OUT = Direction.IN, Direction.OUT


@pytest.fixture
def tap() -> MemoryTap:
    return MemoryTap()


@asynccontextmanager
async def server(
    handle: Callable[[ServerConnection], Awaitable[None]], **options: Any
) -> AsyncIterator[str]:
    async def quiet(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            await handle(connection)

    async with serve(quiet, "127.0.0.1", 0, **options) as running:
        yield f"ws://127.0.0.1:{running.sockets[0].getsockname()[1]}"


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


async def idle(connection: ServerConnection) -> None:
    await connection.wait_closed()


async def test_a_whole_life_is_recorded(tap: MemoryTap) -> None:
    async with server(echo, subprotocols=["v1"]) as address:
        fields = {"headers": "Cookie: a=b\nOrigin: http://o", "subprotocols": "v1, v2"}
        async with client(tap, address + "/p?q=1", **fields) as c:
            await until(lambda: c.state == "open")
            assert c.address_of_socket[0] == "127.0.0.1"
            c.send("hé")
            c.send(b"\x00" * 1000)
            await until(lambda: c.counters.messages_in == 2)
    names = [e.name for e, _ in tap.events()]
    assert names == ["OPENING", "OPEN", "CLOSED"]
    opening, opened, closed = (facts for _, facts in tap.events())
    assert opening["client"] == opened["client"] == "c"
    assert opening["ours"] is True
    assert opening["attempt"] == 1
    assert opened["subprotocol"] == "v1"
    assert "permessage-deflate" in opened["extensions"]
    assert (closed["how"], closed["by"], closed["code"]) == ("leave", "client", 1000)
    (request,), (answer,) = tap.of(Kind.HANDSHAKE, OUT), tap.of(Kind.HANDSHAKE, IN)
    assert request.payload.startswith(b"GET /p?q=1 HTTP/1.1\r\n")
    assert b"\r\nCookie: a=b\r\n" in request.payload
    assert request.payload.count(b"Origin: ") == 1
    assert request.payload.endswith(b"\r\n\r\n")
    assert answer.payload.startswith(b"HTTP/1.1 101 ")
    assert answer.code == 101
    for direction in (IN, OUT):
        text, binary = tap.of(Kind.MESSAGE, direction)
        assert (text.seq, text.opcode, text.payload) == (1, Opcode.TEXT, "hé".encode())
        assert (binary.seq, binary.opcode, len(binary.payload)) == (2, Opcode.BINARY, 1000)
        assert binary.flags & Flag.COMPRESSED
        assert binary.wire < 100
        assert text.flags & (Flag.ARRIVED | Flag.PASSED) == 3
    assert all(r.flags & Flag.MASKED for r in tap.of(Kind.MESSAGE, OUT))
    closes = [r for r in tap.records if r.kind == Kind.CONTROL]
    assert [(r.direction, r.opcode, r.code) for r in closes] == [
        (OUT, Opcode.CLOSE, 1000),
        (IN, Opcode.CLOSE, 1000),
    ]
    assert c.state == "closed"
    assert len({r.link for r in tap.records}) == 1


async def test_credentials_of_the_address_and_no_compression(tap: MemoryTap) -> None:
    async with server(echo, compression=None) as address:
        async with client(tap, address.replace("ws://", "ws://u:p@")) as c:
            await until(lambda: c.state == "open")
            c.send("x")
            await until(lambda: c.counters.messages_in)
    basic = base64.b64encode(b"u:p")
    assert b"Authorization: Basic " + basic in tap.of(Kind.HANDSHAKE, OUT)[0].payload
    (record,) = tap.of(Kind.MESSAGE, IN)
    assert record.wire == 3
    assert not record.flags & Flag.COMPRESSED


async def test_fragments_are_one_message(tap: MemoryTap) -> None:
    async def parts(connection: ServerConnection) -> None:
        await connection.send(["a" * 70000, "b", "ç"])
        await connection.ping(b"hello")
        await connection.wait_closed()

    async with server(parts, compression=None) as address, client(tap, address) as c:
        await until(lambda: c.counters.messages_in)
        await until(lambda: len([r for r in tap.records if r.kind == Kind.CONTROL]) == 2)
    (record,) = tap.of(Kind.MESSAGE, IN)
    assert record.payload == ("a" * 70000 + "bç").encode()
    assert record.flags & Flag.FRAGMENTED
    assert record.wire == 70000 + 10 + 3 + 4 + 2
    ping, pong = [r for r in tap.records if r.kind == Kind.CONTROL][:2]
    assert (ping.direction, ping.opcode, ping.payload, ping.wire) == (IN, 9, b"hello", 7)
    assert (pong.direction, pong.opcode, pong.payload, pong.wire) == (OUT, 10, b"hello", 11)


async def test_a_close_of_the_server_is_followed_by_the_next_link(tap: MemoryTap) -> None:
    served = 0

    async def restart(connection: ServerConnection) -> None:
        nonlocal served
        served += 1
        if served < 3:
            await connection.send("x")
            await connection.close(1012, "restart")
        await connection.wait_closed()

    states: list[str] = []
    async with server(restart) as address, client(tap, address) as c:
        c._on_change = lambda changed: states.append(changed.state)
        await until(lambda: len(c.links) == 3 and c.state == "open")
        assert c.attempt == 2
    closed = tap.facts(LinkEvent.CLOSED)
    assert [(f["how"], f["by"], f["code"], f["reason"]) for f in closed[:2]] == [
        ("close", "server", 1012, "restart")
    ] * 2
    assert c.links == [1, 2, 3]
    waits = tap.facts(LinkEvent.WAITING)
    assert [w["attempt"] for w in waits] == [2, 2]
    assert all(w["seconds"] == 0.01 for w in waits)
    assert states[:3] == ["connecting", "open", "waiting"]


async def test_links_that_bring_nothing_make_the_waits_grow(tap: MemoryTap) -> None:
    async def slam(connection: ServerConnection) -> None:
        await connection.close(1013)

    async with server(slam) as address, client(tap, address):
        await until(lambda: len(tap.facts(LinkEvent.WAITING)) >= 4)
    seconds = [f["seconds"] for f in tap.facts(LinkEvent.WAITING)[:4]]
    assert seconds == [0.01, 0.02, 0.04, 0.08]


async def test_fin_and_rst_of_the_server_are_told_apart(tap: MemoryTap) -> None:
    async def end(connection: ServerConnection) -> None:
        transport = connection.transport
        if len(tap.events(LinkEvent.OPENING)) == 1:
            transport.close()
        else:
            sock = transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            transport.abort()

    async with server(end) as address, client(tap, address):
        await until(lambda: len(tap.facts(LinkEvent.CLOSED)) >= 2)
    ends = [(f["how"], f["by"]) for f in tap.facts(LinkEvent.CLOSED)[:2]]
    assert ends == [("fin", "server"), ("rst", "server")]


async def test_no_retry_stops(tap: MemoryTap) -> None:
    async def slam(connection: ServerConnection) -> None:
        await connection.close(1000)

    async with server(slam) as address, client(tap, address, retry="none") as c:
        await until(lambda: tap.facts(LinkEvent.STOPPED))
        assert c.state == "closed"
        c.reconnect()
        await until(lambda: len(tap.facts(LinkEvent.STOPPED)) == 2)
    assert len(c.links) == 2


async def test_reconnect_now(tap: MemoryTap) -> None:
    async with server(echo) as address, client(tap, address, retry_first=1000.0) as c:
        await until(lambda: c.state == "open")
        c.reconnect()
        await until(lambda: len(c.links) == 2 and c.state == "open")
        c.carry_out(Reset())
        await until(lambda: c.state == "waiting")
        assert c.retry_at > tap.now()
        c.reconnect()
        await until(lambda: len(c.links) == 3 and c.state == "open")
        assert c.retry_at == 0
    assert [f["how"] for f in tap.facts(LinkEvent.CLOSED)] == ["leave", "rst", "leave"]


async def test_leaving_while_waiting_and_while_connecting(tap: MemoryTap) -> None:
    async with raw_server(answering(b"", stay=True)) as port:
        async with client(tap, f"ws://127.0.0.1:{port}") as c:
            await until(lambda: tap.of(Kind.HANDSHAKE, OUT))
        assert c.state == "closed"
        assert tap.facts(LinkEvent.FAILED)[0]["whose"] == "user"
    async with client(tap, f"ws://127.0.0.1:{port}", retry_first=1000.0) as c:
        await until(lambda: c.state == "waiting")
    assert c.state == "closed"


class BrokenTap(MemoryTap):
    """Breaks on the records of one kind."""

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self._broken = kind

    def put(self, record: Record) -> int:
        if record.kind == self._broken:
            raise RuntimeError("planted")
        return super().put(record)


@pytest.mark.parametrize("kind", [Kind.MESSAGE, Kind.LINK, Kind.HANDSHAKE])
async def test_a_fault_of_our_own_is_not_blamed_on_the_peer(kind: Kind) -> None:
    async def greet(connection: ServerConnection) -> None:
        await connection.send("hello")
        await connection.wait_closed()

    async with server(greet) as address:
        async with client(BrokenTap(kind), address, retry="none") as c:
            await until(lambda: c.state == "failed")
            assert c.error is not None
            assert c.error.whose == "ours"
            assert "planted" in c.error.details


async def test_sending_where_it_cannot_be(tap: MemoryTap) -> None:
    async with raw_server(answering(b"", stay=True)) as port:
        async with client(tap, f"ws://127.0.0.1:{port}") as c:
            with pytest.raises(WorkbenchError, match="not open"):
                c.send("x")
    async with server(echo) as address, client(tap, address) as c:
        await until(lambda: c.state == "open")
        with pytest.raises(WorkbenchError, match="UTF-8"):
            c.send("\ud800")
        with pytest.raises(WorkbenchError, match="proxy"):
            c.carry_out(Drop())


# --- faults --------------------------------------------------------------------------------------


async def test_a_cut_is_a_reset_that_the_server_sees(tap: MemoryTap) -> None:
    seen: list[BaseException | None] = []

    async def watch(connection: ServerConnection) -> None:
        try:
            await connection.recv()
        except Exception as error:
            seen.append(error.__cause__)

    async with server(watch) as address, client(tap, address, retry="none") as c:
        await until(lambda: c.state == "open")
        c.carry_out(Reset())
        await until(lambda: seen)
    assert isinstance(seen[0], ConnectionResetError)
    assert [(f["how"], f["by"]) for f in tap.facts(LinkEvent.CLOSED)] == [("rst", "workbench")]


async def test_finish_is_fin_without_a_close_frame(tap: MemoryTap) -> None:
    seen: list[Any] = []

    async def watch(connection: ServerConnection) -> None:
        await connection.send("unread" * 50000)
        await connection.wait_closed()
        seen.append((connection.protocol.close_rcvd, connection.protocol.parser_exc))

    async with server(watch, compression=None) as address:
        async with client(tap, address, retry="none") as c:
            await until(lambda: c.counters.messages_in)
            c.carry_out(Finish())
            await until(lambda: seen)
    assert seen[0][0] is None
    assert isinstance(seen[0][1], EOFError)
    assert [(f["how"], f["by"]) for f in tap.facts(LinkEvent.CLOSED)] == [("fin", "workbench")]


async def test_close_is_seen_on_both_sides(tap: MemoryTap) -> None:
    seen: list[Any] = []

    async def watch(connection: ServerConnection) -> None:
        await connection.wait_closed()
        seen.append(connection.protocol.close_rcvd)

    async with server(watch) as address, client(tap, address, retry="none") as c:
        await until(lambda: c.state == "open")
        c.carry_out(Close(1012, "deploy"))
        await until(lambda: seen)
    assert seen[0].code == 1012
    (facts,) = tap.facts(LinkEvent.CLOSED)
    assert (facts["how"], facts["by"], facts["code"]) == ("close", "workbench", 1012)
    injected = tap.of(Kind.CONTROL, IN)[0]
    assert injected.code == 1012
    assert injected.flags == Flag.PASSED | Flag.INJECTED


async def test_a_stall_holds_both_ways_and_its_release_passes_everything_on(
    tap: MemoryTap,
) -> None:
    got: list[Any] = []

    async def chatter(connection: ServerConnection) -> None:
        async for message in connection:
            got.append(message)
            await connection.send(f"re {message}")

    async with server(chatter) as address, client(tap, address, ping=0.0) as c:
        await until(lambda: c.state == "open")
        c.send("a")
        await until(lambda: c.counters.messages_in == 1)
        c.carry_out(Stall())
        assert c.stalled
        c.send("b")
        await asyncio.sleep(0.05)
        assert got == ["a"]
        assert len(tap.payloads(OUT)) == 1, "a held message has not been sent"
        c.carry_out(Release())
        await until(lambda: c.counters.messages_in == 2)
        assert not c.stalled
        assert len(c.links) == 1
    assert tap.payloads(IN) == [b"re a", b"re b"]


async def test_a_stall_that_heals_by_itself(tap: MemoryTap) -> None:
    async def send_later(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send("late")
        await connection.wait_closed()

    async with server(send_later) as address, client(tap, address) as c:
        await until(lambda: c.state == "open")
        c.send("now")
        c.carry_out(Stall(IN, seconds=0.05))
        await until(lambda: c.counters.messages_in)
    assert [e.name for e, _ in tap.events()] == ["OPENING", "OPEN", "HEALED", "CLOSED"]


async def test_a_stalled_link_is_found_out_by_an_unanswered_ping(tap: MemoryTap) -> None:
    async with server(idle) as address:
        async with client(tap, address, ping=0.02, ping_timeout=0.2, retry="none") as c:
            await until(lambda: len(tap.of(Kind.CONTROL, IN)) >= 2)
            c.carry_out(Stall())
            c.send("never sent")
            await until(lambda: c.state == "failed")
            assert c.error is not None
            assert "silent" in c.error.what
    assert [f["how"] for f in tap.facts(LinkEvent.CLOSED)] == ["timeout"]
    (lost,) = tap.of(Kind.MESSAGE, OUT)
    assert lost.flags & (Flag.ARRIVED | Flag.PASSED) == Flag.ARRIVED


# --- following a stream --------------------------------------------------------------------------


class Service:
    """The reference service's protocol, as far as a test needs it."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answers: list[list[dict[str, Any]]] = []
        self.connections: list[ServerConnection] = []

    async def handle(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        async for message in connection:
            self.asked.append(orjson.loads(message))
            for answer in self.answers.pop(0) if self.answers else []:
                await connection.send(orjson.dumps(answer).decode())


def update(offset: int, epoch: str = "e", **more: Any) -> dict[str, Any]:
    place = {"type": "update", "stream": "s", "epoch": epoch, "offset": offset}
    return {**place, "payload": 1, **more}


@pytest.mark.parametrize(
    ("fields", "after"),
    [
        ({}, {"epoch": "e", "offset": 7}),
        ({"resume": "overlap", "overlap": 2}, {"epoch": "e", "offset": 5}),
        ({"resume": "naive"}, None),
    ],
)
async def test_coming_back_asks_for_what_was_missed(
    tap: MemoryTap, fields: dict[str, Any], after: dict[str, Any] | None
) -> None:
    service = Service()
    service.answers = [[update(6), update(7)], []]
    async with server(service.handle) as address:
        async with client(tap, address, stream="s", **fields) as c:
            await until(lambda: c.counters.messages_in == 2)
            c.carry_out(Reset())
            await until(lambda: len(service.asked) == 2)
    assert service.asked[0] == {"op": "subscribe", "stream": "s"}
    assert service.asked[1].get("after") == after
    first, second = tap.facts(LinkEvent.SUBSCRIBED)
    assert first["asked"] is None
    assert first["stream"] == "s"
    assert second["asked"] == (after and {"stream": "s", **after})


async def test_too_old_is_answered_by_asking_for_a_snapshot_once(tap: MemoryTap) -> None:
    service = Service()
    too_old = {"type": "too_old", "stream": "s", "epoch": "f", "oldest": 1, "top": 3}
    snapshot = {"type": "snapshot", "stream": "s", "epoch": "f", "offset": 3, "values": []}
    service.answers = [[update(6)], [too_old, too_old], [snapshot], []]
    async with server(service.handle) as address, client(tap, address, stream="s") as c:
        await until(lambda: c.counters.messages_in == 1)
        c.carry_out(Reset())
        await until(lambda: c.counters.messages_in == 4)
        c.carry_out(Reset())
        await until(lambda: len(service.asked) == 4)
    assert [a.get("snapshot") for a in service.asked] == [None, None, True, None]
    assert service.asked[3]["after"] == {"epoch": "f", "offset": 3}


async def test_a_subscribe_message_of_the_users_own(tap: MemoryTap) -> None:
    service = Service()
    service.answers = [[{"seq": 41}, {"seq": 42}], []]
    fields = {"subscribe": '{"join":"room","from":{after}}', "id": "json.seq"}
    async with server(service.handle) as address, client(tap, address, **fields) as c:
        await until(lambda: c.counters.messages_in == 2)
        c.carry_out(Reset())
        await until(lambda: len(service.asked) == 2)
    assert [a["from"] for a in service.asked] == [None, 42]


async def test_lag_is_from_publishing_to_here(tap: MemoryTap) -> None:
    service = Service()
    service.answers = [[update(1, ts=tap.now() / 1e6 - 5000)]]
    async with server(service.handle) as address, client(tap, address, stream="s") as c:
        await until(lambda: c.counters.messages_in)
        assert c.lag_ms is not None
        assert 4999 < c.lag_ms < 60_000
