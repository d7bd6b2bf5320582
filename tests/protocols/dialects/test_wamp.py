"""WAMP: messages of the basic profile, JSON serialisation."""

from __future__ import annotations

import orjson
import pytest

from tests.protocols.dialects.captured import BINARY, IN, OUT, TEXT, Messages, of
from tests.protocols.dialects.captured import read_all as read_messages
from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Means
from workbench.protocols.dialects import wamp as dialect


def read_all(messages: Messages, **settings: str) -> list[Reading]:
    return read_messages(dialect, messages, **settings)


def pack(*values: object) -> bytes:
    return orjson.dumps(values)


RUN: Messages = [
    (OUT, pack(1, "realm1", {"roles": {"subscriber": {}}})),
    (IN, pack(2, 9129137332, {"roles": {"broker": {}}})),
    (OUT, pack(32, 1, {}, "com.room")),
    (IN, pack(33, 1, 5512315355)),
    (IN, pack(36, 5512315355, 4429313566, {}, [{"seq": 1}])),
    (IN, pack(36, 5512315355, 1010101010, {}, [], {"seq": 2})),
    (IN, pack(36, 5512315355, 7, {"topic": "com.room.a"}, [{"seq": 3}])),
]


def test_a_publication_is_known_by_its_number() -> None:
    readings = read_all(RUN)
    assert [(r.means, r.stream, r.offset, r.id) for r in readings] == [
        (Means.OTHER, "", None, ""),
        (Means.OTHER, "", None, ""),
        (Means.SUBSCRIBE, "com.room", None, ""),
        (Means.SUBSCRIBED, "com.room", None, ""),
        (Means.UPDATE, "com.room", None, "4429313566"),
        (Means.UPDATE, "com.room", None, "1010101010"),
        (Means.UPDATE, "com.room.a", None, "7"),
    ]
    assert all(r.flags == 0 for r in readings)
    assert dialect.IDS == "opaque"


def test_places_in_arguments() -> None:
    updates = of(read_all(RUN, id="/args/0/seq"), Means.UPDATE)
    assert [r.offset for r in updates] == [1, 3]
    updates = of(read_all(RUN, id="json.kwargs.seq"), Means.UPDATE)
    assert [r.offset for r in updates] == [2]


def test_requests_are_numbered_in_their_session() -> None:
    messages = [
        *RUN[:2],
        (OUT, pack(16, 2, {"acknowledge": True}, "com.room", [1])),
        (IN, pack(17, 2, 3434)),
        (OUT, pack(16, 3, {}, "com.room", [1])),
        (OUT, pack(48, 4, {}, "com.save")),
        (IN, pack(8, 48, 4, {}, "wamp.error.no_such_procedure")),
        (OUT, pack(48, 5, {}, "com.save")),
        (IN, pack(50, 5, {}, [1])),
    ]
    assert [(r.means, r.stream, r.id) for r in read_all(messages)][2:] == [
        (Means.SEND, "com.room", "9129137332/2"),
        (Means.REPLY, "", "9129137332/2"),
        (Means.OTHER, "com.room", ""),
        (Means.SEND, "com.save", "9129137332/4"),
        (Means.ERROR, "", "9129137332/4"),
        (Means.SEND, "com.save", "9129137332/5"),
        (Means.REPLY, "", "9129137332/5"),
    ]


def test_a_subscription_that_is_refused() -> None:
    messages = [(OUT, pack(32, 1, {}, "a")), (IN, pack(8, 32, 1, {}, "wamp.error.not_authorized"))]
    error = read_all(messages)[-1]
    assert error[:2] == (Means.ERROR, "a")
    assert error.label == "ERROR wamp.error.not_authorized"


@pytest.mark.parametrize(
    ("message", "means"),
    [
        (pack(6, {}, "wamp.close.system_shutdown"), Means.ADVICE),
        (pack(6, {}, "wamp.close.goodbye_and_out"), Means.OTHER),
        (pack(3, {}, "wamp.error.no_such_realm"), Means.ERROR),
        (pack(3, {}, "wamp.close.system_shutdown"), Means.ADVICE),
        (pack(36), Means.UPDATE),
        (pack(999), Means.UNREADABLE),
        (pack(True, 1), Means.UNREADABLE),
        (b"[]", Means.UNREADABLE),
        (b"{}", Means.UNREADABLE),
    ],
)
def test_ends_and_garbage(message: bytes, means: Means) -> None:
    assert read_all([(IN, message)])[0].means == means


def test_other_serialisations_are_not_read() -> None:
    assert read_messages(dialect, [(IN, b"\x93")], BINARY)[0].means == Means.UNREADABLE
    assert dialect.recognise(Opening("ws", "/ws", "wamp.2.msgpack"), []) == 0


def test_recognised_by_subprotocol_and_hello() -> None:
    first = [(d, int(TEXT), p) for d, p in RUN[:2]]
    assert dialect.recognise(Opening("ws", "/ws"), first) == 0.95
    assert dialect.recognise(Opening("ws", "/ws", "wamp.2.json"), []) == 0.97
    array = [(OUT, int(TEXT), b'["1","1","room","phx_join",{}]')]
    assert dialect.recognise(Opening("ws", "/ws"), array) == 0
