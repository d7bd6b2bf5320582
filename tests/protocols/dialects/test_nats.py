"""NATS: a recorded run of nats-server 2.15.1 with an ordered consumer, and hand-made frames."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.protocols.dialects.captured import BINARY, IN, OUT, Messages, cut, cuts, frames, of
from tests.protocols.dialects.captured import read_all as read_messages
from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Means, ReadFlag
from workbench.protocols.dialects import nats as dialect
from workbench.protocols.dialects._nats_wire import delivery_of, headers_of

V1 = "$JS.ACK.S.c1.{n}.{s}.{c}.1795500730067394054.0"
V2 = "$JS.ACK.hub.ACCHASH.S.c1.{n}.{s}.{c}.1795500730067394054.0"


def read_all(messages: Messages, **settings: str) -> list[Reading]:
    return read_messages(dialect, messages, BINARY, **settings)


def msg(subject: str, data: bytes, reply: str = "", sid: int = 2) -> bytes:
    return f"MSG {subject} {sid} {reply} {len(data)}\r\n".encode() + data + b"\r\n"


def pub(subject: str, data: bytes, reply: str = "") -> bytes:
    return f"PUB {subject} {reply} {len(data)}\r\n".encode() + data + b"\r\n"


def hmsg(subject: str, headers: str, data: bytes = b"", reply: str = "", sid: int = 2) -> bytes:
    block = headers.encode()
    sizes = f"{len(block)} {len(block) + len(data)}"
    return f"HMSG {subject} {sid} {reply} {sizes}\r\n".encode() + block + data + b"\r\n"


def captured() -> dict[int, Messages]:
    """The run; the capture cut long payloads short, which are completed here."""
    runs = frames("nats_ordered_0_file.txt", "bin")
    return {number: [(d, _completed(p)) for d, p in run] for number, run in runs.items()}


def _completed(payload: bytes) -> bytes:
    if payload.endswith(b"\r\n"):
        return payload
    head, _, rest = payload.partition(b"\r\n")
    if head == b"PONG":
        return b'PONG\r\nINFO {"server_id":"N"}\r\n'
    if head.startswith(b"INFO"):
        return payload.rstrip() + b"\r\n"
    subject = head.rpartition(b" ")[0]
    if b"$JS.API.CONSUMER.CREATE" in head:
        data = b'{"stream_name":"S","config":{"deliver_policy":"all"}}'
    else:
        data = b'{"type":"io.nats.jetstream.api.v1.consumer_create_response","stream_name":"S"}'
    assert rest.startswith(data[:14])
    return subject + b" %d\r\n" % len(data) + data + b"\r\n"


def test_positions_come_from_the_reply_subject() -> None:
    runs = captured()
    first, second = read_all(runs[1]), read_all(runs[2])
    assert of(first, Means.UNREADABLE) + of(second, Means.UNREADABLE) == []
    updates = of(first, Means.UPDATE)
    assert [(r.stream, r.epoch, r.offset, r.key) for r in updates] == [
        ("S", "", 1, "t.room"),
        ("S", "", 2, "t.room"),
    ]
    assert updates[0].time == 1795500730067394054
    assert [r.offset for r in of(second, Means.UPDATE)] == [3, 4, 5, 6]
    assert all(r.flags == 0 for r in of(second, Means.UPDATE))
    assert [(r.stream, r.label) for r in of(first, Means.SUBSCRIBED)] == [
        ("S", "consumer_create_response")
    ]
    beats = [(r.stream, r.offset) for r in of(second, Means.HEARTBEAT) if r.label.startswith("100")]
    assert beats == [("S", 5), ("S", 5)], "what was sent last shows a lost tail"
    assert of(first, Means.SEND) == [], "requests to JetStream are no messages of the application"


def test_an_inbox_joins_the_links_of_a_client() -> None:
    runs = captured()
    keys = [{r.id for r in of(read_all(runs[n]), Means.IDENTITY)} for n in (1, 2)]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 2


def test_the_consumers_own_numbers_have_no_holes() -> None:
    data = msg("t.a", b"x", V1.format(n=1, s=10, c=1)) + msg("t.a", b"y", V1.format(n=2, s=15, c=2))
    by_stream = read_all([(IN, data)])
    assert [(r.epoch, r.offset, r.flags) for r in by_stream] == [
        ("", 10, 0),
        ("", 15, ReadFlag.REPLAYED),
    ]
    by_consumer = read_all([(IN, data)], position="consumer")
    assert [(r.epoch, r.offset) for r in by_consumer] == [("c1", 1), ("c1", 2)]


@pytest.mark.parametrize("form", [V1, V2, V2 + ".rnd"])
def test_both_forms_of_the_reply_subject(form: str) -> None:
    found = delivery_of(form.format(n=3, s=7, c=5))
    assert found == ("S", "c1", 3, 7, 5, 1795500730067394054)


@pytest.mark.parametrize(
    "subject",
    ["_INBOX.x", "$JS.ACK.S.c.1.2", "$JS.ACK.S.c.1.x.3.4.5", "$JS.ACK." + "9" * 30, "$JS.ACK"],
)
def test_other_subjects_are_no_positions(subject: str) -> None:
    assert delivery_of(subject) is None


def test_a_consumer_that_starts_at_a_sequence_asks_for_what_follows() -> None:
    def create(config: bytes, subject: str = "$JS.API.CONSUMER.CREATE.S.c1") -> Reading:
        data = b'{"stream_name":"S","config":' + config + b"}"
        return read_all([(OUT, pub(subject, data, "_INBOX.a.1"))])[0]

    start = b'{"deliver_policy":"by_start_sequence","opt_start_seq":6}'
    assert create(start)[:4] == (Means.RESUME, "S", "", 5)
    assert create(start, "$JS.API.CONSUMER.DURABLE.CREATE.S.c1").stream == "S"
    assert create(b'{"deliver_policy":"all"}')[:4] == (Means.SUBSCRIBE, "S", "", None)
    assert create(b"{}", "$JS.API.STREAM.INFO.S").means == Means.OTHER


def test_core_messages_requests_and_acknowledgements() -> None:
    error = b'{"type":"io.nats.jetstream.api.v1.x","error":{"code":404}}'
    messages = [
        (OUT, b"SUB t.core 3\r\n"),
        (OUT, pub("t.in", b"x", "_INBOX.a.7")),
        (IN, msg("_INBOX.a.7", b"ok", sid=1) + msg("t.core", b'{"seq":4}', sid=3)),
        (OUT, pub("t.in", b"x", "_INBOX.a.8")),
        (IN, hmsg("_INBOX.a.8", "NATS/1.0 503\r\n\r\n", sid=1)),
        (OUT, pub("$JS.API.STREAM.INFO.S", b"", "_INBOX.a.9")),
        (IN, msg("_INBOX.a.9", error)),
        (OUT, pub("t.in", b"no answer wanted")),
        (OUT, b"pub t.in 0\r\n\r\n"),
    ]
    readings = read_all(messages, id="/seq")
    assert [(r.means, r.stream, r.id or r.offset) for r in readings] == [
        (Means.SUBSCRIBE, "t.core", None),
        (Means.SEND, "t.in", "_INBOX.a.7"),
        (Means.REPLY, "", "_INBOX.a.7"),
        (Means.UPDATE, "t.core", 4),
        (Means.SEND, "t.in", "_INBOX.a.8"),
        (Means.ERROR, "", "_INBOX.a.8"),
        (Means.OTHER, "", None),
        (Means.ERROR, "", None),
        (Means.OTHER, "t.in", None),
        (Means.OTHER, "t.in", None),
    ]


def test_acknowledgements_name_the_update() -> None:
    subject = V1.format(n=1, s=10, c=4)
    messages = [
        (IN, msg("t.a", b'{"seq":77}', subject)),
        (OUT, pub(subject, b"")),
        (OUT, pub(subject, b"-NAK")),
        (OUT, pub(subject, b"+TERM")),
    ]

    def acks(**settings: str) -> list[tuple[str, str, int | None]]:
        found = of(read_all(messages, **settings), Means.ACK)
        assert all(r.flags == ReadFlag.ALONE for r in found)
        return [(r.stream, r.epoch, r.offset) for r in found]

    assert acks() == [("S", "", 10)]
    assert acks(position="consumer") == [("S", "c1", 4)]
    assert acks(id="/seq") == [("S", "", 77)]


def test_a_servers_words() -> None:
    messages = [
        (IN, b'INFO {"server_id":"N","ldm":true}\r\n'),
        (IN, b"-ERR 'Stale Connection'\r\n+OK\r\n"),
        (IN, hmsg("_INBOX.p", "NATS/1.0 409 Consumer Deleted\r\n\r\n")),
        (IN, hmsg("_INBOX.p", "NATS/1.0 408 Request Timeout\r\n\r\n")),
        (IN, hmsg("t.a", "NATS/1.0\r\nNats-Msg-Id: m-1\r\n\r\n", b"x", V2.format(n=1, s=3, c=3))),
    ]
    readings = read_all(messages)
    assert [(r.means, r.label) for r in readings][:5] == [
        (Means.ADVICE, "lame duck"),
        (Means.ERROR, "-ERR 'Stale Connection'"),
        (Means.OTHER, "+OK"),
        (Means.ERROR, "409 Consumer Deleted"),
        (Means.OTHER, "408 Request Timeout"),
    ]
    assert (readings[5].offset, readings[5].id) == (3, "m-1")
    assert headers_of(b"NATS/1.0 100 Idle Heartbeat\r\nA: 1\r\na: 2\r\n\r\n") == (
        100,
        "Idle Heartbeat",
        {"a": "1"},
    )


STREAM = b"".join(
    [
        b'INFO {"server_id":"N"}\r\n',
        msg("t.room", b"a\r\nMSG x 1 1\r\n", V1.format(n=1, s=3, c=3)),
        b"PING\r\n",
        hmsg("_INBOX.x", "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Stream: 5\r\n\r\n"),
        msg("t.room", b"", V2.format(n=1, s=4, c=4)),
        b"PONG\r\n",
    ]
)


@given(cuts(len(STREAM)))
def test_the_same_whatever_the_cutting(places: list[int]) -> None:
    whole = read_all([(IN, STREAM)])
    assert len(whole) == 6
    assert read_all(cut(IN, STREAM, places)) == whole


def test_a_huge_payload_is_left_out() -> None:
    size = 20 << 20
    messages = [(IN, b"MSG a 1 %d\r\n" % size), *[(IN, bytes(1 << 20))] * 20, (IN, b"\r\nPING\r\n")]
    assert [r.means for r in read_all(messages)] == [Means.UNREADABLE, Means.HEARTBEAT]


@pytest.mark.parametrize(
    "data",
    [
        b"x" * 100_000,
        b"MSG a 1 3\r\nabcdef",
        b"MSG a 1 -3\r\n",
        b"MSG a 1 99999999999\r\n",
        b"MSG a\r\n",
        b"HMSG a 1 9 3\r\n",
        b"\x82\x00\r\n",
        b"\r\n",
    ],
)
def test_out_of_step_for_good(data: bytes) -> None:
    readings = read_all([(IN, data), (IN, b"PING\r\n"), (OUT, b"PING\r\n")])
    assert [r.means for r in readings] == [Means.UNREADABLE, Means.UNREADABLE, Means.HEARTBEAT]


def test_recognised_by_the_first_words() -> None:
    first = [(d, int(BINARY), p) for d, p in captured()[1]]
    assert dialect.recognise(Opening("ws", "/"), first[:1]) > 0.95
    assert dialect.recognise(Opening("ws", "/"), [m for m in first if m[0] == OUT]) == 0.9
    assert dialect.recognise(Opening("ws", "/"), [(IN, int(BINARY), b"INFORMATION")]) == 0
