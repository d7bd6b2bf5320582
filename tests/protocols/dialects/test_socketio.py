"""Socket.IO, read from what a real server and client said (three recorded runs)."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects import socketio as dialect
from workbench.protocols.dialects._recovery_id import recovery_id

CAPTURES = Path(__file__).resolve().parents[2] / "data" / "captures"
IN, OUT = Direction.IN, Direction.OUT


def frames(name: str) -> dict[int, list[tuple[int, bytes]]]:
    """Text frames by connection, as (direction, payload)."""
    found: dict[int, list[tuple[int, bytes]]] = {}
    for line in (CAPTURES / name).read_text().splitlines():
        _, connection, way, *rest = line.split(None, 4)
        if rest and rest[0] == "text":
            direction = OUT if way == "c>s" else IN
            found.setdefault(int(connection[1:]), []).append((direction, rest[1].encode()))
    return found


def read_all(messages: list[tuple[int, bytes]], **settings: str) -> list[Reading]:
    decoder = dialect.decoder(dialect.Settings(**settings), Opening("ws"))
    return [r for d, p in messages for r in decoder.read(d, Opcode.TEXT, p)]


def one(text: str, direction: int = IN, **settings: str) -> Reading:
    (reading,) = read_all([(direction, text.encode())], **settings)
    return reading


def of(readings: list[Reading], means: Means) -> list[Reading]:
    return [r for r in readings if r.means == means]


def test_a_recovered_connection_replays_before_it_claims() -> None:
    runs = frames("sio_A_rst.txt")
    first, second = read_all(runs[1], id="/1/seq"), read_all(runs[2], id="/1/seq")
    assert [(r.stream, r.offset, r.id) for r in of(first, Means.UPDATE)] == [
        ("/", 1, "Q8CAqLf"),
        ("/", 2, "Q8CAqLg"),
    ]
    assert of(first, Means.CLAIM) == []
    assert [r.means for r in second if r.means != Means.IDENTITY] == [
        Means.OTHER,
        Means.RESUME,
        *[Means.UPDATE] * 3,
        Means.SUBSCRIBED,
        Means.CLAIM,
        Means.UPDATE,
    ]
    assert of(second, Means.RESUME)[0].id == "Q8CAqLg"
    assert of(second, Means.CLAIM)[0].flags == ReadFlag.CLAIMED_YES
    assert [r.offset for r in of(second, Means.UPDATE)] == [3, 4, 5, 6]
    assert [r.id for r in of(second, Means.UPDATE)] == [
        "Q8CAqR0",
        "Q8CAqR0.0",
        "Q8CAqR0.1",
        "Q8CAqgk",
    ]
    # What comes before the server's CONNECT is replay.
    assert [r.flags for r in of(second, Means.UPDATE)] == [ReadFlag.REPLAYED] * 3 + [0]


@pytest.mark.parametrize("name", ["sio_B_sigkill.txt", "sio_C_graceful.txt"])
def test_a_new_private_id_is_no_recovery(name: str) -> None:
    runs = frames(name)
    second = read_all(runs[2], id="/1/seq")
    assert of(second, Means.CLAIM)[0].flags == 0
    keys = [{(r.label, r.id) for r in of(read_all(runs[n]), Means.IDENTITY)} for n in (1, 2)]
    assert keys[0] & keys[1], "the private id asked for joins the two links"


def test_without_a_place_the_recovery_id_is_the_id() -> None:
    updates = of(read_all(frames("sio_A_rst.txt")[2]), Means.UPDATE)
    assert [(r.offset, r.id) for r in updates][:2] == [(None, "Q8CAqR0"), (None, "Q8CAqR0.0")]
    assert [r.flags for r in updates] == [ReadFlag.REPLAYED] * 3 + [0]


@pytest.mark.parametrize("place", ["/1/seq", "json[1].seq", "json.1.seq", "$[1].seq", "$.1.seq"])
def test_places_count_within_the_packet(place: str) -> None:
    assert one('42["upd",{"seq":9}]', id=place)[:4] == (Means.UPDATE, "/", "", 9)
    assert one('42["chat",{"text":"x"}]', id=place).means == Means.OTHER


def test_recovery_ids_are_told_from_the_applications_own_text() -> None:
    assert recovery_id(["upd", "Q8CAqLf"]) == "Q8CAqLf"
    assert recovery_id(["upd", {}, "1795502018253-0"]) == "1795502018253-0"
    for text in ("hello", "welcome", "success", "", "x" * 300, "0000000"):
        assert recovery_id(["upd", text]) == ""
    assert recovery_id(["Q8CAqLf"]) == ""
    assert recovery_id(["upd", 5]) == ""


def test_without_recovery_trailing_text_is_no_id() -> None:
    reading = one('42["upd","Q8CAqLf"]')
    assert reading.flags == ReadFlag.CONTENT
    connected = [(IN, b'40{"sid":"s","pid":"p"}'), (IN, b'425["upd","Q8CAqLf"]')]
    assert of(read_all(connected), Means.UPDATE)[0].flags == ReadFlag.CONTENT


def test_namespaces_are_streams_of_their_own() -> None:
    messages = [
        (OUT, b'40/chat,{"pid":"p1","offset":"Q8CAqLf"}'),
        (IN, b'42/chat,["upd",1,"Q8CAqLg"]'),
        (IN, b'40/chat,{"sid":"s","pid":"p1"}'),
        (IN, b'42["upd",1,"Q8CAqLg"]'),
        (IN, b"41/chat,"),
        (IN, b'44/chat,{"message":"no"}'),
    ]
    readings = read_all(messages)
    here, there = of(readings, Means.UPDATE)
    assert (here.stream, here.id) == ("/chat", "Q8CAqLg")
    assert there.flags == ReadFlag.CONTENT
    assert of(readings, Means.CLAIM)[0].stream == "/chat"
    assert readings[-1].means == Means.ERROR
    assert readings[-2].label == "disconnect"


def test_acknowledgements_go_both_ways() -> None:
    assert one('4217["save",{}]', OUT)[:5] == (Means.SEND, "/", "", None, "17")
    assert one("4317[]")[:5] == (Means.REPLY, "/", "", None, "17")
    assert one('42["save"]', OUT).means == Means.OTHER
    asked = b'42/chat,2["upd",{"seq":7}]'
    readings = read_all([(IN, asked), (OUT, b"43/chat,2[1]"), (OUT, b"43/chat,2[1]")], id="/1/seq")
    assert readings[1][:4] == (Means.ACK, "/chat", "", 7)
    assert readings[1].flags == ReadFlag.ALONE  # of this event, and of none before it
    assert readings[2].means == Means.OTHER  # nothing waits for it


def test_a_binary_event_is_delivered_with_its_last_attachment() -> None:
    decoder = dialect.decoder(dialect.Settings(id="/1/seq"), Opening("ws"))
    head = b'452-["upd",{"seq":3,"a":{"_placeholder":true,"num":0}}]'
    assert [r.means for r in decoder.read(IN, Opcode.TEXT, head)] == [Means.OTHER]
    assert [r.means for r in decoder.read(IN, Opcode.BINARY, b"\x00")] == [Means.OTHER]
    (update,) = decoder.read(IN, Opcode.BINARY, b"\x01")
    assert (update.means, update.offset) == (Means.UPDATE, 3)
    assert decoder.read(IN, Opcode.BINARY, b"\x02")[0].means == Means.UNREADABLE
    assert decoder.read(IN, Opcode.TEXT, b"45999999-[]")[0].means == Means.UNREADABLE


def test_engine_packets() -> None:
    assert one("2").means == Means.HEARTBEAT
    assert one("3", OUT).means == Means.HEARTBEAT
    assert one("2probe", OUT).means == Means.HEARTBEAT
    assert one("6").label == "noop"
    assert one("9").means == Means.UNREADABLE
    assert one("42{").means == Means.UNREADABLE
    assert one("4").means == Means.UNREADABLE
    assert one("42").means == Means.UNREADABLE


def test_only_the_event_that_was_named_is_an_update() -> None:
    assert one('42["upd",1]', event="upd").means == Means.UPDATE
    assert one('42["typing",1]', event="upd").means == Means.OTHER


def test_recognised_by_path_and_first_packet() -> None:
    path = "/socket.io/?EIO=4&transport=websocket"
    assert dialect.recognise(Opening("ws", path), []) == 0.9
    first = [(IN, Opcode.TEXT, b'0{"sid":"x","upgrades":[]}')]
    assert dialect.recognise(Opening("ws", "/x"), first) > 0.9
    assert dialect.recognise(Opening("ws", "/ws"), [(IN, Opcode.TEXT, b"{}")]) == 0
