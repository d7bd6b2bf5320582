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
EXPECTED = {"event-stream", "generic-json", "plain-text", "socketio", "workbench-service"}

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
]


def test_the_units_are_these() -> None:
    assert set(UNITS) == EXPECTED


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_payloads_are_unreadable(unit: ModuleType, name: str) -> None:
    if unit.__name__.endswith("plain_text") and name != "16 MB":
        return  # any text is plain text
    payload = HOSTILE[name]
    if unit.__name__.endswith("event_stream"):
        chosen = unit.Settings(id="/offset")
        payload = b"data: " + payload + b"\n"
    else:
        chosen = unit.Settings()
    opcode = Opcode.EVENT if unit.__name__.endswith("event_stream") else Opcode.TEXT
    if unit.__name__.endswith("socketio"):
        payload = b"42" + payload
    decoder = unit.decoder(chosen, Opening("ws"))
    readings = decoder.read(Direction.IN, opcode, payload)
    assert len(readings) == 1
    if unit.__name__.endswith("event_stream") and name != "16 MB":
        # An event's text is always UTF-8 with U+FFFD for the rest: it can only lack its place.
        assert readings[0].offset == (1 if name == "not utf-8" else None)
    else:
        assert readings[0].means == Means.UNREADABLE


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
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
