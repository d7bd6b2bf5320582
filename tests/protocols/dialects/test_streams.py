"""Streams of bytes that were damaged: never an exception, and no cutting changes the reading."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocols.dialects.captured import BINARY, IN, OUT, cut, cuts, frames
from tests.protocols.dialects.test_mqtt import SESSION_IN, connect, publish, subscribe
from tests.protocols.dialects.test_nats import captured
from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.protocols.dialects import mqtt, nats, signalr, stomp


def joined(messages: list[tuple[int, bytes]], direction: int) -> bytes:
    return b"".join(payload for way, payload in messages if way == direction)


STREAMS: dict[str, tuple[Any, int, bytes]] = {
    "mqtt in": (mqtt, IN, SESSION_IN),
    "mqtt out": (mqtt, OUT, connect() + subscribe(3, ["a", "b"]) + publish("a", b"x", 1, 5)),
    "nats in": (nats, IN, joined(captured()[2], IN)),
    "nats out": (nats, OUT, joined(captured()[1], OUT)),
    "signalr in": (signalr, IN, joined(frames("sr_stateful_cut.txt")[2], IN)),
    "signalr out": (signalr, OUT, joined(frames("sr_stateful_cut.txt")[2], OUT)),
    "stomp in": (stomp, IN, joined(frames("stomp_stream.txt")[3], IN)),
    "stomp out": (stomp, OUT, joined(frames("stomp_stream.txt")[3], OUT)),
}


def read(unit: Any, messages: list[tuple[int, bytes]]) -> list[Reading]:
    """All readings but those of frames that came after the stream had got out of step."""
    decoder = unit.decoder(unit.Settings(), Opening("ws", "/hub?id=t"))
    found = [r for d, p in messages for r in decoder.read(d, BINARY, p)]
    return [r for r in found if r.label != "out of step"]


@pytest.mark.parametrize("name", STREAMS)
@given(data=st.data())
def test_damage_is_read_alike_however_it_is_cut(name: str, data: st.DataObject) -> None:
    unit, direction, stream = STREAMS[name]
    damaged = bytearray(stream)
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.sampled_from([0, 10, 13, 30, 32, 48, 57, 127, 128, 255]))
    whole = read(unit, [(direction, bytes(damaged))])
    places = data.draw(cuts(len(damaged)))
    assert read(unit, cut(direction, bytes(damaged), places)) == whole


@pytest.mark.parametrize("name", STREAMS)
def test_one_byte_at_a_time(name: str) -> None:
    unit, direction, stream = STREAMS[name]
    single = [(direction, stream[at : at + 1]) for at in range(len(stream))]
    assert read(unit, single) == read(unit, [(direction, stream)])
