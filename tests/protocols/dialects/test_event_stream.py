"""An event's id as its position."""

from __future__ import annotations

import pytest

from workbench.model.chunk import Opening
from workbench.model.errors import WorkbenchError
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects import event_stream as dialect
from workbench.protocols.event_text import Event, encode_event

IN, OUT = Direction.IN, Direction.OUT


def fresh(**settings: str) -> dialect.EventDecoder:
    return dialect.decoder(dialect.Settings(**settings), Opening("sse"))


def read(decoder: dialect.EventDecoder, event: Event):  # type: ignore[no-untyped-def]
    (reading,) = decoder.read(IN, Opcode.EVENT, encode_event(event))
    return reading


@pytest.mark.parametrize(
    ("given", "position", "place"),
    [
        ("9f:7", "", ("9f", 7, "")),
        ("a:b:7", "", ("a:b", 7, "")),
        ("7", "", ("", 7, "")),
        ("1526919030474-55", "", ("", None, "1526919030474-55")),
        ("urn:uuid:1f", "", ("", None, "urn:uuid:1f")),
        ("7", "opaque", ("", None, "7")),
        ("9f:7", "number", ("", None, "9f:7")),
        ("9" * 19, "", ("", None, "9" * 19)),
        (":7", "", ("", None, ":7")),
    ],
)
def test_an_id_is_a_place(given: str, position: str, place: tuple[str, int | None, str]) -> None:
    reading = read(fresh(position=position), Event(given, data="x"))
    assert (reading.epoch, reading.offset, reading.id) == place
    assert reading.means == Means.UPDATE


def test_last_event_id_asks_from_a_place() -> None:
    head = b"GET /events HTTP/1.1\r\nHost: h\r\nlast-event-id: 9f:7\r\n\r\n"
    (resume,) = fresh().read(OUT, 0, head)
    assert resume[:5] == (Means.RESUME, "", "9f", 7, "")
    (subscribe,) = fresh().read(OUT, 0, b"GET /events HTTP/1.1\r\nHost: h\r\n\r\n")
    assert subscribe.means == Means.SUBSCRIBE
    assert list(fresh().read(IN, 0, b"HTTP/1.1 200 OK\r\n\r\n")) == []


def test_an_opening_without_its_head_among_the_messages_asks_before_the_first_event() -> None:
    opening = Opening("sse", request=(("host", "h"), ("last-event-id", "12")))
    decoder = dialect.decoder(dialect.Settings(), opening)
    event = encode_event(Event("13", data="x"))
    readings = decoder.read(IN, Opcode.EVENT, event)
    assert [(r.means, r.offset) for r in readings] == [(Means.RESUME, 12), (Means.UPDATE, 13)]
    assert len(decoder.read(IN, Opcode.EVENT, event)) == 1


def test_without_data_nothing_is_delivered() -> None:
    assert read(fresh(), Event("7")).means == Means.OTHER
    assert read(fresh(), Event("7", data="")).means == Means.OTHER
    assert read(fresh(), Event(retry=100)).label == "retry"


def test_events_without_ids_are_known_by_content_unless_others_have_ids() -> None:
    decoder = fresh()
    first = read(decoder, Event(data="a"))
    assert first.flags == ReadFlag.CONTENT
    assert first.id == read(decoder, Event(data="a")).id != read(decoder, Event(data="b")).id
    assert read(decoder, Event("1", data="a")).offset == 1
    assert read(decoder, Event(data="notice")).means == Means.OTHER


def test_types_with_a_meaning() -> None:
    decoder = fresh()
    assert read(decoder, Event(event="heartbeat", data="x")).means == Means.HEARTBEAT
    assert read(decoder, Event("e:5", "snapshot", data="x"))[:4] == (Means.SNAPSHOT, "", "e", 5)
    assert read(decoder, Event(event="too_old", data="x")).means == Means.TOO_OLD
    assert read(decoder, Event("5", "price", data="x")).label == "price"


def test_places_in_the_data() -> None:
    data = '{"seq": 4, "s": "prices", "k": "a"}'
    reading = read(fresh(id="json.seq", stream="/s", key="$.k"), Event("xyz", data=data))
    assert reading[:6] == (Means.UPDATE, "prices", "", 4, "xyz", "a")
    only_stream = read(fresh(stream="/s"), Event("9f:7", data=data))
    assert only_stream[:5] == (Means.UPDATE, "prices", "9f", 7, "")
    assert read(fresh(id="/seq"), Event("1", data="{}")).means == Means.OTHER
    with pytest.raises(WorkbenchError):
        fresh(id="seq")


def test_recognised_by_the_kind_of_link() -> None:
    assert dialect.recognise(Opening("sse"), []) > 0.5
    assert dialect.recognise(Opening("ws"), []) == 0
