"""Which dialect a link is read with."""

from __future__ import annotations

import pytest

from tests.protocols.dialects.captured import frames
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


RUNS = [
    ("cable.txt", 1, "text", "action-cable"),
    ("centv1_recover.txt", 1, "text", "centrifugo"),
    ("centv1_recover.txt", 2, "text", "centrifugo"),
    ("centv2_recover.txt", 2, "text", "centrifugo"),
    ("centv2_too_old.txt", 1, "text", "centrifugo"),
    ("gql.txt", 2, "text", "graphql-ws"),
    ("nats_ordered_0_file.txt", 2, "bin", "nats"),
    ("sio_A_rst.txt", 2, "text", "socketio"),
    ("sio_C_graceful.txt", 1, "text", "socketio"),
    ("sr_plain_cut.txt", 2, "text", "signalr"),
    ("sr_stateful_cut.txt", 6, "text", "signalr"),
    ("stomp_stream.txt", 3, "text", "stomp"),
]


@pytest.mark.parametrize(("capture", "link", "kind", "name"), RUNS)
def test_each_recorded_run_is_its_own_dialect_and_no_other(
    capture: str, link: int, kind: str, name: str
) -> None:
    """By the first messages alone: neither path nor subprotocol is given."""
    opcode = Opcode.BINARY if kind == "bin" else Opcode.TEXT
    first = [(d, int(opcode), p) for d, p in frames(capture, kind)[link]][:4]
    scores = {unit: UNITS[unit].recognise(Opening("ws", "/x"), first) for unit in UNITS}
    assert pick(Opening("ws", "/x"), first, UNITS)[0] == name
    assert scores.pop(name) >= 0.9
    assert max(scores.values()) <= 0.5, "only what reads any JSON, and not surely"


@pytest.mark.parametrize(
    ("subprotocol", "name"),
    [
        ("mqtt", "mqtt"),
        ("graphql-transport-ws", "graphql-ws"),
        ("graphql-ws", "graphql-ws"),
        ("actioncable-v1-json", "action-cable"),
        ("actioncable-v1-ext-json", "action-cable"),
        ("v12.stomp", "stomp"),
        ("wamp.2.json", "wamp"),
    ],
)
def test_a_subprotocol_names_its_dialect(subprotocol: str, name: str) -> None:
    assert pick(Opening("ws", "/x", subprotocol), [], UNITS)[0] == name
    assert pick(Opening("sse", "/x", subprotocol), [], UNITS)[0] == "event-stream"


def test_nothing_to_pick_from() -> None:
    with pytest.raises(ValueError, match="empty"):
        pick(Opening("ws"), [], {})
