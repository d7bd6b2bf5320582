"""STOMP: a recorded run of stompjs with a RabbitMQ stream, and frames of the standard."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.protocols.dialects.captured import IN, OUT, TEXT, Messages, cut, cuts, frames, of
from tests.protocols.dialects.captured import read_all as read_messages
from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Means, ReadFlag
from workbench.protocols.dialects import stomp as dialect

QUEUE = "/queue/lab-stream"


def read_all(messages: Messages, **settings: str) -> list[Reading]:
    return read_messages(dialect, messages, **settings)


def frame(command: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [command, *(f"{name.replace('_', '-')}:{value}" for name, value in headers.items())]
    return "\n".join(lines).encode() + b"\n\n" + body + b"\0"


def message(body: bytes = b"x", **headers: str) -> bytes:
    return frame("MESSAGE", body, destination="/topic/a", subscription="s0", **headers)


def test_a_streams_offset_is_its_position() -> None:
    runs = frames("stomp_stream.txt")
    first, second = read_all(runs[1]), read_all(runs[3])
    assert of(first, Means.UNREADABLE) + of(second, Means.UNREADABLE) == []
    assert [(r.stream, r.offset) for r in of(first, Means.SUBSCRIBE)] == [(QUEUE, None)]
    assert [(r.stream, r.offset, r.flags) for r in of(first, Means.UPDATE)] == [
        (QUEUE, 0, 0),
        (QUEUE, 1, 0),
    ]
    assert [r.offset for r in of(first, Means.ACK)] == [0, 1]
    assert [(r.stream, r.offset) for r in of(second, Means.RESUME)] == [(QUEUE, 1)]
    assert [r.offset for r in of(second, Means.UPDATE)] == [2, 3, 4, 5]
    assert [r.offset for r in of(second, Means.ACK)] == [2, 3, 4, 5]
    assert of(second, Means.HEARTBEAT) == [], "an end of line behind a frame is no heart-beat"


def test_without_an_offset_by_content_or_by_an_id_that_stays() -> None:
    plain, rabbit, active = of(
        read_all(
            [
                (IN, message(message_id="5f2a-0")),
                (IN, message(message_id="T_s0@@session-x@@1", redelivered="true")),
                (IN, message(message_id="ID:host-1", timestamp="1795500730067")),
            ]
        ),
        Means.UPDATE,
    )
    assert (plain.flags, rabbit.flags) == (
        ReadFlag.CONTENT,
        ReadFlag.CONTENT | ReadFlag.REPLAYED,
    )
    assert plain.id == rabbit.id, "the ids of a session do not count"
    assert (active.id, active.flags, active.time) == ("ID:host-1", 0, 1795500730067 * 10**6)
    (unique,) = read_all([(IN, message(message_id="m-1"))], message_id="unique")
    assert (unique.id, unique.flags) == ("m-1", 0)
    (by_place,) = read_all([(IN, message(b'{"seq":9}', message_id="ID:1"))], id="/seq")
    assert (by_place.offset, by_place.id) == (9, "")


def test_where_a_subscription_starts() -> None:
    def asked(place: str) -> Reading:
        return read_all([(OUT, frame("SUBSCRIBE", destination="q", x_stream_offset=place))])[0]

    assert asked("offset=7")[:4] == (Means.RESUME, "q", "", 6)
    assert (asked("offset=0").offset, asked("offset=0").flags) == (0, ReadFlag.INCLUSIVE)
    for place in ("first", "last", "next", "timestamp=7", "offset=-1", ""):
        assert asked(place).means == Means.SUBSCRIBE


def test_receipts_errors_and_acknowledgements() -> None:
    messages = [
        (OUT, frame("SEND", b"x", destination="q", receipt="r-1")),
        (IN, frame("RECEIPT", receipt_id="r-1")),
        (OUT, frame("SEND", b"x", destination="q")),
        (IN, frame("ERROR", b"why", message="no such queue", receipt_id="r-2")),
        (OUT, frame("ACK", id="unknown")),
        (OUT, frame("NACK", id="unknown")),
        (OUT, b"\n\n"),  # the first may belong to the frame before it
        (IN, b"\r\n\r\n"),
    ]
    assert [(r.means, r.id, r.label) for r in read_all(messages)] == [
        (Means.SEND, "r-1", "SEND"),
        (Means.REPLY, "r-1", "RECEIPT"),
        (Means.OTHER, "", "SEND"),
        (Means.ERROR, "r-2", "ERROR no such queue"),
        (Means.ACK, "unknown", "ACK"),
        (Means.OTHER, "", "NACK"),
        (Means.HEARTBEAT, "", "heart-beat"),
        (Means.HEARTBEAT, "", "heart-beat"),
    ]


def test_headers_are_unescaped_and_the_first_of_equals_counts() -> None:
    data = b"MESSAGE\r\ndestination:a\\cb\\\\n\\n\r\ndestination:other\r\n\r\nx\0"
    assert read_all([(IN, data)])[0].stream == "a:b\\n\n"


def test_a_body_with_a_length_may_hold_nul() -> None:
    held = message(b"a\0b", content_length="3")
    plain = message(b"a")
    readings = read_all([(IN, held + plain)])
    assert [r.means for r in readings] == [Means.UPDATE] * 2
    assert readings[0].id != readings[1].id


STREAM = b"".join(
    [
        frame("CONNECTED", version="1.2") + b"\n",
        message(b"a\0b", content_length="3"),
        message(b"c", x_stream_offset="4") + b"\r\n\n\n",
        b"nonsense\0",
        message(b"after", redelivered="true"),
        message(b"no", content_length="x"),
        frame("RECEIPT", receipt_id="r"),
    ]
)


@given(cuts(len(STREAM)))
def test_the_same_whatever_the_cutting(places: list[int]) -> None:
    whole = read_all([(IN, STREAM)])
    assert [r.means for r in whole] == [
        Means.OTHER,
        Means.UPDATE,
        Means.UPDATE,
        Means.HEARTBEAT,
        Means.HEARTBEAT,
        Means.UNREADABLE,
        Means.UPDATE,
        Means.UNREADABLE,
        Means.REPLY,
    ]
    assert read_all(cut(IN, STREAM, places)) == whole


@pytest.mark.parametrize(
    "data",
    [
        b"x" * (16 << 20) + b"\0",
        message(b"y" * (16 << 20)),
        message(b"y\0" * (8 << 20), content_length=str(16 << 20)),
        b"MESSAGE\n" + b"a:b\n" * 100_000 + b"\n\0",
        b"MESSAGE\nno colon\n\n\0",
        b"message\n\n\0",
        b"MESSAGE\na:\xff\n\n\0",
        b"\0",
    ],
    ids=range(8),
)
def test_a_hostile_frame_is_left_out(data: bytes) -> None:
    pieces = [(IN, data[at : at + 500_000]) for at in range(0, len(data), 500_000)]
    readings = read_all([*pieces, (IN, frame("RECEIPT", receipt_id="r"))])
    assert [r.means for r in readings] == [Means.UNREADABLE, Means.REPLY]


def test_recognised_by_subprotocol_and_first_frame() -> None:
    first = [(d, int(TEXT), p) for d, p in frames("stomp_stream.txt")[1]]
    assert dialect.recognise(Opening("ws", "/ws"), first[:4]) > 0.95
    assert dialect.recognise(Opening("ws", "/ws", "v12.stomp"), []) > 0.9
    assert dialect.recognise(Opening("ws", "/ws"), [(OUT, int(TEXT), b"CONNECT {}")]) == 0


@pytest.mark.parametrize(
    ("mode", "flags"), [("client-individual", ReadFlag.ALONE), ("client", 0), ("auto", 0)]
)
def test_what_an_acknowledgement_stands_for_is_said_with_the_subscription(
    mode: str, flags: int
) -> None:
    messages = [
        (OUT, frame("SUBSCRIBE", id="s0", destination="/topic/a", ack=mode)),
        (IN, message(ack="7")),
        (OUT, frame("ACK", id="7")),
    ]
    (ack,) = of(read_all(messages), Means.ACK)
    assert ack.flags == flags
    assert ack.id == of(read_all(messages), Means.UPDATE)[0].id
