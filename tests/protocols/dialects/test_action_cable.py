"""Action Cable: a recorded run of Rails with its client, and AnyCable's extension."""

from __future__ import annotations

import orjson

from tests.protocols.dialects.captured import CAPTURES, IN, OUT, TEXT, Messages, of
from tests.protocols.dialects.captured import read_all as read_messages
from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Means, ReadFlag
from workbench.protocols.dialects import action_cable as dialect

ROOM = '{"channel":"RoomChannel"}'


def frames() -> dict[int, Messages]:
    """Text frames by connection; this capture has quotes escaped within JSON, as they were."""
    found: dict[int, Messages] = {}
    for line in (CAPTURES / "cable.txt").read_text().splitlines():
        _, connection, way, *rest = line.split(None, 4)
        if rest and rest[0] == "text":
            into = found.setdefault(int(connection[1:]), [])
            into.append((OUT if way == "c>s" else IN, rest[1].encode()))
    return found


def read_all(messages: Messages, path: str = "/cable", **settings: str) -> list[Reading]:
    return read_messages(dialect, messages, path=path, **settings)


def pack(value: object) -> bytes:
    return orjson.dumps(value)


def test_a_recorded_run() -> None:
    runs = frames()
    first = read_all(runs[1], id="/seq")
    assert [(r.means, r.stream, r.offset) for r in first] == [
        (Means.OTHER, "", None),
        (Means.SUBSCRIBE, ROOM, None),
        (Means.SUBSCRIBED, ROOM, None),
        (Means.UPDATE, ROOM, 2),
        (Means.UPDATE, ROOM, 1),
    ]
    second = read_all(runs[2])
    assert [r.flags for r in of(second, Means.UPDATE)] == [ReadFlag.CONTENT]
    assert [r.label for r in of(second, Means.ADVICE)] == ["disconnect server_restart"]
    assert of(second, Means.CLAIM) == []


def data(offset: int, epoch: str = "e1") -> bytes:
    place = {"stream_id": "chat_1", "epoch": epoch, "offset": offset}
    return pack({"identifier": ROOM, "message": {"n": offset}, **place})


HISTORY = {"since": 1795500730, "streams": {"chat_1": {"epoch": "e1", "offset": 4}}}


def test_anycable_keeps_a_history() -> None:
    messages = [
        (IN, pack({"type": "welcome", "sid": "s2", "restored": True, "restored_ids": [ROOM]})),
        (OUT, pack({"command": "subscribe", "identifier": ROOM, "history": HISTORY})),
        (IN, pack({"type": "confirm_subscription", "identifier": ROOM})),
        (IN, data(5)),
        (IN, data(6)),
        (IN, pack({"type": "confirm_history", "identifier": ROOM})),
        (IN, data(7)),
    ]
    readings = read_all(messages, "/cable?sid=s1")
    assert [(r.means, r.stream, r.epoch, r.offset, r.flags) for r in readings] == [
        (Means.OTHER, "", "", None, 0),
        (Means.CLAIM, "", "", None, ReadFlag.CLAIMED_YES),
        (Means.IDENTITY, "", "", None, 0),
        (Means.IDENTITY, "", "", None, 0),
        (Means.RESUME, "chat_1", "e1", 4, 0),
        (Means.SUBSCRIBED, ROOM, "", None, 0),
        (Means.UPDATE, "chat_1", "e1", 5, ReadFlag.REPLAYED),
        (Means.UPDATE, "chat_1", "e1", 6, ReadFlag.REPLAYED),
        (Means.CLAIM, "chat_1", "", None, ReadFlag.CLAIMED_YES),
        (Means.UPDATE, "chat_1", "e1", 7, 0),
    ]
    assert [r.id for r in of(readings, Means.IDENTITY)] == ["s1", "s2"]


def test_a_history_that_is_refused_or_only_a_time() -> None:
    messages = [
        (OUT, pack({"command": "history", "identifier": ROOM, "history": HISTORY})),
        (IN, pack({"type": "reject_history", "identifier": ROOM})),
        (IN, data(9, "e2")),
        (OUT, pack({"command": "history", "identifier": ROOM, "history": {"since": 1}})),
        (IN, pack({"type": "confirm_history", "identifier": ROOM})),
    ]
    readings = read_all(messages)
    claims = [(r.stream, r.flags) for r in of(readings, Means.CLAIM)]
    assert claims == [("chat_1", 0), (ROOM, ReadFlag.CLAIMED_YES)]
    assert [(r.epoch, r.offset, r.flags) for r in of(readings, Means.UPDATE)] == [("e2", 9, 0)]
    assert len(of(readings, Means.RESUME)) == 1


def test_a_session_that_was_not_restored() -> None:
    opening = Opening("ws", "/cable", request=(("x-anycable-restore-sid", "s1"),))
    decoder = dialect.decoder(dialect.Settings(), opening)
    readings = decoder.read(IN, TEXT, pack({"type": "welcome", "sid": "s2"}))
    assert [r.flags for r in of(readings, Means.CLAIM)] == [0]


def test_pings_refusals_and_ends() -> None:
    def answer(value: object) -> Means:
        return Means(read_all([(IN, pack(value))])[0].means)

    assert answer({"type": "ping", "message": 1}) == Means.HEARTBEAT
    assert answer({"type": "reject_subscription", "identifier": ROOM}) == Means.ERROR
    assert (
        answer({"type": "disconnect", "reason": "unauthorized", "reconnect": False}) == Means.ERROR
    )
    assert answer({"type": "whatever"}) == Means.OTHER
    assert answer({"identifier": ROOM, "message": 1}) == Means.UPDATE
    assert answer([]) == Means.UNREADABLE
    sent = {"command": "message", "identifier": ROOM, "data": "{}"}
    assert read_all([(OUT, pack(sent))])[0].means == Means.OTHER
    assert read_all([(OUT, pack({"command": "pong"}))])[0].means == Means.HEARTBEAT


def test_recognised_by_subprotocol_and_first_messages() -> None:
    assert dialect.recognise(Opening("ws", "/x", "actioncable-v1-ext-json"), []) > 0.95
    first = [(d, int(TEXT), p) for d, p in frames()[1]]
    assert dialect.recognise(Opening("ws", "/cable"), first) > 0.95
    assert dialect.recognise(Opening("ws", "/cable"), first[:1]) == 0.7
    assert dialect.recognise(Opening("ws", "/cable"), [(IN, int(TEXT), b'{"type":"x"}')]) == 0
