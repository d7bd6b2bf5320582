"""Centrifugo: recorded runs of both versions of the protocol, and their rarer messages."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocols.dialects.captured import IN, OUT, TEXT, Messages, frames, of
from tests.protocols.dialects.captured import read_all as read_messages
from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Means, ReadFlag
from workbench.protocols.dialects import centrifugo as dialect


def read_all(messages: Messages, **settings: str) -> list[Reading]:
    return read_messages(dialect, messages, **settings)


def out(*values: object) -> tuple[int, bytes]:
    return OUT, b"\n".join(orjson.dumps(v) for v in values)


def back(*values: object) -> tuple[int, bytes]:
    return IN, b"\n".join(orjson.dumps(v) for v in values)


def places(readings: list[Reading]) -> list[tuple[str, str, int | None]]:
    return [(r.stream, r.epoch, r.offset) for r in readings]


@pytest.mark.parametrize(
    ("name", "epoch"), [("centv2_recover.txt", "gckT"), ("centv1_recover.txt", "yFEh")]
)
def test_a_recovered_channel_claims_so_and_replays(name: str, epoch: str) -> None:
    runs = frames(name)
    first, second = read_all(runs[1]), read_all(runs[2])
    assert places(of(first, Means.SUBSCRIBE)) == [("room", "", None)]
    assert places(of(first, Means.SUBSCRIBED)) == [("room", epoch, 0)]
    assert places(of(first, Means.UPDATE)) == [("room", epoch, 1), ("room", epoch, 2)]
    assert of(first, Means.CLAIM) == []
    assert places(of(second, Means.RESUME)) == [("room", epoch, 2)]
    assert [r.flags for r in of(second, Means.CLAIM)] == [ReadFlag.CLAIMED_YES]
    again = ReadFlag.REPLAYED
    updates = [(r.offset, r.flags) for r in of(second, Means.UPDATE)]
    assert updates == [(3, again), (4, again), (5, again), (6, 0)]
    assert of(first, Means.UNREADABLE) + of(second, Means.UNREADABLE) == []
    assert of(second, Means.TOO_OLD) == []


def test_a_position_that_is_too_old_is_told_without_a_word() -> None:
    second = read_all(frames("centv2_too_old.txt")[2])
    assert [r.flags for r in of(second, Means.CLAIM)] == [0]
    assert places(of(second, Means.TOO_OLD)) == [("room", "hmdv", 2)]
    assert places(of(second, Means.SUBSCRIBED)) == [("room", "hmdv", 7)]
    assert places(of(second, Means.UPDATE)) == [("room", "hmdv", 8)]


def test_another_epoch_is_no_answer_about_age() -> None:
    asked = {"subscribe": {"channel": "a", "recover": True, "offset": 2, "epoch": "A"}, "id": 2}
    answer = {"id": 2, "subscribe": {"epoch": "B", "offset": 3, "was_recovering": True}}
    pub = {"push": {"channel": "a", "pub": {"data": 1, "offset": 4}}}
    readings = read_all([out(asked), back(answer, pub)])
    assert of(readings, Means.TOO_OLD) == []
    assert [r.flags for r in of(readings, Means.CLAIM)] == [0]
    assert places(of(readings, Means.UPDATE)) == [("a", "B", 4)]


def test_an_unrecoverable_position_can_be_an_error() -> None:
    asked = {"subscribe": {"channel": "a", "recover": True, "offset": 2, "epoch": "A"}, "id": 2}
    readings = read_all([out(asked), back({"id": 2, "error": {"code": 112, "message": "x"}})])
    assert [r.means for r in readings] == [
        Means.RESUME,
        Means.ERROR,
        Means.CLAIM,
        Means.TOO_OLD,
    ]
    assert read_all([back({"id": 9, "error": {"code": 103}})])[0].label == "error 103"


def test_server_side_subscriptions_recover_with_the_connection() -> None:
    subs = {"a": {"recover": True, "epoch": "E", "offset": 4}, "b": {}}
    reply = {
        "client": "x",
        "subs": {
            "a": {"epoch": "E", "recovered": True, "publications": [{"data": 1, "offset": 5}]},
            "b": {"epoch": "F", "offset": 1},
            "c": {"epoch": "G"},
        },
    }
    push = {"push": {"channel": "d", "subscribe": {"epoch": "H", "offset": 8}}}
    readings = read_all(
        [out({"id": 1, "connect": {"subs": subs}}), back({"id": 1, "connect": reply}, push)]
    )
    assert places(of(readings, Means.RESUME)) == [("a", "E", 4)]
    assert places(of(readings, Means.SUBSCRIBED)) == [
        ("a", "E", 0),
        ("b", "F", 1),
        ("c", "G", 0),
        ("d", "H", 8),
    ]
    assert [(r.stream, r.flags) for r in of(readings, Means.CLAIM)] == [("a", ReadFlag.CLAIMED_YES)]
    assert places(of(readings, Means.UPDATE)) == [("a", "E", 5)]


def test_numbered_channels_and_channels_without_positions() -> None:
    messages = [
        out({"id": 1, "subscribe": {"channel": "long-name", "flag": 1}}),
        back({"id": 1, "subscribe": {"epoch": "E", "id": 7}}),
        back({"push": {"id": 7, "pub": {"data": 1, "offset": 1, "time": 1795500730067}}}),
        back({"push": {"channel": "plain", "pub": {"data": {"seq": 3}}}}),
    ]
    numbered, plain = of(read_all(messages), Means.UPDATE)
    assert numbered[:4] == (Means.UPDATE, "long-name", "E", 1)
    assert numbered.time == 1795500730067 * 10**6
    assert (plain.stream, plain.offset, plain.flags) == ("plain", None, ReadFlag.CONTENT)
    given = of(read_all(messages, id="json.seq"), Means.UPDATE)
    assert [(r.stream, r.offset) for r in given] == [("plain", 3)], "the place given counts"


def test_heartbeats_sends_and_advice() -> None:
    messages = [
        back({}),
        out({}),
        out({"id": 3, "publish": {"channel": "a", "data": 1}}),
        back({"id": 3, "publish": {}}),
        out({"id": 4, "method": 9, "params": {"data": 1}}),
        back({"id": 4, "result": {"data": 1}}),
        back({"push": {"channel": "a", "unsubscribe": {"code": 2500}}}),
        back({"push": {"disconnect": {"code": 3010, "reason": "insufficient state"}}}),
        back({"push": {"disconnect": {"code": 3500}}}),
        back({"result": {"type": 1, "channel": "a", "data": {}}}),
    ]
    assert [(r.means, r.id, r.label) for r in read_all(messages)] == [
        (Means.HEARTBEAT, "", "ping"),
        (Means.HEARTBEAT, "", "pong"),
        (Means.SEND, "3", "publish"),
        (Means.REPLY, "3", "publish"),
        (Means.SEND, "4", "rpc"),
        (Means.REPLY, "4", "rpc"),
        (Means.ADVICE, "", "unsubscribe 2500"),
        (Means.ADVICE, "", "disconnect 3010"),
        (Means.ERROR, "", "disconnect 3500"),
        (Means.OTHER, "", "join"),
    ]


@given(st.data())
def test_the_same_however_objects_are_put_into_frames(data: st.DataObject) -> None:
    messages = frames("centv2_recover.txt")[2]
    merged: Messages = []
    for direction, payload in messages:
        for line in payload.split(b"\n"):
            if merged and merged[-1][0] == direction and data.draw(st.booleans()):
                merged[-1] = (direction, merged[-1][1] + b"\n" + line)
            else:
                merged.append((direction, line))
    assert read_all(merged) == read_all(messages)


def test_recognised_by_path_and_first_messages() -> None:
    for name in ("centv1_recover.txt", "centv2_recover.txt", "centv2_too_old.txt"):
        first = [(d, int(TEXT), p) for d, p in frames(name)[2]][:4]
        assert dialect.recognise(Opening("ws"), first) > 0.95
    assert dialect.recognise(Opening("ws", "/connection/websocket?x=1"), []) == 0.8
    assert dialect.recognise(Opening("ws", "/x", "centrifuge-protobuf"), []) == 0
    assert dialect.recognise(Opening("ws", "/x"), [(OUT, int(TEXT), b'{"id":1}')]) == 0


def test_hostile_frames_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialect, "MAX_READINGS", 100)
    readings = read_all([(IN, b"{}\n" * 100_000)])
    assert len(readings) == 102
    assert readings[-1].means == Means.UNREADABLE
    pubs = {"id": 1, "subscribe": {"epoch": "E", "publications": [None] * 1000}}
    assert len(read_all([back(pubs)])) <= 110
    odd = [b'{"id":[],"connect":3}', b'{"push":7}', b'{"result":{"type":-1}}', b'{"method":true}']
    for payload in odd:
        read_all([(IN, payload), (OUT, payload)])
