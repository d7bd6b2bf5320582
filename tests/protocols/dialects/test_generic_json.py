"""JSON of any protocol, by places that a user gives."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from workbench.model.chunk import Opening
from workbench.model.errors import WorkbenchError
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects import generic_json as dialect

IN, OUT = Direction.IN, Direction.OUT


def read(value: Any, direction: int = IN, opcode: int = Opcode.TEXT, **settings: str) -> Reading:
    decoder = dialect.decoder(dialect.Settings(**settings), Opening("ws"))
    (reading,) = decoder.read(direction, opcode, orjson.dumps(value))
    return reading


def test_all_places_in_all_three_ways() -> None:
    value = {"m": {"ch": "room", "gen": 3, "seq": "42", "at": 1780000000}, "k": "x", "t": "pub"}
    reading = read(
        value,
        stream="json.m.ch",
        epoch="/m/gen",
        offset="$.m.seq",
        key="/k",
        type="/t",
        time="/m/at",
    )
    assert reading == Reading(
        Means.UPDATE, "room", "3", 42, "", "x", "pub", 1_780_000_000_000_000_000
    )


def test_an_id_that_is_a_number_is_the_offset_unless_ids_are_opaque() -> None:
    assert read({"seq": 5}, id="/seq")[3:5] == (5, "")
    assert read({"seq": 5}, id="/seq", ids="opaque")[3:5] == (None, "5")
    assert read({"seq": "a-5"}, id="/seq")[3:5] == (None, "a-5")
    decoder = dialect.decoder(dialect.Settings(id="/seq"), Opening("ws"))
    assert decoder.read(IN, Opcode.TEXT, b'{"seq":1' + b"0" * 25 + b"}")[0].offset is None


def test_messages_without_the_place_are_no_updates() -> None:
    assert read({"type": "presence"}, id="/seq").means == Means.OTHER


def test_without_places_updates_are_known_by_content() -> None:
    one, same, other = read({"a": 1}), read({"a": 1}), read({"a": 2})
    assert one.means == Means.UPDATE
    assert one.flags == ReadFlag.CONTENT
    assert one.id == same.id != other.id


def test_heartbeats_are_no_traffic() -> None:
    assert read({"type": "ping"}).means == Means.HEARTBEAT
    assert read({"type": "pusher:pong"}).means == Means.HEARTBEAT
    assert read({"op": "ping"}, OUT).means == Means.HEARTBEAT
    decoder = dialect.decoder(dialect.Settings(), Opening("ws"))
    assert decoder.read(IN, Opcode.TEXT, b"ping")[0].means == Means.HEARTBEAT
    assert decoder.read(IN, Opcode.TEXT, b"pingpong")[0].means == Means.UNREADABLE


def test_the_last_of_equal_names_counts_as_in_a_browser() -> None:
    decoder = dialect.decoder(dialect.Settings(id="/seq"), Opening("ws"))
    assert decoder.read(IN, Opcode.TEXT, b'{"seq":1,"seq":2}')[0].offset == 2


def test_where_a_client_says_its_position() -> None:
    asked = {"op": "subscribe", "ch": "room", "after": {"offset": 9, "epoch": "e"}}
    places = {
        "stream": "/ch",
        "resume_offset": "/after/offset",
        "resume_epoch": "/after/epoch",
    }
    assert read(asked, OUT, **places)[:5] == (Means.RESUME, "room", "e", 9, "")
    del asked["after"]
    assert read(asked, OUT, **places)[:2] == (Means.SUBSCRIBE, "room")
    joined = {"op": "join", "from": "id-9"}
    assert read(joined, OUT, resume_offset="/from").means == Means.OTHER
    custom = read(joined, OUT, resume_offset="/from", subscribe="join")
    assert (custom.means, custom.id) == (Means.RESUME, "id-9")


@pytest.mark.parametrize("event", ["subscribed", "error", "snapshot"])
def test_common_words(event: str) -> None:
    expected = {
        "subscribed": Means.SUBSCRIBED,
        "error": Means.ERROR,
        "snapshot": Means.SNAPSHOT,
    }
    assert read({"event": event, "seq": 3}, offset="/seq")[:4] == (expected[event], "", "", 3)


@pytest.mark.parametrize(
    ("given", "nanoseconds"),
    [
        (1780000000, 1780000000 * 10**9),
        (1780000000123, 1780000000123 * 10**6),
        (1780000000123456, 1780000000123456 * 10**3),
        (1780000000123456789, 1780000000123456789),
        (1780000000.5, 1780000000500000000),
        ("2026-05-28T20:26:40Z", 1780000000 * 10**9),
        ("yesterday", 0),
        (5, 0),
        (True, 0),
        (1e300, 0),
        ("9999-12-31T23:59:59+00:00", 0),
    ],
)
def test_times(given: Any, nanoseconds: int) -> None:
    assert read({"at": given}, time="/at").time == nanoseconds


def test_a_place_that_cannot_be_is_the_users() -> None:
    with pytest.raises(WorkbenchError, match=r"json\.a\.b"):
        dialect.decoder(dialect.Settings(id="seq"), Opening("ws"))


def test_long_ids_stay_different_and_short() -> None:
    one = read({"id": "x" * 5000 + "1"}, id="/id").id
    two = read({"id": "x" * 5000 + "2"}, id="/id").id
    assert one != two
    assert len(one) <= 200


def guessed(values: list[Any]) -> list[dialect.Candidate]:
    return dialect.guess([(IN, Opcode.TEXT, orjson.dumps(v)) for v in values])


def test_a_guess_names_the_field_with_its_evidence() -> None:
    values = [
        {"data": {"seq": n + 100, "price": (n * 7919) % 13}, "at": 10**12 + n * 500, "id": f"u{n}x"}
        for n in range(50)
    ]
    best, *rest = guessed(values)
    assert (best.pointer, best.role) == ("/data/seq", "offset")
    assert best.contiguous == 1
    assert best.examples == ("100", "101", "102")
    assert {c.pointer for c in rest} == {"/at", "/id"}


def test_a_guess_counts_per_stream() -> None:
    values = [{"s": f"s{n % 2}", "n": n // 2} for n in range(40)]
    assert guessed(values)[0].per == "/s"
    assert guessed(values)[0].contiguous == 1


def test_nothing_is_guessed_from_noise() -> None:
    assert guessed([{"price": (n * 7919) % 13} for n in range(60)]) == []
    assert guessed([]) == []
    assert dialect.guess([(IN, Opcode.TEXT, b"\xff")] * 5) == []


def test_recognised_by_json() -> None:
    def sure(*payloads: bytes) -> float:
        return dialect.recognise(Opening("ws"), [(IN, Opcode.TEXT, p) for p in payloads])

    assert sure(b"{}", b"[]") == 0.5
    assert sure(b"{}", b"x") == 0.25
    assert sure(b"12") == 0
    assert sure() == 0
