"""GraphQL: a recorded run of graphql-ws, the older subprotocol, and how streams are named."""

from __future__ import annotations

import orjson
import pytest

from tests.protocols.dialects.captured import IN, OUT, TEXT, Messages, frames, of
from tests.protocols.dialects.captured import read_all as read_messages
from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Means, ReadFlag
from workbench.protocols.dialects import graphql_ws as dialect


def read_all(messages: Messages, **settings: str) -> list[Reading]:
    return read_messages(dialect, messages, **settings)


def pack(kind: str, own: str = "", payload: object = None) -> bytes:
    return orjson.dumps({"id": own, "type": kind, "payload": payload})


def test_a_recorded_run() -> None:
    runs = frames("gql.txt")
    first, second = read_all(runs[1], id="json.upd"), read_all(runs[2], id="json.upd")
    assert [(r.means, r.stream, r.offset) for r in first] == [
        (Means.OTHER, "", None),
        (Means.OTHER, "", None),
        (Means.SUBSCRIBE, "upd", None),
        (Means.UPDATE, "upd", 1),
        (Means.UPDATE, "upd", 2),
    ]
    assert [r.offset for r in of(second, Means.UPDATE)] == [5]
    assert [r.flags for r in of(read_all(runs[1]), Means.UPDATE)] == [ReadFlag.CONTENT] * 2


def operation(query: str, name: str = "", **variables: object) -> str:
    payload = {"query": query, "operationName": name or None, "variables": variables}
    (reading,) = read_all([(OUT, pack("subscribe", "1", payload))], resume="/after")
    return f"{Means(reading.means).name} {reading.stream}"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("subscription{upd}", "SUBSCRIBE upd"),
        ("subscription OnUpd($r: ID!) { upd(room: $r) { n } }", "SUBSCRIBE OnUpd"),
        ("subscription { alias: upd }", "SUBSCRIBE upd"),
        ("# a comment\n\nsubscription\n{\n  upd\n}", "SUBSCRIBE upd"),
        ("fragment F on U { n } subscription { upd { ...F } }", "SUBSCRIBE upd"),
        ("{ rooms }", "OTHER rooms"),
        ("query Rooms { rooms }", "OTHER Rooms"),
        ("mutation { save }", "SEND save"),
        ("", "OTHER "),
        ("{" * 9000, "OTHER "),
    ],
)
def test_an_operation_names_its_stream(query: str, found: str) -> None:
    assert operation(query) == found


def test_variables_part_streams_but_not_the_position() -> None:
    query = "subscription Upd { upd }"
    assert operation(query, room="a") == 'SUBSCRIBE Upd{"room":"a"}'
    assert operation(query, room="a", after=7) == 'RESUME Upd{"room":"a"}'
    assert operation(query, "Other", after="c7") == "RESUME Other"


def test_a_cursor_in_the_variables_asks_from_there() -> None:
    def asked(cursor: object) -> Reading:
        payload = {"query": "subscription{u}", "variables": {"page": {"after": cursor, "n": 5}}}
        return read_all([(OUT, pack("subscribe", "1", payload))], resume="json.page.after")[0]

    assert asked(7)[:5] == (Means.RESUME, 'u{"page":{"n":5}}', "", 7, "")
    assert asked("Y3Vy")[:5] == (Means.RESUME, 'u{"page":{"n":5}}', "", None, "Y3Vy")
    assert asked(None).means == Means.SUBSCRIBE


def test_results_errors_and_ends() -> None:
    messages = [
        (OUT, pack("subscribe", "s", {"query": "subscription{u}"})),
        (IN, pack("next", "s", {"data": {"u": 1}})),
        (IN, pack("next", "s", {"data": None, "errors": [{"message": "x"}]})),
        (IN, pack("next", "s", [])),
        (IN, pack("complete", "s")),
        (OUT, pack("subscribe", "m", {"query": "mutation{save}"})),
        (IN, pack("next", "m", {"data": {"save": True}})),
        (IN, pack("complete", "m")),
        (OUT, pack("subscribe", "q", {"query": "{u}"})),
        (IN, pack("next", "q", {"data": {"u": 1}})),
        (OUT, pack("subscribe", "t", {"query": "subscription{u}"})),
        (IN, pack("error", "t", [])),
        (OUT, pack("complete", "t")),
        (IN, pack("ping")),
        (OUT, pack("pong")),
    ]
    assert [(r.means, r.stream) for r in read_all(messages)] == [
        (Means.SUBSCRIBE, "u"),
        (Means.UPDATE, "u"),
        (Means.ERROR, "u"),
        (Means.UNREADABLE, "u"),
        (Means.ADVICE, "u"),
        (Means.SEND, "save"),
        (Means.REPLY, "save"),
        (Means.OTHER, "save"),
        (Means.OTHER, "u"),
        (Means.OTHER, "u"),
        (Means.SUBSCRIBE, "u"),
        (Means.ERROR, "u"),
        (Means.OTHER, ""),
        (Means.HEARTBEAT, ""),
        (Means.HEARTBEAT, ""),
    ]


def test_the_older_subprotocol() -> None:
    messages = [
        (OUT, pack("connection_init")),
        (IN, pack("connection_ack")),
        (IN, pack("ka")),
        (OUT, pack("start", "1", {"query": "subscription{u}"})),
        (IN, pack("data", "1", {"data": {"u": 4}})),
        (OUT, pack("stop", "1")),
        (IN, pack("complete", "1")),
        (IN, pack("connection_error")),
    ]
    assert [r.means for r in read_all(messages, id="/u")] == [
        Means.OTHER,
        Means.OTHER,
        Means.HEARTBEAT,
        Means.SUBSCRIBE,
        Means.UPDATE,
        Means.OTHER,
        Means.OTHER,
        Means.ERROR,
    ]


@pytest.mark.parametrize("payload", [b"[]", b"{}", b'{"type":1}', b"nonsense"])
def test_what_is_no_message(payload: bytes) -> None:
    assert read_all([(IN, payload)])[0].means == Means.UNREADABLE


def test_recognised_by_subprotocol_and_first_message() -> None:
    first = [(d, int(TEXT), p) for d, p in frames("gql.txt")[1]]
    assert dialect.recognise(Opening("ws", "/graphql"), first[:4]) == 0.95
    assert dialect.recognise(Opening("ws", "/x", "graphql-transport-ws"), []) == 0.97
    assert dialect.recognise(Opening("ws", "/x"), [(OUT, int(TEXT), b'{"type":"hi"}')]) == 0
