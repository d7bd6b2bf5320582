"""Phoenix channels: messages as the serializers of phoenix.js write them."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocols.dialects.captured import BINARY, IN, OUT, TEXT, Messages, of
from tests.protocols.dialects.captured import read_all as read_messages
from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Means, ReadFlag
from workbench.protocols.dialects import phoenix as dialect


def read_all(messages: Messages, **settings: str) -> list[Reading]:
    return read_messages(dialect, messages, **settings)


def pack(*values: object) -> bytes:
    return orjson.dumps(values)


JOINED: Messages = [
    (OUT, pack("3", "3", "room:1", "phx_join", {"last_seen": 7})),
    (IN, pack("3", "3", "room:1", "phx_reply", {"status": "ok", "response": {}})),
    (IN, pack("3", None, "room:1", "upd", {"seq": 8})),
    (OUT, pack(None, "4", "phoenix", "heartbeat", {})),
    (IN, pack(None, "4", "phoenix", "phx_reply", {"status": "ok", "response": {}})),
    (OUT, pack("3", "5", "room:1", "new_msg", {"text": "x"})),
    (IN, pack("3", "5", "room:1", "phx_reply", {"status": "ok", "response": {}})),
    (IN, pack("3", None, "room:1", "presence_diff", {})),
    (IN, pack("3", None, "room:1", "phx_error", {})),
    (IN, pack("3", None, "room:1", "phx_close", {})),
    (OUT, pack("3", "6", "room:1", "phx_leave", {})),
]


def test_a_channels_life() -> None:
    readings = read_all(JOINED, id="/seq", resume="json.last_seen")
    assert [(r.means, r.stream, r.offset, r.id) for r in readings] == [
        (Means.RESUME, "room:1", 7, ""),
        (Means.SUBSCRIBED, "room:1", None, ""),
        (Means.UPDATE, "room:1", 8, ""),
        (Means.HEARTBEAT, "", None, ""),
        (Means.HEARTBEAT, "", None, ""),
        (Means.SEND, "room:1", None, "5"),
        (Means.REPLY, "room:1", None, "5"),
        (Means.OTHER, "room:1", None, ""),
        (Means.ERROR, "room:1", None, ""),
        (Means.OTHER, "room:1", None, ""),
        (Means.OTHER, "room:1", None, ""),
    ]


def test_without_places_a_join_asks_for_nothing_and_updates_are_content() -> None:
    readings = read_all(JOINED)
    assert of(readings, Means.RESUME) == []
    assert [r.stream for r in of(readings, Means.SUBSCRIBE)] == ["room:1"]
    assert [r.flags for r in of(readings, Means.UPDATE)] == [ReadFlag.CONTENT]


def test_a_join_that_is_refused() -> None:
    messages = [
        (OUT, pack("1", "1", "room:1", "phx_join", {})),
        (IN, pack("1", "1", "room:1", "phx_reply", {"status": "error", "response": {}})),
    ]
    assert read_all(messages)[-1].means == Means.ERROR


def test_version_1_has_objects_without_the_joins_reference() -> None:
    def old(ref: str | None, event: str, payload: object) -> bytes:
        return orjson.dumps({"topic": "a", "event": event, "payload": payload, "ref": ref})

    messages = [
        (OUT, old("1", "phx_join", {})),
        (IN, old("1", "phx_reply", {"status": "ok"})),
        (OUT, old("2", "save", {})),
        (IN, old("2", "phx_reply", {"status": "ok"})),
        (IN, old(None, "upd", {"seq": 1})),
    ]
    assert [r.means for r in read_all(messages)] == [
        Means.SUBSCRIBE,
        Means.SUBSCRIBED,
        Means.SEND,
        Means.REPLY,
        Means.UPDATE,
    ]


def framed(kind: int, *texts: bytes, data: bytes = b"") -> bytes:
    return bytes([kind, *map(len, texts)]) + b"".join(texts) + data


def test_binary_frames() -> None:
    messages = [
        (OUT, framed(0, b"3", b"7", b"room:1", b"file", data=b"\0\1")),
        (IN, framed(1, b"3", b"7", b"room:1", b"ok", data=b"")),
        (IN, framed(2, b"room:1", b"upd", data=b"\xff\x00")),
        (IN, framed(0, b"3", b"room:1", b"upd", data=b"\xff\x00")),
    ]
    readings = read_messages(dialect, messages, BINARY)
    assert [(r.means, r.stream, r.label) for r in readings] == [
        (Means.SEND, "room:1", "file"),
        (Means.REPLY, "room:1", "phx_reply ok"),
        (Means.UPDATE, "room:1", "upd"),
        (Means.UPDATE, "room:1", "upd"),
    ]
    assert readings[2].id == readings[3].id, "the same content"


@given(st.binary(max_size=40), st.sampled_from([IN, OUT]))
def test_any_binary_frame_is_read_within_its_bounds(frame: bytes, direction: int) -> None:
    assert len(read_messages(dialect, [(direction, frame)], BINARY)) == 1


@pytest.mark.parametrize(
    "payload",
    [b"[1,2,3]", b'["1","1","a","b",{},6]', b'[[],"1","a","b",{}]', b'["1","1",3,"b",{}]', b"7"],
)
def test_what_is_no_message(payload: bytes) -> None:
    assert read_all([(IN, payload)])[0].means == Means.UNREADABLE


def test_only_the_event_that_was_named() -> None:
    readings = read_all(JOINED, event="other")
    assert of(readings, Means.UPDATE) == []


def test_recognised_by_path_and_first_messages() -> None:
    path = "/socket/websocket?vsn=2.0.0"
    assert dialect.recognise(Opening("ws", path), []) == 0.85
    first = [(d, int(TEXT), p) for d, p in JOINED[:4]]
    assert dialect.recognise(Opening("ws", "/x"), first) > 0.95
    assert dialect.recognise(Opening("ws", "/x"), [(OUT, int(TEXT), b'[1,"realm",{}]')]) == 0
