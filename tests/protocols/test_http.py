"""HTTP/1 heads and bodies, however the bytes are cut; what is no HTTP is named, not raised."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.protocols.cutting import cuts, pieces
from workbench.protocols.http import (
    Head,
    HeadError,
    accept_key,
    asks_for_events,
    asks_for_websocket,
    is_event_stream,
    parse_answer,
    parse_request,
    upgrade_fault,
    with_host,
)
from workbench.protocols.http_stream import BodyPart, Broken, Ended, Fact, HeadRead, Opaque, Reader

GET = b"GET /a?b=c HTTP/1.1\r\nHost: x:1\r\nAccept: text/html\r\n\r\n"
UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
SWITCH = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


def read(reader: Reader, data: bytes, sizes: list[int] | None = None) -> list[Fact]:
    return [fact for piece in pieces(data, sizes or []) for fact in reader.feed(piece)]


def summary(facts: list[Fact]) -> list[object]:
    """Heads, joined bodies, ends and faults, without how they were cut."""
    out: list[object] = []
    for fact in facts:
        if isinstance(fact, HeadRead):
            out.append(fact.head)
        elif isinstance(fact, Broken):
            out.append(fact.what)
        elif isinstance(fact, Ended):
            out.append("ended")
        else:
            data = fact.data if isinstance(fact, BodyPart) else fact.raw
            if out and isinstance(out[-1], bytes):
                out[-1] += data
            elif data:
                out.append(data)
    return out


def starts(facts: list[Fact]) -> list[object]:
    return [
        (part.method + part.target or part.status) if isinstance(part, Head) else part
        for part in summary(facts)
    ]


def test_head() -> None:
    head = parse_request(GET)
    assert (head.method, head.target, head.path, head.version) == ("GET", "/a?b=c", "/a", "1.1")
    assert head.headers == (("host", "x:1"), ("accept", "text/html"))
    answer = parse_answer(b"HTTP/1.0 404 Not  Found\r\nA: 1\r\na:2 \r\n\r\n")
    assert (answer.status, answer.reason, answer.value("a")) == (404, "Not  Found", "1, 2")


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /\r\n\r\n",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"G(T / HTTP/1.1\r\n\r\n",
        b"GET / HTTX/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nname : x\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: 1\r\n folded\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    ],
)
def test_no_head(raw: bytes) -> None:
    with pytest.raises(HeadError):
        parse_request(raw)


def test_what_a_head_opens() -> None:
    request, answer = parse_request(UPGRADE), parse_answer(SWITCH)
    assert asks_for_websocket(request)
    assert upgrade_fault(request, answer) == ""
    assert accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    wrong = parse_answer(SWITCH.replace(b"s3pP", b"xxxx"))
    assert "does not answer" in upgrade_fault(request, wrong)
    assert not asks_for_websocket(parse_request(GET))
    events = parse_request(b"GET /e HTTP/1.1\r\nAccept: text/event-stream\r\n\r\n")
    assert asks_for_events(events)
    stream = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream;charset=utf-8\r\n\r\n"
    assert is_event_stream(parse_answer(stream))


def test_host_alone_is_rewritten() -> None:
    assert with_host(parse_request(GET), "y:2") == GET.replace(b"x:1", b"y:2")


# --- framing --------------------------------------------------------------------------------


def answers(data: bytes, *methods: str, sizes: list[int] | None = None) -> list[object]:
    reader = Reader(answers=True)
    for method in methods:
        reader.expect(method)
    return starts([*read(reader, data, sizes), *reader.finish()])


def test_bodies_of_answers() -> None:
    data = (
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
        b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n"  # to HEAD: no body
        b"HTTP/1.1 100 Continue\r\n\r\n"
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n"
        b"HTTP/1.1 204 No Content\r\n\r\n"
        b"HTTP/1.0 200 OK\r\n\r\nuntil the end"
    )
    expected = [
        200, b"abc", "ended", 200, "ended", 100, 304, "ended", 200, b"abcde", "ended",
        204, "ended", 200, b"until the end", "ended",
    ]  # fmt: skip
    assert answers(data, "GET", "HEAD", "GET", "GET", "GET", "GET") == expected
    methods = ("GET", "HEAD", "GET", "GET", "GET", "GET")
    assert answers(data, *methods, sizes=[1] * len(data)) == expected


def test_keep_alive_with_several_requests() -> None:
    post = b"POST /p HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"
    facts = read(Reader(), GET + post + GET)
    expected = ["GET/a?b=c", "ended", "POST/p", b"hi", "ended", "GET/a?b=c", "ended"]
    assert starts(facts) == expected
    assert b"".join(fact.raw for fact in facts) == GET + post + GET


def test_after_an_upgrade_nothing_is_http() -> None:
    reader = Reader()
    facts = read(reader, UPGRADE + GET)
    assert facts[-1] == Opaque(GET)
    refused = Reader()
    read(refused, UPGRADE)
    refused.go_on()
    assert starts(read(refused, GET)) == ["GET/a?b=c", "ended"]
    switched = Reader(answers=True)
    switched.expect("GET")
    assert read(switched, SWITCH + b"\x81\x00")[-1] == Opaque(b"\x81\x00")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "no length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "no length"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "no chunk size"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", "longer than"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 9000, "too long"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "it begins with"),
        (b"HTTP/1.1 OK\r\n\r\n", "status line"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"a" * 70_000, "larger than 65536"),
        (b"HTTP/1.1 200 OK\r\nContent-Len", "ended within a message"),
    ],
)
def test_broken_answers_are_named(data: bytes, said: str) -> None:
    said_of_it = [part for part in answers(data, "GET") if isinstance(part, str)]
    assert any(said in part for part in said_of_it), said_of_it


def test_other_protocols_are_not_held() -> None:
    for data in (b"\x10\x0e\x00\x04MQTT", b"\x16\x03\x01", b"GE\x00", b"A" * 70):
        (broken,) = Reader().feed(data)
        assert isinstance(broken, Broken)
        assert broken.raw == data
    (broken,) = Reader(answers=True).feed(b"HTTX")
    assert isinstance(broken, Broken)
    assert Reader(answers=True).feed(b"HTT") == []


def test_held_is_bounded() -> None:
    reader = Reader(limit=1000)
    most = 0
    reader.feed(b"GET / HTTP/1.1\r\n")
    for _ in range(100):
        facts = reader.feed(b"A: " + b"x" * 97)
        most = max(most, reader.held)
        if facts and isinstance(facts[0], Broken):
            assert facts[0].too_large
    assert most <= 1100


# --- any cutting ----------------------------------------------------------------------------

parts = st.sampled_from(
    [GET, UPGRADE, b"\r\n", b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
     b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
     b"GET / HTTP/1.1\nA: b\n\n", b"nonsense\r\n\r\n", b"0\r\n", b"GET / HTT"]
)  # fmt: skip
any_requests = st.one_of(st.lists(parts, max_size=6).map(b"".join), st.binary(max_size=200))


@settings(max_examples=200, deadline=None)
@given(any_requests, cuts)
def test_any_cutting_of_requests(data: bytes, sizes: list[int]) -> None:
    one, many = Reader(limit=150), Reader(limit=150)
    whole, cut = read(one, data), read(many, data, sizes)
    # Where reading stops for good, what is held then depends on the cut; what was said does not.
    assert summary([*whole, *one.finish()]) == summary([*cut, *many.finish()]) or one.opaque
    assert [f for f in whole if isinstance(f, HeadRead)] == [
        f for f in cut if isinstance(f, HeadRead)
    ]
    assert data.startswith(b"".join(fact.raw for fact in cut))


answer_parts = st.sampled_from(
    [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"HTTP/1.1 204 No\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n10\r\n0123456789abcdef\r\n"
     b"0\r\n\r\n", b"HTTP/1.1 100 C\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nrest"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(answer_parts, max_size=6).map(b"".join), cuts)
def test_any_cutting_of_answers(data: bytes, sizes: list[int]) -> None:
    methods = ["GET"] * 6
    assert answers(data, *methods) == answers(data, *methods, sizes=sizes)
