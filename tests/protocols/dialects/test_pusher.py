"""Pusher: events of protocol 7, whose data is JSON within a text."""

from __future__ import annotations

import orjson
import pytest

from tests.protocols.dialects.captured import BINARY, IN, OUT, TEXT, Messages, of
from tests.protocols.dialects.captured import read_all as read_messages
from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Means, ReadFlag
from workbench.protocols.dialects import pusher as dialect


def read_all(messages: Messages, **settings: str) -> list[Reading]:
    return read_messages(dialect, messages, **settings)


def event(name: str, data: object, channel: str = "", *, twice: bool = True) -> bytes:
    value: dict[str, object] = {"event": name}
    value["data"] = orjson.dumps(data).decode() if twice else data
    if channel:
        value["channel"] = channel
    return orjson.dumps(value)


RUN: Messages = [
    (IN, event("pusher:connection_established", {"socket_id": "1.2", "activity_timeout": 120})),
    (OUT, event("pusher:subscribe", {"channel": "news"}, twice=False)),
    (IN, event("pusher_internal:subscription_succeeded", {}, "news")),
    (IN, event("upd", {"seq": 1}, "news")),
    (IN, event("upd", {"seq": 2}, "news", twice=False)),
    (OUT, event("client-typing", {"x": 1}, "news", twice=False)),
    (OUT, event("pusher:ping", {}, twice=False)),
    (IN, event("pusher:pong", {})),
]


def test_a_channels_life() -> None:
    readings = read_all(RUN, id="json.seq")
    assert [(r.means, r.stream, r.offset) for r in readings] == [
        (Means.OTHER, "", None),
        (Means.SUBSCRIBE, "news", None),
        (Means.SUBSCRIBED, "news", None),
        (Means.UPDATE, "news", 1),
        (Means.UPDATE, "news", 2),
        (Means.OTHER, "news", None),
        (Means.HEARTBEAT, "", None),
        (Means.HEARTBEAT, "", None),
    ]
    assert of(readings, Means.IDENTITY) == [], "a socket id is new every time"
    assert [r.flags for r in of(read_all(RUN), Means.UPDATE)] == [ReadFlag.CONTENT] * 2


def test_the_same_content_whichever_way_it_is_encoded() -> None:
    messages = [
        (IN, event("upd", {"a": 1, "b": 2}, "n")),
        (IN, event("upd", {"b": 2, "a": 1}, "n", twice=False)),
        (IN, event("upd", "plain text", "n", twice=False)),
    ]
    first, second, third = read_all(messages)
    assert first.id == second.id != third.id
    assert third.means == Means.UPDATE


def test_a_cache_channel_repeats_its_last_event() -> None:
    def succeeded(channel: str) -> tuple[int, bytes]:
        return IN, event("pusher_internal:subscription_succeeded", {}, channel)

    messages = [
        succeeded("cache-a"),
        (IN, event("upd", 1, "cache-a")),
        (IN, event("upd", 2, "cache-a")),
        succeeded("private-cache-b"),
        (IN, event("pusher:cache_miss", {}, "private-cache-b")),
        (IN, event("upd", 1, "private-cache-b")),
    ]
    again = [bool(r.flags & ReadFlag.REPLAYED) for r in of(read_all(messages), Means.UPDATE)]
    assert again == [True, False, False]


@pytest.mark.parametrize(
    ("code", "means"),
    [(4001, Means.ERROR), (4100, Means.ADVICE), (4200, Means.ADVICE), (4301, Means.ERROR)],
)
def test_errors_by_their_range(code: int, means: Means) -> None:
    (reading,) = read_all([(IN, event("pusher:error", {"code": code}, twice=False))])
    assert (reading.means, reading.label) == (means, f"error {code}")


def test_only_the_event_that_was_named() -> None:
    assert of(read_all(RUN, event="other"), Means.UPDATE) == []


@pytest.mark.parametrize("payload", [b"{}", b"[]", b'{"event":3}', b"x", b""])
def test_what_is_no_event(payload: bytes) -> None:
    assert read_all([(IN, payload)])[0].means == Means.UNREADABLE
    assert read_messages(dialect, [(IN, payload)], BINARY)[0].means == Means.UNREADABLE


def test_data_that_is_deep_within_its_text() -> None:
    deep = orjson.dumps({"event": "upd", "channel": "n", "data": "[" * 900 + "]" * 900})
    (reading,) = read_all([(IN, deep)])
    assert (reading.means, reading.flags) == (Means.UPDATE, ReadFlag.CONTENT)
    other = orjson.dumps({"event": "upd", "channel": "n", "data": "[" * 901 + "]" * 901})
    assert read_all([(IN, other)])[0].id != reading.id


def test_recognised_by_path_and_first_event() -> None:
    first = [(d, int(TEXT), p) for d, p in RUN[:1]]
    assert dialect.recognise(Opening("ws", "/x"), first) > 0.95
    assert dialect.recognise(Opening("ws", "/app/key?protocol=7&client=js"), []) == 0.85
    assert dialect.recognise(Opening("ws", "/x"), [(IN, int(TEXT), b'{"event":"upd"}')]) == 0
