"""An event stream client of our own, by the rules of EventSource."""

# ruff: noqa: SIM117 - a server, and within it a client: nested reads best
from __future__ import annotations

import asyncio
import gzip
from typing import Any

import orjson
import pytest

from workbench.model.action import Close, Finish, Release, Reset, Stall
from workbench.model.errors import WorkbenchError
from workbench.model.words import Direction, Flag, Kind, LinkEvent, Opcode
from workbench.protocols.event_text import Event, decode_event

from .client_kit import MemoryTap, client, raw_server, until

IN, OUT = Direction.IN, Direction.OUT
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def tap() -> MemoryTap:
    return MemoryTap()


class Source:
    """Answers each request with the next script; the last one again and again.

    All but the last end the connection.
    """

    def __init__(self, *scripts: bytes) -> None:
        self.requests: list[bytes] = []
        self.writers: list[asyncio.StreamWriter] = []
        self._scripts = list(scripts)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(request)
        self.writers.append(writer)
        last = len(self._scripts) == 1
        script = self._scripts[0] if last else self._scripts.pop(0)
        writer.write(script)
        await writer.drain()
        if last:
            await reader.read()

    def header(self, number: int, name: str) -> str | None:
        for line in self.requests[number].decode().split("\r\n"):
            if line.lower().startswith(name.lower() + ":"):
                return line.partition(":")[2].strip()
        return None


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def test_events_are_recorded_normalised(tap: MemoryTap) -> None:
    body = b"\xef\xbb\xbf: beat\r\nid:1\r\nevent: a\rdata:x\ndata:  y\n\nretry: 5\n\ndata: cut"
    source = Source(OK + b"\r\n" + body)
    async with raw_server(source.handle) as port:
        async with client(tap, f"http://127.0.0.1:{port}/e?x=1", headers="X-Y: z") as c:
            await until(lambda: c.counters.messages_in == 2)
            with pytest.raises(WorkbenchError, match="one way"):
                c.send("x")
    first, second, *_ = tap.of(Kind.MESSAGE, IN)
    assert first.payload == b"id: 1\nevent: a\ndata: x\ndata:  y\n"
    assert decode_event(first.payload) == Event("1", "a", None, "x\n y")
    assert (first.opcode, first.seq, first.link) == (Opcode.EVENT, 1, 1)
    assert second.payload == b"retry: 5\n"
    request = source.requests[0]
    assert request.startswith(b"GET /e?x=1 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % port)
    for line in (b"Accept: text/event-stream", b"Cache-Control: no-store", b"X-Y: z"):
        assert b"\r\n" + line + b"\r\n" in request
    assert b"Last-Event-ID" not in request
    assert [e.name for e, _ in tap.events()] == ["OPENING", "OPEN", "SUBSCRIBED", "CLOSED"]
    assert tap.facts(LinkEvent.OPENING)[0]["protocol"] == "sse"


async def test_coming_back_with_the_last_id_and_the_servers_own_pace(tap: MemoryTap) -> None:
    first = CHUNKED + chunk(b"retry: 7\nid: e:1\ndata: a\n\nid: e:\xc3\xa92\nda")
    first += chunk(b"ta: b\n\nid: e:3\ndata: never whole") + b"0\r\n\r\n"
    source = Source(first, OK + b"\r\n")
    async with raw_server(source.handle) as port, client(tap, f"http://127.0.0.1:{port}/") as c:
        await until(lambda: len(source.requests) == 2 and c.state == "open")
    assert source.header(1, "Last-Event-ID") == "e:é2"
    assert tap.facts(LinkEvent.WAITING)[0]["seconds"] == 0.007
    ended, _ = tap.facts(LinkEvent.CLOSED)
    assert (ended["how"], ended["by"]) == ("fin", "server")
    handed = [r.payload for r in tap.of(Kind.MESSAGE, IN) if r.flags & Flag.PASSED]
    assert len(handed) == 2, "an event without its empty line was never there"
    assert tap.facts(LinkEvent.SUBSCRIBED)[1]["asked"] == {"id": "e:é2"}


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({}, "e:5"),
        ({"resume": "naive"}, None),
        ({"resume": "overlap", "overlap": 2}, "e:3"),
    ],
)
async def test_how_to_resume_is_chosen(
    tap: MemoryTap, fields: dict[str, Any], last: str | None
) -> None:
    events = b"".join(b"id: e:%d\ndata: x\n\n" % n for n in range(1, 6))
    source = Source(OK + b"\r\n" + events)
    async with raw_server(source.handle) as port:
        async with client(tap, f"http://127.0.0.1:{port}/", **fields) as c:
            await until(lambda: c.counters.messages_in == 5)
            c.carry_out(Reset())
            await until(lambda: len(source.requests) == 2)
    assert source.header(1, "Last-Event-ID") == last
    assert tap.facts(LinkEvent.CLOSED)[0]["how"] == "rst"


async def test_an_empty_id_resets_the_position(tap: MemoryTap) -> None:
    source = Source(OK + b"\r\nid: 5\ndata: x\n\nid\ndata: y\n\n", OK + b"\r\n")
    async with raw_server(source.handle) as port, client(tap, f"http://127.0.0.1:{port}/"):
        await until(lambda: len(source.requests) == 2)
    assert source.header(1, "Last-Event-ID") is None


async def test_the_reference_service_by_stream(tap: MemoryTap) -> None:
    def event(kind: str, **value: Any) -> bytes:
        data = orjson.dumps({"type": kind, "stream": "s", **value})
        return b"event: %s\ndata: %s\n\n" % (kind.encode(), data)

    update = b"id: e:4\n" + event("update", epoch="e", offset=4, ts=tap.now() / 1e6)
    source = Source(
        OK + b"\r\n" + update,
        OK + b"\r\n" + event("too_old", epoch="f", asked={"epoch": "e", "offset": 4}),
        OK + b"\r\n" + b"id: f:9\n" + event("snapshot", epoch="f", offset=9, values=[]),
        OK + b"\r\n",
    )
    async with raw_server(source.handle) as port:
        async with client(tap, f"http://127.0.0.1:{port}/events", stream="s") as c:
            await until(lambda: len(source.requests) == 4)
            assert c.lag_ms is not None
    paths = [r.split(b" ")[1].decode() for r in source.requests]
    assert paths == [
        "/events?stream=s",
        "/events?stream=s",
        "/events?stream=s&snapshot=1",
        "/events?stream=s",
    ]
    lasts = [source.header(n, "Last-Event-ID") for n in range(4)]
    assert lasts == [None, "e:4", None, "f:9"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", "nothing more"),
        (b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n\r\n", "deploy"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "path"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", "text/html"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "text/event-stream"),
        (OK + b"Content-Encoding: br\r\n\r\n", "compression"),
        (b"HTTP/1.1 302 Found\r\nLocation: ftp://x/\r\n\r\n", "302"),
    ],
)
async def test_answers_after_which_a_browser_never_comes_back(
    tap: MemoryTap, answer: bytes, words: str
) -> None:
    source = Source(answer)
    async with raw_server(source.handle) as port, client(tap, f"http://127.0.0.1:{port}/") as c:
        await until(lambda: c.state == "failed")
    (facts,) = tap.facts(LinkEvent.FAILED)
    assert words in f"{facts['what']} {facts['why']} {facts['to_do']}"
    assert tap.facts(LinkEvent.STOPPED)
    assert len(source.requests) == 1


async def test_no_answer_is_tried_again(tap: MemoryTap) -> None:
    source = Source(b"", b"HTTP/1.1 200 ", OK + b"\r\n")
    async with raw_server(source.handle) as port, client(tap, f"http://127.0.0.1:{port}/") as c:
        await until(lambda: c.state == "open")
    assert len(tap.facts(LinkEvent.FAILED)) == 2


async def test_redirects_are_followed_without_secrets_to_strangers(tap: MemoryTap) -> None:
    final = Source(OK + b"\r\ndata: here\n\n")
    async with raw_server(final.handle) as far:
        location = b"Location: http://localhost:%d/far\r\n\r\n" % far
        near = Source(
            b"HTTP/1.1 307 Temporary Redirect\r\nLocation: ../moved?a=b\r\n\r\n",
            b"HTTP/1.1 301 Moved\r\n" + location,
        )
        async with raw_server(near.handle) as port:
            headers = "Cookie: secret\nX-Plain: yes"
            async with client(tap, f"http://127.0.0.1:{port}/a/b", headers=headers) as c:
                await until(lambda: c.counters.messages_in)
    assert near.requests[1].startswith(b"GET /moved?a=b ")
    assert near.header(1, "Cookie") == "secret"
    assert final.requests[0].startswith(b"GET /far ")
    assert final.header(0, "Cookie") is None
    assert final.header(0, "X-Plain") == "yes"
    assert final.header(0, "Host") == f"localhost:{far}"
    assert len(c.links) == 1


async def test_redirects_in_circles(tap: MemoryTap) -> None:
    source = Source(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n")
    async with raw_server(source.handle) as port, client(tap, f"http://127.0.0.1:{port}/") as c:
        await until(lambda: c.state == "failed")
    assert "circles" in tap.facts(LinkEvent.FAILED)[0]["what"]
    assert len(source.requests) == 5


async def test_a_compressed_stream_is_read_all_the_same(tap: MemoryTap) -> None:
    body = gzip.compress(b"data: small\n\n")
    source = Source(OK + b"Content-Encoding: gzip\r\n\r\n" + body)
    async with raw_server(source.handle) as port, client(tap, f"http://127.0.0.1:{port}/") as c:
        await until(lambda: c.counters.messages_in)
    assert tap.payloads(IN) == [b"data: small\n"]


async def test_a_body_that_breaks_ends_the_link(tap: MemoryTap) -> None:
    source = Source(CHUNKED + chunk(b"data: x\n\n") + b"zz\r\n", OK + b"\r\n")
    async with raw_server(source.handle) as port, client(tap, f"http://127.0.0.1:{port}/") as c:
        await until(lambda: len(source.requests) == 2 and c.state == "open")
    assert tap.facts(LinkEvent.CLOSED)[0]["by"] == "client"
    assert "chunk" in tap.facts(LinkEvent.CLOSED)[0]["reason"]


async def test_an_event_without_end_stays_bounded(tap: MemoryTap) -> None:
    source = Source(OK + b"\r\ndata: " + b"x" * (12 << 20) + b"\n\n")
    async with raw_server(source.handle) as port, client(tap, f"http://127.0.0.1:{port}/") as c:
        await until(lambda: c.counters.messages_in)
    (record,) = tap.of(Kind.MESSAGE, IN)
    assert record.flags & Flag.CUT_SHORT
    assert len(record.payload) <= (4 << 20) + 100
    assert record.wire > 12 << 20


async def test_faults(tap: MemoryTap) -> None:
    source = Source(OK + b"\r\ndata: x\n\n")
    async with raw_server(source.handle) as port, client(tap, f"http://127.0.0.1:{port}/") as c:
        await until(lambda: c.counters.messages_in == 1)
        c.carry_out(Stall())
        source.writers[0].write(b"data: held\n\n")
        await asyncio.sleep(0.05)
        assert c.counters.messages_in == 1
        c.carry_out(Release())
        await until(lambda: c.counters.messages_in == 2)
        for number, action in enumerate((Finish(), Close(1012), Reset()), 2):
            c.carry_out(action)
            await until(lambda n=number: len(c.links) == n and c.state == "open")
    ends = [(f["how"], f["by"]) for f in tap.facts(LinkEvent.CLOSED)]
    assert ends == [("fin", "workbench")] * 2 + [("rst", "workbench"), ("leave", "client")]
