"""Which dialect a link is read with."""

from __future__ import annotations

import pytest

from workbench.model.chunk import Opening
from workbench.model.words import Direction, Opcode
from workbench.protocols import dialects
from workbench.protocols.dialects._pick import pick
from workbench.units.discovery import discover

UNITS = discover(dialects)
IN, OUT = Direction.IN, Direction.OUT
SIO = "/socket.io/?EIO=4&transport=websocket"

SERVICE_EVENT = (
    b'event: subscribed\ndata: {"type":"subscribed","stream":"s","epoch":"e","offset":1}\n'
)


@pytest.mark.parametrize(
    ("opening", "first", "name"),
    [
        (Opening("ws", SIO), [(IN, Opcode.TEXT, b'0{"sid":"x"}')], "socketio"),
        (Opening("ws", SIO), [], "socketio"),
        (
            Opening("ws", "/ws"),
            [(OUT, Opcode.TEXT, b'{"op":"subscribe","stream":"s"}')],
            "workbench-service",
        ),
        (Opening("sse", "/events"), [(IN, Opcode.EVENT, SERVICE_EVENT)], "workbench-service"),
        (Opening("sse", "/e"), [(IN, Opcode.EVENT, b'data: {"a":1}\n')], "event-stream"),
        (Opening("ws", "/ws"), [(IN, Opcode.TEXT, b'{"type":"hi"}')], "generic-json"),
        (Opening("ws", "/ws"), [(IN, Opcode.TEXT, b"hello")], "plain-text"),
        (Opening("ws", "/ws"), [(IN, Opcode.BINARY, b"\xff\x00")], "plain-text"),
        (Opening("ws"), [], "plain-text"),
    ],
)
def test_the_surest_wins(opening: Opening, first: list[tuple[int, int, bytes]], name: str) -> None:
    found, sure = pick(opening, first, UNITS)
    assert found == name
    assert 0 < sure <= 1


def test_nothing_to_pick_from() -> None:
    with pytest.raises(ValueError, match="empty"):
        pick(Opening("ws"), [], {})
