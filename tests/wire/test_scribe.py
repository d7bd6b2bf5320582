"""Whatever passes: the scribe raises nothing, loses no byte, and says the same in any pieces."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wire.kept import Kept
from tests.wire.peers import GET, UPGRADE, switching
from workbench.model.record import Record
from workbench.model.words import Direction, Kind
from workbench.wire.scribe import Scribe
from workbench.wire.story import Story

IN, OUT = Direction.IN, Direction.OUT

EVENTS = b"GET /e HTTP/1.1\r\nAccept: text/event-stream\r\n\r\n"
from_client = st.sampled_from(
    [
        GET,
        UPGRADE,
        EVENTS,
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
        b"\x81\x85\x00\x00\x00\x00hello",
        b"\x88\x82\x01\x02\x03\x04\x02\xea",
        b"\x81\x02hi",
        b"\xff\xff\xff",
        b"GET / HT",
        b"\r\n",
    ]
)
from_server = st.sampled_from(
    [
        switching(UPGRADE),
        switching(UPGRADE)[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 1\ndata: x\n\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"\x81\x05hello",
        b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00",
        b"\x88\x02\x03\xf4",
        b"data: y\n\n",
        b"\x8f\xff",
        b"HTTP/1.1 ",
    ]
)
step = st.one_of(
    st.tuples(st.just(OUT), st.one_of(from_client, from_client, st.binary(max_size=30))),
    st.tuples(st.just(IN), st.one_of(from_server, from_server, st.binary(max_size=30))),
)
opening = st.sampled_from(
    [
        [],
        [(OUT, UPGRADE), (IN, switching(UPGRADE))],
        [(OUT, EVENTS), (IN, b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")],
    ]
)


def play(steps: list[tuple[Direction, bytes]], size: int) -> tuple[Kept, bytes, bytes]:
    """(what was told, what the client sent, what was passed on of it), in pieces of a size."""
    tap = Kept()
    scribe = Scribe(Story(tap, "proxy", "ws://x"), "", lambda: None)
    sent, passed = bytearray(), bytearray()
    for direction, data in steps:
        for at in range(0, len(data), size):
            piece = data[at : at + size]
            if direction == OUT and scribe.reading_requests:
                sent += piece
                passed += scribe.requests(piece, passed=True)
            else:
                scribe.seen(direction, piece, passed=True, left=size % 3)
            scribe.to_boundary(direction)
            scribe.thrown_away(direction, 1)
    for direction in (OUT, IN):
        passed += scribe.finished(direction)
    return tap, bytes(sent), bytes(passed)


def essence(record: Record) -> tuple[Any, ...]:
    """A record without its moment, and without what only counts bytes of other layers."""
    wire = 0 if record.kind == Kind.CONTROL and record.opcode == 16 else record.wire
    return (*record[1:7], wire, *record[8:11])


@settings(max_examples=300, deadline=None)
@given(opening, st.lists(step, max_size=8), st.integers(1, 12))
def test_any_conversation(
    begin: list[tuple[Direction, bytes]], steps: list[tuple[Direction, bytes]], size: int
) -> None:
    whole, sent, passed = play([*begin, *steps], 1 << 20)
    assert passed == sent
    cut, sent, passed = play([*begin, *steps], size)
    assert passed == sent
    messages = [essence(r) for r in whole.records if r.kind in (Kind.MESSAGE, Kind.HANDSHAKE)]
    again = [essence(r) for r in cut.records if r.kind in (Kind.MESSAGE, Kind.HANDSHAKE)]
    assert messages == again
