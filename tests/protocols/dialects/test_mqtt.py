"""MQTT: recorded runs of mqtt.js with Mosquitto, packets of the two specifications."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocols.dialects.captured import BINARY, CAPTURES, IN, OUT, Messages, cut, cuts, of
from tests.protocols.dialects.captured import read_all as read_messages
from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Means, Opcode, ReadFlag
from workbench.protocols.dialects import mqtt as dialect
from workbench.protocols.dialects._mqtt_wire import Body, MalformedError


def read_all(messages: Messages, **settings: str) -> list[Reading]:
    return read_messages(dialect, messages, BINARY, **settings)


# --- packets as the specifications write them ---------------------------------------------------


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return len(data).to_bytes(2, "big") + data


def packet(kind: int, body: bytes = b"", flags: int = 0) -> bytes:
    length, left = b"", len(body)
    while True:
        left, digit = divmod(left, 128)
        length += bytes([digit | (128 if left else 0)])
        if not left:
            return bytes([kind << 4 | flags]) + length + body


def connect(version: int = 4, clean: int = 0, name: str = "lab-1") -> bytes:
    properties = b"\x05\x11\0\0\x0e\x10" if version == 5 else b""
    head = text("MQTT") + bytes([version, clean << 1]) + b"\0\x3c"
    return packet(1, head + properties + text(name))


def connack(present: int, code: int = 0, version: int = 4, properties: bytes = b"") -> bytes:
    more = bytes([len(properties)]) + properties if version == 5 else b""
    return packet(2, bytes([present, code]) + more)


def publish(
    topic: str,
    payload: bytes,
    quality: int = 0,
    number: int = 0,
    flags: int = 0,
    props: bytes = b"",
) -> bytes:
    pid = number.to_bytes(2, "big") if quality else b""
    return packet(3, text(topic) + pid + props + payload, flags | quality << 1)


def subscribe(number: int, filters: Sequence[str], version: int = 4) -> bytes:
    body = number.to_bytes(2, "big") + (b"\0" if version == 5 else b"")
    return packet(8, body + b"".join(text(f) + b"\1" for f in filters), 2)


# --- the recorded runs --------------------------------------------------------------------------


def rebuilt(line: str, version: int) -> bytes:
    """The bytes of a packet that a capture tells in words."""
    word, _, rest = line.partition(" ")
    facts = dict(re.findall(r"(\w+)=(\S+)", rest))
    none = b"\0" if version == 5 else b""
    match word:
        case "CONNECT":
            return connect(version, facts["clean"] == "True")
        case "CONNACK":
            return connack(int(facts["sp"]), int(facts["rc"]), version)
        case "SUBSCRIBE":
            return subscribe(7, ["t/room"], version)
        case "SUBACK":
            return packet(9, b"\0\7" + none + b"\1")
        case "PUBACK":
            return packet(4, int(facts["pid"]).to_bytes(2, "big"))
        case "PUBLISH":
            flags = int(facts["dup"]) << 3 | int(facts["retain"])
            quality, number = int(facts["qos"]), int(facts["pid"])
            return publish(facts["topic"], facts["payload"].encode(), quality, number, flags, none)
    raise AssertionError(line)


def frames(name: str) -> dict[int, Messages]:
    """Frames by connection; packets come in as many pieces as they did in the run."""
    found: dict[int, Messages] = {}
    version, pieces = (5 if "_v5_" in name else 4), 1
    for line in (CAPTURES / name).read_text().splitlines():
        _, connection, way, *rest = line.split(None, 4)
        if not rest or rest[0] != "bin":
            continue
        if rest[1] == "(partial)":
            pieces += 1
            continue
        data = rebuilt(rest[1], version)
        ends = [*range(min(pieces, len(data))), len(data)]
        into = found.setdefault(int(connection[1:]), [])
        into.extend(cut(OUT if way == "c>s" else IN, data, ends))
        pieces = 1
    return found


RUNS = ["mqtt_v311_q1_cut.txt", "mqtt_v5_q1_cut.txt"]


@pytest.mark.parametrize("name", RUNS)
def test_a_session_that_is_kept_goes_on_with_what_was_queued(name: str) -> None:
    runs = frames(name)
    assert len(runs[1]) > 15, "packets came in pieces"
    first, second = read_all(runs[1]), read_all(runs[2])
    assert [r.stream for r in of(first, Means.SUBSCRIBE)] == ["t/room"]
    assert [r.stream for r in of(first, Means.SUBSCRIBED)] == ["t/room"]
    assert [r.flags for r in of(first, Means.CLAIM)] == [0]
    assert [r.flags for r in of(second, Means.CLAIM)] == [ReadFlag.CLAIMED_YES]
    for readings in (first, second):
        assert [(r.label, r.id) for r in of(readings, Means.IDENTITY)] == [("client id", "lab-1")]
        assert [r.means for r in readings][:2] == [Means.RESUME, Means.IDENTITY]
    updates = of(second, Means.UPDATE)
    assert [(r.stream, r.flags) for r in updates] == [("t/room", ReadFlag.CONTENT)] * 4
    assert of(second, Means.SUBSCRIBE) == []
    assert [r.id for r in of(second, Means.ACK)] == [r.id for r in updates]
    assert all(r.flags == ReadFlag.ALONE for r in of(second, Means.ACK))
    assert of(first, Means.UNREADABLE) + of(second, Means.UNREADABLE) == []


@pytest.mark.parametrize("name", RUNS)
def test_the_recorded_frames_are_recognised(name: str) -> None:
    first = [(d, int(BINARY), p) for d, p in frames(name)[1]]
    assert dialect.recognise(Opening("ws", "/mqtt"), first[:20]) > 0.95
    assert dialect.recognise(Opening("ws", "/mqtt", "mqtt"), first[:4]) > 0.95
    assert dialect.recognise(Opening("ws", "/x"), [(OUT, Opcode.TEXT, b"{}")]) == 0
    assert dialect.recognise(Opening("sse", "/x", "mqtt"), []) == 0


# --- packets ------------------------------------------------------------------------------------

SESSION_IN = b"".join(
    [
        connack(1),
        publish("a", b'{"seq":1}', 1, 1, 8),
        publish("b", b'{"seq":2}', 2, 2, 1),
        publish("c", b'{"seq":3}'),
        packet(9, b"\0\7\1\x80"),
        packet(13),
        packet(6, b"\0\2", 2),
        packet(3, text("long") + b"y" * 300),
        packet(4, b"\0\x11"),
    ]
)


def test_updates_at_places_and_what_was_sent_again() -> None:
    readings = read_all([(IN, SESSION_IN)], id="/seq")
    assert [(r.stream, r.offset, r.flags) for r in of(readings, Means.UPDATE)] == [
        ("a", 1, ReadFlag.REPLAYED),
        ("b", 2, ReadFlag.REPLAYED),
        ("c", 3, 0),
    ]
    assert [r.stream for r in of(readings, Means.UNREADABLE)] == ["long"], "a payload without JSON"
    assert [r.means for r in readings if r.label == "SUBACK"] == [Means.SUBSCRIBED, Means.ERROR]
    assert of(readings, Means.HEARTBEAT)[0].label == "PINGRESP"


@given(cuts(len(SESSION_IN)))
def test_the_same_whatever_the_cutting(places: list[int]) -> None:
    assert read_all(cut(IN, SESSION_IN, places)) == read_all([(IN, SESSION_IN)])


def test_acknowledgements_name_the_update() -> None:
    messages = [
        (IN, publish("a", b'{"seq":4}', 1, 9)),
        (OUT, packet(4, b"\0\x09")),
        (OUT, packet(4, b"\0\x09")),
        (IN, publish("a", b'{"seq":5}', 2, 10)),
        (OUT, packet(5, b"\0\x0a")),
        (OUT, packet(7, b"\0\x0a")),
    ]
    acks = of(read_all(messages, id="json.seq"), Means.ACK)
    assert [(r.stream, r.offset, r.id) for r in acks] == [
        ("a", 4, ""),
        ("", None, "9"),
        ("a", 5, ""),
    ]


def test_a_packet_number_that_is_used_again_names_another_message() -> None:
    messages = [
        (OUT, publish("a", b"one", 1, 1)),
        (IN, packet(4, b"\0\1")),
        (OUT, publish("a", b"two", 1, 1)),
        (OUT, publish("a", b"two", 1, 1, 8)),
        (IN, packet(5, b"\0\1")),
        (OUT, publish("a", b"three")),
    ]
    readings = read_all(messages)
    sent, replies = of(readings, Means.SEND), of(readings, Means.REPLY)
    assert sent[0].id != sent[1].id == sent[2].id
    assert [r.id for r in replies] == [sent[0].id, sent[1].id]
    assert readings[-1].means == Means.OTHER


def test_version_5_says_more() -> None:
    alias = b"\3\x23\0\1"
    assigned = b"\x12" + text("auto-7") + b"\x26" + text("k") + text("v")
    messages = [
        (OUT, connect(5, 1, "")),
        (IN, connack(0, 0, 5, assigned)),
        (IN, publish("news", b"1", props=alias)),
        (IN, publish("", b"2", props=alias)),
        (IN, publish("", b"3", props=b"\3\x23\0\2")),
        (OUT, publish("x", b"1", 1, 3, props=b"\0")),
        (IN, packet(4, b"\0\3\x97")),
        (IN, packet(14, b"\x8b\0")),
        (IN, packet(14, b"\x8e\0")),
        (OUT, packet(14)),
    ]
    readings = read_all(messages)
    assert of(readings, Means.CLAIM) == [], "a clean start asks for nothing"
    assert [r.id for r in of(readings, Means.IDENTITY)] == ["auto-7"]
    assert [r.stream for r in of(readings, Means.UPDATE)] == ["news", "news", ""]
    assert [r.label for r in of(readings, Means.ADVICE)] == ["DISCONNECT server shutting down"]
    assert [r.label for r in of(readings, Means.ERROR)] == ["PUBACK", "DISCONNECT 142"]
    assert readings[-1].means == Means.OTHER


def test_a_refused_connection_is_an_error() -> None:
    assert read_all([(IN, connack(0, 5))])[0].means == Means.ERROR


# --- hostile ------------------------------------------------------------------------------------


def test_a_packet_longer_than_any_is_left_out_without_being_kept() -> None:
    head = b"\x30\xff\xff\xff\x7f"  # 256 MB
    decoder = dialect.decoder(dialect.Settings(), Opening("ws"))
    assert [r.means for r in decoder.read(IN, BINARY, head)] == [Means.UNREADABLE]
    left = 128**4 - 1
    piece = bytes(16 << 20)
    while left:
        size = min(left, len(piece))
        assert list(decoder.read(IN, BINARY, piece[:size])) == []
        left -= size
    assert decoder.read(IN, BINARY, packet(13))[0].means == Means.HEARTBEAT


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\xff\xff\xff\xff\x01",  # a length of five digits
        b"\x36\x02\0\0",  # QoS 3
        b"\0\0",  # type 0
        b"\x81\x02\0\1",  # reserved flags
    ],
)
def test_out_of_step_for_good(data: bytes) -> None:
    decoder = dialect.decoder(dialect.Settings(), Opening("ws"))
    assert decoder.read(IN, BINARY, data)[-1].means == Means.UNREADABLE
    assert decoder.read(IN, BINARY, packet(13))[0].means == Means.UNREADABLE
    assert decoder.read(OUT, BINARY, packet(12))[0].means == Means.HEARTBEAT


@pytest.mark.parametrize(
    "data",
    [
        packet(1, text("HTTP") + b"\4\0\0\0" + text("x")),
        packet(3, b"\0\x10ab"),
        packet(3, text(b"\xff\xfe") + b"x"),
        packet(8, b"\0\1", 2),
        packet(2, b""),
        packet(4, b"\1"),
    ],
)
def test_one_packet_that_cannot_be_read_does_not_end_the_stream(data: bytes) -> None:
    direction = OUT if data[0] >> 4 in (1, 8) else IN
    readings = read_all([(direction, data + packet(12))])
    assert [r.means for r in readings] == [Means.UNREADABLE, Means.HEARTBEAT]


@given(st.binary(max_size=60))
def test_bodies_never_read_beyond_their_end(data: bytes) -> None:
    body = Body(data)
    try:
        body.properties()
    except MalformedError:
        return
    assert len(body.rest()) <= len(data)
