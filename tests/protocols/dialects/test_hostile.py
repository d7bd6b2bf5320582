"""No dialect raises, whatever comes; what cannot be read is said to be unreadable."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.model.chunk import Opening
from workbench.model.words import Direction, Means, Opcode
from workbench.protocols import dialects
from workbench.units.discovery import discover

UNITS = discover(dialects)
EXPECTED = {
    "action-cable",
    "centrifugo",
    "event-stream",
    "generic-json",
    "graphql-ws",
    "mqtt",
    "nats",
    "phoenix",
    "plain-text",
    "pusher",
    "signalr",
    "socketio",
    "stomp",
    "wamp",
    "workbench-service",
}

#: What a payload needs before and behind it to be a message of a dialect.
AROUND = {
    "event-stream": (b"data: ", b"\n"),
    "nats": (b"INFO ", b"\r\n"),
    "signalr": (b"", b"\x1e"),
    "socketio": (b"42", b""),
    "stomp": (b"", b"\0"),
}

HOSTILE = {
    "deep": b"[" * 200_000,
    "deep but closed": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "not utf-8": b'{"type":"update","offset":1,"stream":"\xff"}',
    "lone surrogate": b'{"type":"\\ud800"}',
    "16 MB": b'"' + b"x" * (16 << 20) + b'"',
    "cut short": b'{"type":"upda',
    "empty": b"",
}

FRAGMENTS = [
    b'42["a"]',
    b"451-[]",
    b"40{}",
    b'40{"pid":1,"offset":[]}',
    b"id: 1:2\ndata: x\n",
    b'{"op":"subscribe","stream":1,"after":[]}',
    b'{"type":"too_old","asked":3}',
    b'{"type":["update"]}',
    b'{"type":"update","offset":1e400}',
    b"null",
    b"[[]]",
    b"\x30\x05\0\1axy",
    b"MSG a 1 1\r\nx\r\n",
    b"MESSAGE\na:b\n\nx\0",
    b'{"id":1,"subscribe":{"publications":[{"offset":1}]}}',
    b'{"type":1,"arguments":[{}]}\x1e{"type":9,"sequenceId":5}\x1e',
    b'["1","1","phoenix","x",{}]',
    b'[null,null,"a","b",[]]',
    b'{"identifier":"a","offset":3,"epoch":"e"}',
    b'{"command":"subscribe","identifier":"a","history":{"streams":{"a":7}}}',
    b'{"event":"pusher:error","data":"[]"}',
    b'{"id":{},"type":"subscribe","payload":{"query":7,"variables":{"a":[]}}}',
    b'{"id":"1","type":"next","payload":{"data":{}}}',
    b"[36,[],{},[],3,4]",
    b'[32,1,{},{"a":1}]',
]


def test_the_units_are_these() -> None:
    assert set(UNITS) == EXPECTED


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_payloads_are_unreadable(unit: str, name: str) -> None:
    if unit == "plain-text" and name != "16 MB":
        return  # any text is plain text
    if unit == "mqtt":
        return  # any payload will do; its packets have tests of their own
    before, behind = AROUND.get(unit, (b"", b""))
    events = unit == "event-stream"
    chosen = UNITS[unit].Settings(id="/offset") if events else UNITS[unit].Settings()
    decoder = UNITS[unit].decoder(chosen, Opening("ws"))
    opcode = Opcode.EVENT if events else Opcode.TEXT
    readings = decoder.read(Direction.IN, opcode, before + HOSTILE[name] + behind)
    assert len(readings) == 1
    if events and name != "16 MB":
        # An event's text is always UTF-8 with U+FFFD for the rest: it can only lack its place.
        assert readings[0].offset == (1 if name == "not utf-8" else None)
    else:
        assert readings[0].means == Means.UNREADABLE


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from(list(Direction)),
    st.sampled_from([0, *Opcode]),
    st.binary(max_size=80) | st.text(max_size=80).map(str.encode) | st.sampled_from(FRAGMENTS),
)
def test_no_dialect_raises(
    unit: ModuleType, direction: Direction, opcode: int, payload: bytes
) -> None:
    opening = Opening("ws", "/?" + payload.decode("latin-1"))
    assert 0 <= unit.recognise(opening, [(direction, opcode, payload)]) <= 1
    decoder = unit.decoder(unit.Settings(), opening)
    for _ in range(2):
        for reading in decoder.read(direction, opcode, payload):
            assert reading.offset is None or 0 <= reading.offset < 2**63
            assert 0 <= reading.time < 2**63
            assert all(len(t) <= 200 for t in (reading.stream, reading.epoch, reading.id))
            assert 0 <= reading.means <= 15
