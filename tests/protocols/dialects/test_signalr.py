"""SignalR: recorded runs of Microsoft's client, plain and with stateful reconnect."""

from __future__ import annotations

import orjson
from hypothesis import given

from tests.protocols.dialects.captured import IN, OUT, TEXT, Messages, cut, cuts, frames, of
from tests.protocols.dialects.captured import read_all as read_messages
from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Means, ReadFlag
from workbench.protocols.dialects import signalr as dialect

PATH = "/hub?id=token-1"


def read_all(messages: Messages, path: str = PATH, **settings: str) -> list[Reading]:
    return read_messages(dialect, messages, path=path, **settings)


def packed(*values: object) -> bytes:
    return b"".join(orjson.dumps(v) + b"\x1e" for v in values)


def upd(seq: int) -> dict[str, object]:
    return {"type": 1, "target": "upd", "arguments": [{"seq": seq}]}


def test_a_plain_connection_knows_updates_by_content() -> None:
    runs = frames("sr_plain_cut.txt")
    first = read_all(runs[2])
    assert [r.means for r in first][:4] == [
        Means.IDENTITY,
        Means.SUBSCRIBE,
        Means.SUBSCRIBED,
        Means.HEARTBEAT,
    ]
    updates = of(first, Means.UPDATE)
    assert [(r.stream, r.label, r.offset) for r in updates] == [("/hub", "upd", None)] * 3
    assert all(r.flags == ReadFlag.CONTENT for r in updates)
    assert len({r.id for r in updates}) == 3
    by_place = of(read_all(runs[2], id="/0"), Means.UPDATE)
    assert [r.offset for r in by_place] == [1, 2, 3]


def test_a_stateful_connection_is_counted_without_a_word() -> None:
    runs = frames("sr_stateful_cut.txt")
    first, second = read_all(runs[2]), read_all(runs[6], "/hub?id=token-2")
    assert [(r.epoch, r.offset, r.flags) for r in of(first, Means.UPDATE)] == [
        ("token-1", 1, 0),
        ("token-1", 2, 0),
        ("token-1", 3, 0),
    ]
    assert [(r.stream, r.epoch, r.offset) for r in of(first, Means.ACK)] == [("/hub", "token-1", 2)]
    assert [(r.epoch, r.offset) for r in of(second, Means.UPDATE)] == [("token-2", 1)]
    assert of(second, Means.CLAIM) == []
    keys = [r.id for r in of(first + second, Means.IDENTITY)]
    assert keys == ["token-1", "token-2"]
    plain = of(read_all(runs[2], numbers="content"), Means.UPDATE)
    assert all(r.flags == ReadFlag.CONTENT for r in plain)


def test_a_resumed_connection_goes_on_with_the_number_it_says() -> None:
    messages = [
        (OUT, packed({"type": 9, "sequenceId": 1})),
        (IN, packed({"type": 9, "sequenceId": 3}, upd(3), upd(4))),
        (OUT, packed({"type": 8, "sequenceId": 4})),
        (IN, packed({"type": 8, "sequenceId": 1}, {"type": 6}, upd(5))),
    ]
    readings = read_all(messages)
    assert [r.means for r in readings] == [
        Means.IDENTITY,
        Means.RESUME,
        Means.SUBSCRIBED,
        Means.CLAIM,
        Means.UPDATE,
        Means.UPDATE,
        Means.ACK,
        Means.OTHER,
        Means.HEARTBEAT,
        Means.UPDATE,
    ]
    assert [r.offset for r in of(readings, Means.UPDATE)] == [3, 4, 5]
    assert of(readings, Means.CLAIM)[0].flags == ReadFlag.CLAIMED_YES
    first = [(d, int(TEXT), p) for d, p in messages]
    assert dialect.recognise(Opening("ws", PATH), first) == 0.9


def test_results_take_numbers_too() -> None:
    messages = [
        (OUT, packed({"protocol": "json", "version": 2})),
        (IN, packed({})),
        (OUT, packed({"type": 1, "target": "save", "invocationId": "7", "arguments": []})),
        (IN, packed(upd(1), {"type": 3, "invocationId": "7", "result": 1}, upd(2))),
    ]
    readings = read_all(messages)
    assert [r.offset for r in of(readings, Means.UPDATE)] == [1, 2, 3]
    assert [r.id for r in of(readings, Means.SEND)] == ["7"]
    assert [r.id for r in of(readings, Means.REPLY)] == ["7"]
    given_place = read_all(messages, id="/0/seq")
    assert [r.offset for r in of(given_place, Means.UPDATE)] == [1, 2]
    assert len(of(given_place, Means.REPLY)) == 1


def test_only_the_target_that_was_named() -> None:
    other = {"type": 1, "target": "typing", "arguments": []}
    messages = [(OUT, packed({"protocol": "json", "version": 1})), (IN, packed({}, upd(1), other))]
    readings = read_all(messages, target="upd")
    assert [r.label for r in of(readings, Means.UPDATE)] == ["upd"]
    assert readings[-1].means == Means.OTHER


def test_ends_and_refusals() -> None:
    def answer(*values: object) -> Means:
        return Means(read_all([(IN, packed(*values))], "/hub")[-1].means)

    assert answer({}) == Means.SUBSCRIBED
    assert answer({"error": "no"}) == Means.ERROR
    assert answer({}, {"type": 7, "allowReconnect": True}) == Means.ADVICE
    assert answer({}, {"type": 7, "error": "gone"}) == Means.ERROR
    assert answer({}, {"type": 7}) == Means.OTHER
    assert answer({}, {"type": 9, "sequenceId": 2**60}) == Means.UNREADABLE
    assert answer({}, {"type": 99}) == Means.UNREADABLE
    assert answer({}, {"type": True}) == Means.UNREADABLE
    assert answer({}, {"type": 2, "invocationId": "1", "item": 5}) == Means.UPDATE


STREAM = packed({}, upd(1), {"type": 6}, upd(2), {"type": 3, "invocationId": "1"}, 5) + b"[\x1e"


@given(cuts(len(STREAM)))
def test_the_same_whatever_the_cutting(places: list[int]) -> None:
    whole = read_all([(IN, STREAM)])
    assert read_all(cut(IN, STREAM, places)) == whole
    assert [r.means for r in whole][-2:] == [Means.UNREADABLE] * 2


def test_recognised_by_its_handshake() -> None:
    for name, number in (("sr_plain_cut.txt", 2), ("sr_stateful_cut.txt", 6)):
        first = [(d, int(TEXT), p) for d, p in frames(name)[number]][:4]
        assert dialect.recognise(Opening("ws", "/hub"), first) == 0.97
    packs = [(OUT, int(TEXT), packed({"protocol": "messagepack", "version": 1}))]
    assert dialect.recognise(Opening("ws", "/hub"), packs) == 0
    assert dialect.recognise(Opening("ws", "/hub?id=1"), [(OUT, int(TEXT), b'{"type":6}')]) == 0
