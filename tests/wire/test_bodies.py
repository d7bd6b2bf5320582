"""Bodies of other HTTP: kept where they may carry messages, told by their size otherwise."""

from __future__ import annotations

import gzip

import pytest

from tests.wire.conftest import Start
from tests.wire.kept import Kept, until
from tests.wire.peers import GET, RawServer, raw_client, read_head, shut
from workbench.model.action import Reset
from workbench.model.record import Record
from workbench.model.words import Direction, Flag, Kind, Opcode
from workbench.protocols.http import parse_answer, parse_request
from workbench.protocols.http_stream import BodyPart
from workbench.wire.bodies import BODY_LIMIT, UNNAMED_LIMIT, Body, limit_of
from workbench.wire.scribe import Scribe
from workbench.wire.story import Story

IN, OUT = Direction.IN, Direction.OUT
WHOLE = Flag.ARRIVED | Flag.PASSED
POST = b"POST /p HTTP/1.1\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: 2\r\n\r\n40"


def answer(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def bodies(tap: Kept) -> list[Record]:
    return [r for r in tap.of(Kind.HTTP) if r.opcode == Opcode.BODY]


def told(*steps: tuple[Direction, bytes], size: int = 1 << 20) -> Kept:
    """What a scribe tells of a conversation that comes in pieces of a size."""
    tap = Kept()
    scribe = Scribe(Story(tap, "proxy", "http://x"), "", lambda: None)
    for direction, data in steps:
        for at in range(0, len(data), size):
            scribe.seen(direction, data[at : at + size], passed=True)
    return tap


@pytest.mark.parametrize("size", [1, 3, 1 << 20])
def test_bodies_refer_to_their_heads_and_answers_to_requests(size: int) -> None:
    body = answer(b'42["a"]', "Content-Type: text/plain; charset=UTF-8")
    tap = told((OUT, GET), (IN, body), (OUT, POST), (IN, answer(b"ok", "Content-Type: text/html")),
               size=size)  # fmt: skip
    got = [(r.direction, r.payload, r.code, r.flags, r.seq) for r in bodies(tap)]
    assert got == [
        (IN, b'42["a"]', 200, WHOLE, 1),
        (OUT, b"40", 0, WHOLE, 1),
        (IN, b"ok", 200, WHOLE, 2),
    ]
    for record in bodies(tap):
        head = tap.records[record.ref - 1]
        assert (head.kind, head.direction, head.opcode) == (Kind.HTTP, record.direction, 0)
        if record.direction == IN:
            asked = tap.records[head.ref - 1]
            assert (asked.kind, asked.direction) == (Kind.HTTP, OUT)
    assert [r.payload[:4] for r in tap.of(Kind.HTTP) if r.direction == OUT and not r.opcode] == [
        b"GET ",
        b"POST",
    ]


def test_a_coded_body_is_kept_as_it_reads_and_counted_as_it_came() -> None:
    coded = gzip.compress(b"4" * 5000)
    headers = ("Content-Type: text/plain", "Content-Encoding: gzip")
    (record,) = bodies(told((OUT, GET), (IN, answer(coded, *headers))))
    assert (record.payload, record.wire) == (b"4" * 5000, len(coded))


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"x" * 100, ["Content-Type: image/png"]),
        (b"x" * 100, ["Content-Type: text/css"]),
        (b"x" * (BODY_LIMIT + 1), ["Content-Type: text/plain"]),
        (gzip.compress(b"x" * (BODY_LIMIT + 1)), ["Content-Type: a/b+json",
                                                  "Content-Encoding: gzip"]),
        (b"no gzip", ["Content-Type: application/json", "Content-Encoding: gzip"]),
        (b"x" * (UNNAMED_LIMIT + 1), []),
    ],
    ids=["image", "css", "large", "bomb", "broken", "unnamed"],
)  # fmt: skip
def test_others_are_told_by_their_size(body: bytes, headers: list[str]) -> None:
    (record,) = bodies(told((OUT, GET), (IN, answer(body, *headers)), size=65536))
    assert (record.payload, record.wire) == (b"", len(body))
    assert record.flags == WHOLE | Flag.CUT_SHORT


def test_an_endless_body_costs_no_more_than_the_limit() -> None:
    head = parse_answer(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    body = Body(head, 7)
    for _ in range(40):
        body.add(BodyPart(b"x" * 65536, b"x" * 65536), True)
        assert len(body._kept) <= BODY_LIMIT
    assert body.end(whole=True) == WHOLE | Flag.CUT_SHORT
    assert (body.payload, body.wire) == (b"", 40 * 65536)


def test_only_small_bodies_without_a_type_are_kept() -> None:
    def limit(headers: str) -> int:
        return limit_of(parse_request(f"POST / HTTP/1.1\r\n{headers}\r\n".encode()))

    assert limit("Content-Length: 5\r\n") == UNNAMED_LIMIT
    assert limit("Transfer-Encoding: chunked\r\n") == 0
    assert limit("Content-Type: application/octet-stream\r\n") == BODY_LIMIT
    assert limit("Content-Type: application/json\r\nContent-Length: 9999999\r\n") == 0


async def test_a_body_cut_on_its_way_has_not_arrived(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with raw_client(port) as (reader, writer):
        writer.write(GET)
        there, back = await raw_server.next()
        await read_head(there)
        (link,) = proxy.links
        await until(lambda: link.in_use)
        back.write(answer(b"half", "Content-Type: text/plain")[:-2])
        await read_head(reader)
        assert await reader.readexactly(2) == b"ha"
        link.carry_out(Reset())
        await until(lambda: not proxy.links)
        await shut(back)
    (record,) = bodies(tap)
    assert (record.payload, record.flags) == (b"ha", Flag.CUT_SHORT)


async def test_a_connection_is_in_use_while_a_request_waits(
    proxied: Start, tap: Kept, raw_server: RawServer
) -> None:
    proxy, port = await proxied(raw_server.port)
    async with raw_client(port) as (reader, writer):
        there, back = await raw_server.next()
        (link,) = proxy.links
        assert not link.in_use
        for _ in range(2):
            writer.write(GET)
            await read_head(there)
            assert link.in_use
            back.write(answer(b"ok", "Content-Type: text/plain"))
            await read_head(reader)
            assert await reader.readexactly(2) == b"ok"
            await until(lambda: not link.in_use)
        await shut(back)
