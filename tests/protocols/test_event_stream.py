"""Event streams as WHATWG HTML section 9.2.6 reads them, however they are cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.protocols.cutting import cuts, pieces
from workbench.protocols.event_stream import Comment, Event, EventStream
from workbench.protocols.event_text import decode_event


def parse(data: bytes, sizes: list[int] | None = None, **given: object) -> list[Event | Comment]:
    stream = EventStream(**given)
    out = [event for piece in pieces(data, sizes or []) for event in stream.feed(piece)]
    return out + stream.finish()


def told(data: bytes) -> list[tuple[str, str | None, str | None, str]]:
    return [
        (event.type, event.data, event.id, event.last_id)
        for event in parse(data)
        if isinstance(event, Event) and event.whole
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"data: a\n\n", [("", "a", None, "")]),
        (b"data:a\n\n", [("", "a", None, "")]),
        (b"data:  a\n\n", [("", " a", None, "")]),
        (b"data: a\ndata: b\n\n", [("", "a\nb", None, "")]),
        (b"data\n\n", [("", "", None, "")]),
        (b"data\ndata\n\n", [("", "\n", None, "")]),
        (b"event: add\ndata: 7\n\n", [("add", "7", None, "")]),
        (b"id: 1\ndata: x\n\ndata: y\n\n", [("", "x", "1", "1"), ("", "y", None, "1")]),
        (b"id: 1\ndata: x\n\nid\ndata: y\n\n", [("", "x", "1", "1"), ("", "y", "", "")]),
        (b"id: 1\x00\ndata: x\n\n", [("", "x", None, "")]),
        (b"id: 9\n\n", [("", None, "9", "9")]),
        (b"\xef\xbb\xbfdata: x\n\n", [("", "x", None, "")]),
        (b"data: x\r\n\r\ndata: y\r\r", [("", "x", None, ""), ("", "y", None, "")]),
        (b"other: z\ndata: x\n\n", [("", "x", None, "")]),
        (b"\n\n\ndata: x\n\n", [("", "x", None, "")]),
    ],
)
def test_events(data: bytes, expected: list[tuple[str, str | None, str | None, str]]) -> None:
    assert told(data) == expected


def test_retry_takes_digits_alone() -> None:
    events = parse(b"retry: 1500\n\nretry: 2s\n\nretry: -1\n\n")
    assert [event.retry for event in events] == [1500, None, None]


def test_comments_are_heartbeats() -> None:
    assert parse(b": ping\n:\n\n") == [Comment("ping", 7), Comment("", 2)]


def test_an_event_cut_off_at_the_end_is_discarded_and_named() -> None:
    *_, cut = parse(b"id: 1\ndata: x\n\nid: 2\ndata: y\n")
    assert isinstance(cut, Event)
    assert not cut.whole
    assert not cut.dispatched
    assert cut.problem == "the stream ended within an event"
    assert cut.last_id == "1"  # the id of a discarded event does not count


def test_last_id_goes_on_from_the_request() -> None:
    (event,) = parse(b"data: x\n\n", last_id="41")
    assert event.last_id == "41"


def test_too_large_an_event_is_cut_short() -> None:
    (event,) = parse(b"data: " + b"x" * 5000 + b"\n\n", limit=1000)
    assert event.cut_short
    assert len(event.data) <= 1000
    assert event.wire == 5008


def test_endless_lines_stay_bounded() -> None:
    stream = EventStream(limit=1000)
    for _ in range(500):
        stream.feed(b"x" * 1000)
    for _ in range(500):
        stream.feed(b"\ndata:\ndata: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy")
    (event,) = stream.feed(b"\n\n")
    assert event.cut_short
    assert len(event.data) <= 1000


def test_invalid_utf8_is_named() -> None:
    (event,) = parse(b"data: \xff\n\n")
    assert event.data == "\ufffd"
    assert event.problem == "a line is not UTF-8"


def test_kept_as_lines() -> None:
    (event,) = parse(b"data:a\r\ndata:b\r\nretry:5\r\nevent:t\r\nid:7\r\n\r\n")
    assert event.text() == b"id: 7\nevent: t\nretry: 5\ndata: a\ndata: b\n"


lines = st.sampled_from(
    [b"data: x", b"data:", b"id: 1", b"id", b": c", b"event: e", b"retry: 3",
     b"\xef\xbb\xbfdata: b", b"id: \x00", b"", b"data: \xff", b"nonsense"]
)  # fmt: skip
streams = st.lists(
    st.tuples(lines, st.sampled_from([b"\n", b"\r", b"\r\n"])).map(b"".join), max_size=20
).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(streams, st.binary(max_size=200)), cuts)
def test_any_cutting(data: bytes, sizes: list[int]) -> None:
    assert parse(data, sizes, limit=20) == parse(data, limit=20)


@given(st.binary(max_size=200), cuts)
def test_what_is_kept_reads_the_same_again(data: bytes, sizes: list[int]) -> None:
    for event in parse(b"data: " + data + b"\n\n", sizes):
        if isinstance(event, Event) and event.dispatched:
            again = decode_event(event.text())
            assert (again.event, again.data, again.id) == (event.type, event.data, event.id)
