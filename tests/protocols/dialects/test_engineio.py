"""Engine.IO by long polling: packets of a body, sessions, and the move to a WebSocket."""

from __future__ import annotations

import base64

import pytest

from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects import socketio as dialect
from workbench.protocols.dialects._engineio import MANY_SESSIONS, Polling, query_of

IN, OUT = Direction.IN, Direction.OUT
FIRST = "/socket.io/?EIO=4&transport=polling&t=abc"
OPEN = b'0{"sid":"S1","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}'


def poll(sid: str = "S1") -> str:
    return f"{FIRST}&sid={sid}"


def polling(**settings: str) -> Polling:
    return dialect.exchanges(dialect.Settings(**settings))


def keys(readings: list[Reading]) -> list[tuple[str, str]]:
    return [(r.label, r.id) for r in readings if r.flags & ReadFlag.SESSION]


def updates(readings: list[Reading]) -> list[int | None]:
    return [r.offset for r in readings if r.means == Means.UPDATE]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (poll(), ("polling", "S1")),
        (FIRST, ("polling", "")),
        ("/x?EIO=4&transport=websocket&sid=a", ("websocket", "a")),
        ("/socket.io/?EIO=3&transport=polling&sid=a", ("", "")),
        ("/socket.io/", ("", "")),
        ("/?" + "a=1&" * 5000, ("", "")),
    ],
)
def test_what_a_target_names(path: str, found: tuple[str, str]) -> None:
    assert query_of(path) == found
    assert polling().of(path) == (found[0] == "polling")


def test_a_session_from_its_first_answer_on() -> None:
    read = polling(id="json.1.seq").read
    assert keys(list(read(FIRST, IN, 200, OPEN))) == [("eio", "S1")]
    (key, asked) = read(poll(), OUT, 0, b"40")
    assert (key.id, asked.means) == ("S1", Means.SUBSCRIBE)
    got = list(read(poll(), IN, 200, b'42["upd",{"seq":1}]\x1e42["upd",{"seq":2}]\x1e6'))
    assert keys(got) == [("eio", "S1")]
    assert updates(got) == [1, 2]
    assert [r.label for r in got] == ["eio", "upd", "upd", "noop"]


def test_binary_packets_are_base64() -> None:
    read = polling(id="/1/seq").read
    head = b'451-["upd",{"seq":3,"a":{"_placeholder":true,"num":0}}]'
    got = list(read(poll(), IN, 200, head + b"\x1eb" + base64.b64encode(b"\x00\x1e\xff")))
    assert updates(got) == [3]
    assert [r.means for r in read(poll(), IN, 200, b"b!!")][1] == Means.UNREADABLE


def test_answers_that_carry_no_packets() -> None:
    read = polling().read
    assert [r.means for r in read(poll(), IN, 200, b"ok")] == [Means.IDENTITY, Means.OTHER]
    failed = list(read(poll(), IN, 400, b'{"code":1,"message":"Session ID unknown"}'))
    assert [(r.means, r.label) for r in failed][1] == (Means.ERROR, "status 400")
    assert [r.means for r in read(poll(), IN, 200, b"")] == [Means.IDENTITY, Means.UNREADABLE]
    assert [r.means for r in read(poll(), OUT, 0, b"1")] == [Means.IDENTITY, Means.ENDED]


def test_the_websocket_goes_on_where_the_polls_stopped() -> None:
    """Recovery was agreed on by polling: the ids behind the events of the WebSocket count."""
    exchange = polling()
    exchange.read(FIRST, IN, 200, OPEN)
    exchange.read(poll(), IN, 200, b'40{"sid":"s","pid":"p"}')
    path = "/socket.io/?EIO=4&transport=websocket&sid=S1"
    decoder = exchange.decoder(Opening("ws", path))
    assert keys(list(decoder.read(OUT, 0, b"GET ..."))) == [("eio", "S1")]
    assert decoder.read(OUT, Opcode.TEXT, b"2probe")[0].means == Means.HEARTBEAT
    assert [r.means for r in decoder.read(OUT, Opcode.TEXT, b"5")] == [Means.MOVED]
    (update,) = decoder.read(IN, Opcode.TEXT, b'42["upd",1,"Q8CAqLf"]')
    assert update.id == "Q8CAqLf"


def test_sessions_do_not_mix() -> None:
    exchange = polling()
    exchange.read(poll("A"), IN, 200, b'40{"sid":"s","pid":"p"}')
    (_, there) = exchange.read(poll("B"), IN, 200, b'42["upd",1,"Q8CAqLf"]')
    (_, here) = exchange.read(poll("A"), IN, 200, b'42["upd",1,"Q8CAqLf"]')
    assert (here.id, there.flags) == ("Q8CAqLf", ReadFlag.CONTENT)


def test_hostile_bodies_and_many_sessions_stay_bounded() -> None:
    exchange = polling()
    for payload in (b"\x1e" * 5000, b"b" * 5000, b"\xff" * 100, b'0{"sid":[1]}', b"0{", b"\x1e"):
        for way in (IN, OUT):
            exchange.read(FIRST, way, 200, payload)
            exchange.read(poll("\x00"), way, 200, payload)
    for number in range(MANY_SESSIONS + 10):
        exchange.read(poll(str(number)), OUT, 0, b"3")
    assert len(exchange._sessions) == MANY_SESSIONS
