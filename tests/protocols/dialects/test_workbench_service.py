"""The reference service's protocol, word by word."""

from __future__ import annotations

from typing import Any

import orjson

from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects import workbench_service as dialect
from workbench.protocols.event_text import Event, encode_event

IN, OUT = Direction.IN, Direction.OUT


def fresh() -> dialect.ServiceDecoder:
    return dialect.decoder(dialect.Settings(), Opening("ws"))


def said(decoder: Any, direction: int, value: dict[str, Any]) -> list[Reading]:
    return list(decoder.read(direction, Opcode.TEXT, orjson.dumps(value)))


UPDATE = {
    "type": "update",
    "stream": "prices",
    "epoch": "9f",
    "offset": 7,
    "ts": 1780000000123.25,
    "key": "EURUSD",
    "payload": {"v": 1},
}


def test_an_update_has_its_position_key_and_time() -> None:
    assert said(fresh(), IN, UPDATE) == [
        Reading(Means.UPDATE, "prices", "9f", 7, "", "EURUSD", "update", 1_780_000_000_123_250_000)
    ]
    assert said(fresh(), IN, {**UPDATE, "replayed": True})[0].flags == ReadFlag.REPLAYED


def test_an_update_without_a_usable_offset_is_unreadable() -> None:
    for offset in (None, -1, 1.5, 2**63, True, [], "x"):
        assert said(fresh(), IN, {**UPDATE, "offset": offset})[0].means == Means.UNREADABLE


def test_resuming_is_after_a_position_and_subscribing_is_without() -> None:
    decoder = fresh()
    asked = {"op": "subscribe", "stream": "prices", "after": {"epoch": "9f", "offset": 6}}
    (resume,) = said(decoder, OUT, asked)
    assert resume[:4] == (Means.RESUME, "prices", "9f", 6)
    assert not resume.flags & ReadFlag.INCLUSIVE
    (subscribe,) = said(decoder, OUT, {"op": "subscribe", "stream": "prices"})
    assert subscribe[:4] == (Means.SUBSCRIBE, "prices", "", None)


def test_a_claim_needs_something_to_recover() -> None:
    answer = {"type": "subscribed", "stream": "prices", "epoch": "9f", "offset": 9}
    first = fresh()
    assert [r.means for r in said(first, IN, {**answer, "recovered": False})] == [Means.SUBSCRIBED]
    again = fresh()
    said(again, OUT, {"op": "subscribe", "stream": "prices", "after": {"epoch": "e", "offset": 6}})
    denied = said(again, IN, {**answer, "recovered": False})
    assert [(r.means, r.flags) for r in denied] == [(Means.SUBSCRIBED, 0), (Means.CLAIM, 0)]
    claimed = said(again, IN, {**answer, "recovered": True})
    assert claimed[1].flags == ReadFlag.CLAIMED_YES
    assert claimed[0][:4] == (Means.SUBSCRIBED, "prices", "9f", 9)


def test_too_old_names_the_position_that_was_asked_for() -> None:
    answer = {
        "type": "too_old",
        "stream": "prices",
        "asked": {"epoch": "8e", "offset": 3},
        "oldest": 100,
        "epoch": "9f",
        "top": 120,
    }
    assert said(fresh(), IN, answer)[0][:4] == (Means.TOO_OLD, "prices", "8e", 3)


def test_the_rest_of_the_words() -> None:
    decoder = fresh()
    snapshot = {"type": "snapshot", "stream": "s", "epoch": "e", "offset": 4, "values": []}
    assert said(decoder, IN, snapshot)[0][:4] == (Means.SNAPSHOT, "s", "e", 4)
    assert said(decoder, OUT, {"op": "ping"})[0].means == Means.HEARTBEAT
    assert said(decoder, IN, {"type": "pong"})[0].means == Means.HEARTBEAT
    sent = {"op": "publish", "stream": "s", "payload": 1, "id": "q1"}
    assert said(decoder, OUT, sent)[0][:5] == (Means.SEND, "s", "", None, "q1")
    ack = {"type": "ack", "id": "q1", "stream": "s", "epoch": "e", "offset": 5}
    assert said(decoder, IN, ack)[0][:5] == (Means.REPLY, "s", "e", 5, "q1")
    error = said(decoder, IN, {"type": "error", "code": "bad_op", "message": "…"})[0]
    assert (error.means, error.label) == (Means.ERROR, "error bad_op")
    assert said(decoder, IN, {"type": "news"})[0].means == Means.OTHER


def test_the_same_as_events_and_the_head_of_the_request_asks() -> None:
    decoder = fresh()
    head = (
        b"GET /events?stream=prices&last_event_id=8e:1 HTTP/1.1\r\nHost: h\r\n"
        b"Last-Event-ID: 9f:6\r\n\r\n"
    )
    assert decoder.read(OUT, 0, head)[0][:4] == (Means.RESUME, "prices", "9f", 6)
    event = encode_event(Event("9f:7", data=orjson.dumps(UPDATE).decode()))
    assert decoder.read(IN, Opcode.EVENT, event)[0][:4] == (Means.UPDATE, "prices", "9f", 7)
    assert decoder.read(IN, Opcode.EVENT, b"retry: 1000\n")[0].means == Means.OTHER
    answer = {"type": "subscribed", "stream": "prices", "epoch": "9f", "offset": 9}
    assert len(said(decoder, IN, answer)) == 2
    upgrade = b"GET /ws?stream=prices HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"
    assert list(fresh().read(OUT, 0, upgrade)) == []
    plain = b"GET /events?stream=prices HTTP/1.1\r\nHost: h\r\n\r\n"
    assert fresh().read(OUT, 0, plain)[0].means == Means.SUBSCRIBE


def test_recognised_by_words_that_only_it_uses() -> None:
    def sure(value: Any) -> float:
        return dialect.recognise(Opening("ws"), [(IN, Opcode.TEXT, orjson.dumps(value))])

    assert sure(UPDATE) > 0.9
    assert sure({"op": "subscribe", "stream": "s"}) > 0.9
    assert sure({"type": "update", "id": 4}) == 0
    assert sure([1]) == 0
