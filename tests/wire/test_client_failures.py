"""What goes wrong before and after a WebSocket opens: each is named, with what to do."""

# ruff: noqa: SIM117 - a server, and within it a client: nested reads best
from __future__ import annotations

import asyncio
import base64
import hashlib
import struct
from typing import Any

import pytest

from workbench.model.words import Direction, Flag, Kind, LinkEvent

from .client_kit import Handle, MemoryTap, answering, client, raw_server, until

IN, OUT = Direction.IN, Direction.OUT


@pytest.fixture
def tap() -> MemoryTap:
    return MemoryTap()


async def failure(tap: MemoryTap, handle: Handle, **fields: Any) -> dict[str, Any]:
    """The first FAILED record of a client against a raw server."""
    async with raw_server(handle) as port, client(tap, f"ws://127.0.0.1:{port}/ws", **fields):
        await until(lambda: tap.facts(LinkEvent.FAILED))
    facts = tap.facts(LinkEvent.FAILED)[0]
    assert facts["what"]
    assert facts["to_do"]
    assert len(facts["what"]) < 300
    return facts


def head(status: str, *lines: str, body: str = "") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", body]).encode()


@pytest.mark.parametrize(
    ("answer", "whose", "stops", "words"),
    [
        (head("200 OK", "Content-Type: text/html"), "peer", True, "HTTP 200"),
        (head("302 Found", "Location: https://login/"), "peer", True, "https://login/"),
        (head("401 Unauthorized"), "user", True, "login"),
        (head("403 Forbidden"), "user", True, "refuses access"),
        (head("404 Not Found"), "user", True, "path"),
        (head("418 I'm a teapot"), "user", True, "HTTP 418"),
        (head("429 Too Many Requests", "Retry-After: 2"), "user", False, "too often"),
        (head("502 Bad Gateway"), "target", False, "no server behind it"),
        (head("503 Service Unavailable"), "target", False, "deploy"),
    ],
)
async def test_an_answer_that_is_no_upgrade(
    tap: MemoryTap, answer: bytes, whose: str, stops: bool, words: str
) -> None:
    # The server stays: a body without an end must not be waited for.
    facts = await failure(tap, answering(answer, stay=True))
    assert facts["whose"] == whose
    assert str(facts["status"]) == answer[9:12].decode()
    assert words in f"{facts['what']} {facts['why']} {facts['to_do']}"
    assert bool(tap.facts(LinkEvent.STOPPED)) == stops
    assert bool(tap.facts(LinkEvent.WAITING)) == (not stops)
    if "Retry-After" in answer.decode():
        assert tap.facts(LinkEvent.WAITING)[0]["seconds"] == 2
    assert tap.of(Kind.HANDSHAKE, IN)[0].payload == answer


async def test_a_date_to_come_back_at(tap: MemoryTap) -> None:
    answer = head(
        "503 Service Unavailable",
        "Date: Tue, 24 Nov 2026 10:00:00 GMT",
        "Retry-After: Tue, 24 Nov 2026 10:00:07 GMT",
    )
    await failure(tap, answering(answer))
    assert tap.facts(LinkEvent.WAITING)[0]["seconds"] == 7


GARBAGE = {
    "ssh": (b"SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP"),
    "tls alert": (b"\x15\x03\x03\x00\x02\x02\x46", "wss://"),
    "zeros": (b"\0" * 5000, "does not speak HTTP"),
    "bad status": (b"HTTP/1.1 abc\r\n\r\n", "can't be read"),
    "bad header": (b"HTTP/1.1 101 X\r\nno colon\r\n\r\n", "can't be read"),
    "nothing": (b"", "ended the connection"),
    "half a head": (b"HTTP/1.1 101 Switching\r\nUpg", "ended the connection"),
    "10 MB header": (b"HTTP/1.1 101 X\r\nA: " + b"x" * (10 << 20) + b"\r\n\r\n", "larger than"),
    "many headers": (b"HTTP/1.1 101 X\r\n" + b"A: b\r\n" * 300 + b"\r\n", "can't be read"),
    "no accept": (head("101 S", "Upgrade: websocket", "Connection: Upgrade"), "Accept"),
    "no upgrade": (head("101 S", "Connection: Upgrade"), "WebSocket server"),
    "bad accept": (
        head("101 S", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: x"),
        "Accept",
    ),
}


@pytest.mark.parametrize("name", GARBAGE)
async def test_an_answer_that_is_none(tap: MemoryTap, name: str) -> None:
    answer, words = GARBAGE[name]
    facts = await failure(tap, answering(answer))
    assert words in f"{facts['what']} {facts['why']} {facts['to_do']}"
    assert sum(len(r.payload) for r in tap.records) < 100_000


async def test_nobody_listens(tap: MemoryTap) -> None:
    async with raw_server(answering(b"")) as port:
        pass
    for host in ("127.0.0.1", "localhost"):
        async with client(tap, f"ws://{host}:{port}", retry="none"):
            await until(lambda: tap.facts(LinkEvent.STOPPED))
    for facts in tap.facts(LinkEvent.FAILED):
        assert "refused" in facts["what"]
        assert facts["whose"] == "target"


async def test_no_such_name(tap: MemoryTap) -> None:
    async with client(tap, "ws://no-such-host.invalid/", retry="none") as c:
        await until(lambda: c.state == "failed")
    (facts,) = tap.facts(LinkEvent.FAILED)
    assert "could not be found" in facts["what"]
    assert facts["whose"] == "user"


async def test_silence_is_given_up(tap: MemoryTap) -> None:
    facts = await failure(tap, answering(b"HTTP/1.1 101 ", stay=True), open_timeout=0.1)
    assert "did not answer within 0.1 s" in facts["what"]
    assert tap.facts(LinkEvent.WAITING)


# --- after the handshake -------------------------------------------------------------------------


def upgraded(frames: bytes, *, stay: bool = True, for_ever: bool = False) -> Handle:
    """Opens properly, sends these bytes, and ends once the client has said something (or never)."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        key = request.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
        guid = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key + guid).digest()).decode()
        lines = ("Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {accept}")
        writer.write(head("101 Switching Protocols", *lines) + frames)
        await writer.drain()
        if stay:
            await reader.read(65536)
        if for_ever:
            await asyncio.Event().wait()

    return handle


GOOD = b"\x81\x02ok"
VIOLATIONS = {
    "invalid UTF-8": (b"\x81\x04ok\xff\xfe", 1007),
    "reserved opcode": (b"\x83\x00", 1002),
    "2^62 bytes": (b"\x82\x7f" + struct.pack("!Q", 2**62), 1009),
    "2^64 - 1 bytes": (b"\x82\x7f" + b"\xff" * 8, 1009),
    "larger than the limit": (b"\x82\x7e\x04\x01" + b"x" * 1025, 1009),
    "fragments over the limit": (b"\x02\x7e\x03\x00" + b"x" * 768 + b"\x80\x7e\x03\x00", 1009),
    "masked": (b"\x81\x82abcdok", 1002),
    "reserved bits": (b"\xb1\x00", 1002),
    "compressed without agreement": (b"\xc1\x02ok", 1002),
    "continuation of nothing": (b"\x80\x00", 1002),
    "text within fragments": (b"\x01\x01a\x81\x01b", 1002),
    "long ping": (b"\x89\x7e\x00\x7e" + b"x" * 126, 1002),
    "close of one byte": (b"\x88\x01\x03", 1002),
    "close with a reserved code": (b"\x88\x02\x03\xed", 1002),
    "close reason not UTF-8": (b"\x88\x04\x03\xe8\xff\xfe", 1007),
}


@pytest.mark.parametrize("name", VIOLATIONS)
async def test_a_server_that_breaks_the_protocol(tap: MemoryTap, name: str) -> None:
    frames, code = VIOLATIONS[name]
    handle = upgraded(GOOD + frames + GOOD)
    async with raw_server(handle) as port:
        async with client(tap, f"ws://127.0.0.1:{port}", retry="none", max_message=1024) as c:
            await until(lambda: c.state == "failed")
            assert c.error is not None
            assert str(code) in c.error.what
            assert c.error.whose == "peer"
    assert tap.payloads(IN)[0] == b"ok"
    handed = [r for r in tap.of(Kind.MESSAGE, IN) if r.flags & Flag.PASSED]
    assert len(handed) == 1, "nothing is handed over after the violation"
    (facts,) = tap.facts(LinkEvent.CLOSED)
    assert (facts["how"], facts["by"], facts["code"]) == ("close", "client", code)
    assert [r.code for r in tap.of(Kind.CONTROL, OUT)] == [code]
    assert c.counters.messages_in == 1


async def test_invalid_text_is_kept_but_not_handed_over(tap: MemoryTap) -> None:
    async with raw_server(upgraded(b"\x81\x02\xff\xfe")) as port:
        async with client(tap, f"ws://127.0.0.1:{port}", retry="none") as c:
            await until(lambda: c.state == "failed")
    (record,) = tap.of(Kind.MESSAGE, IN)
    assert record.payload == b"\xff\xfe"
    assert record.flags & Flag.INVALID
    assert not record.flags & Flag.PASSED


async def test_an_inflated_bomb_ends_with_1009(tap: MemoryTap) -> None:
    """A few bytes on the wire that would inflate to 64 MB."""
    from websockets.asyncio.server import ServerConnection, serve

    async def bomb(connection: ServerConnection) -> None:
        await connection.send(b"\0" * (64 << 20))
        await connection.wait_closed()

    async with serve(bomb, "127.0.0.1", 0) as server:
        address = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with client(tap, address, retry="none", max_message=1 << 20) as c:
            await until(lambda: c.state == "failed")
    assert tap.facts(LinkEvent.CLOSED)[0]["code"] == 1009


async def test_fin_in_the_middle_of_a_frame(tap: MemoryTap) -> None:
    async with raw_server(upgraded(b"\x81\x05he", stay=False)) as port:
        async with client(tap, f"ws://127.0.0.1:{port}", retry="none") as c:
            await until(lambda: c.links and c.state in ("closed", "failed"))
    assert [(f["how"], f["by"]) for f in tap.facts(LinkEvent.CLOSED)] == [("fin", "server")]
    assert tap.payloads(IN) == []


async def test_a_server_that_never_ends_the_connection_does_not_hold_us(tap: MemoryTap) -> None:
    async with raw_server(upgraded(b"\x88\x02\x03\xe8", for_ever=True)) as port:
        async with client(tap, f"ws://127.0.0.1:{port}", retry="none") as c:
            await until(lambda: tap.facts(LinkEvent.STOPPED))
    assert c.state == "closed"
    assert tap.facts(LinkEvent.CLOSED)[0]["code"] == 1000
