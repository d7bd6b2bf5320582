"""Rows in words."""

from __future__ import annotations

import json

import pytest

from tests.panels.sample import Sample, memory
from workbench.model.record import Record
from workbench.model.words import Direction, Flag, Kind, LinkEvent, Opcode
from workbench.panels.events import EventWords, event_words
from workbench.panels.preview import preview
from workbench.panels.rows import Row, Rows
from workbench.panels.source import Source
from workbench.panels.story import Story
from workbench.panels.workspace import Workspace


def rows_of(space: Workspace) -> list[Row]:
    keys = space.messages.keys
    return [space.rows.row(keys[i]) for i in range(len(keys))]


def test_a_row_says_everything_once(space: Workspace) -> None:
    row = next(r for r in rows_of(space) if r.connection == "b-naive" and r.id == "4491")
    assert (row.type, row.size, row.lag) == ("tick", "159 B", "18 ms")
    assert row.preview == "EURUSD bid 1.08426 ask 1.08429"
    assert row.spoken == (
        "14:03:27.864, received, b-naive, tick 4491, 159 B, lag 18 ms,"
        " EURUSD bid 1.08426 ask 1.08429"
    )


def test_marks_are_signs_and_words(space: Workspace) -> None:
    marked = [row for row in rows_of(space) if "twice" in row.marks]
    assert [row.id for row in marked] == ["4492", "4493", "4494"]
    assert all(row.marks == ("replayed", "twice") for row in marked)
    assert "replayed, handled twice" in marked[0].spoken


def test_a_verdict_changes_the_words_of_a_row_not_its_place(sample: Sample) -> None:
    columns = sample.columns()
    mirror = sample.mirror(judged=False)
    space = Workspace(mirror, lambda f: Source(sample.reader(), lambda: columns))
    for _ in range(60):
        space.step()
    at = next(
        i for i, r in enumerate(rows_of(space)) if r.key % 2 == 0 and r.connection == "b-naive"
    )
    key = space.messages.keys[at]
    assert "not judged yet" in space.rows.row(key).spoken
    mirror.put("outage", "1", sample.outage())
    space.step()
    assert space.messages.keys[at] == key
    assert "12 updates published, none delivered" in space.rows.row(key).spoken


@pytest.mark.parametrize(
    ("opcode", "payload", "line"),
    [
        (1, b'{"type":"tick","id":4,"sym":"EURUSD","bid":1.08420}', "EURUSD bid 1.08420"),
        (1, b'{"op":"subscribe","topic":"prices"}', "topic prices"),
        (1, b'42["tick",{"id":1,"sym":"A","n":1e400}]', "A n 1e400"),
        (1, b'42/admin,7["say",{"text":"hi"}]', "hi"),
        (16, b'id: 4\nevent: tick\ndata: {"sym":"A",\ndata: "bid":2}', "A bid 2"),
        (2, bytes(range(30)), bytes(range(24)).hex(" ") + " …"),
        (1, b"plain\nwords\x1b[31m", "plain␊words␛[31m"),
        (1, b"\xff\xfe{", "��{"),
        (1, b"", "(empty)"),
        (1, b"[" * 5000, "[" * 300 + "…"),
        (1, b'{"id":1}', '{"id":1}'),
        (1, b'{"a":{"b":[1,2,{"c":null}]},"big":123456789012345678901234567890}',
         "a {b [1, 2, {c null}]} big 123456789012345678901234567890"),
        (1, '{"who":"\u202eevil"}'.encode(), "⟨202E⟩evil"),
    ],
)  # fmt: skip
def test_preview(opcode: int, payload: bytes, line: str) -> None:
    assert preview(opcode, payload) == line


def test_a_long_payload_is_not_read_as_json_for_one_line() -> None:
    payload = b'{"sym":"' + b"x" * 1_000_000 + b'"}'
    assert preview(Opcode.TEXT, payload) == ('{"sym":"' + "x" * 400)[:300] + "…"


def words(kind: Kind, value: dict[str, object], **more: int) -> EventWords | None:
    story = Story()
    source = memory([Record(5, 1, kind, payload=json.dumps(value).encode(), **more)])
    story.take(0, memory([Record(1, 1, Kind.LINK, opcode=LinkEvent.OPENING)]).headers(0, 1)[0], b"")
    return event_words(story, source.headers(0, 1)[0], source.payload(0))


@pytest.mark.parametrize(
    ("kind", "value", "more", "text"),
    [
        (Kind.LINK, {"how": "rst", "by": "server"}, {"opcode": 5},
         "Disconnected by the server: the connection was reset (RST)"),
        (Kind.LINK, {"how": "close", "by": "client", "code": 1000, "reason": "bye"}, {"opcode": 5},
         "Disconnected by the client: 1000 normal closure, “bye”"),
        (Kind.LINK, {"how": "leave", "by": "client"}, {"opcode": 5},
         "Disconnected by the client: left on purpose"),
        (Kind.LINK, {"what": "Refused.", "why": "No one listens."}, {"opcode": 4},
         "Could not connect: Refused. No one listens."),
        (Kind.LINK, {"why": "three attempts failed"}, {"opcode": 8},
         "Stopped retrying: three attempts failed"),
        (Kind.FAULT, {"title": "Cut now", "scope": ["a", "b"]}, {"code": 1}, "Cut now on a and b"),
        (Kind.FAULT, {"fault": "stall"}, {"code": 0}, "stall ended on everything"),
        (Kind.LOSS, {"what": "trimmed", "count": 12000, "why": "The limit was reached."}, {},
         "12\u202f000 records trimmed: The limit was reached."),
        (Kind.DEPLOY, {"event": "replica", "state": "failed", "replica": "r1", "reason": "exit 1"},
         {}, "Replica r1 failed: exit 1"),
        (Kind.DEPLOY, {"event": "end", "aborted": True}, {}, "Deploy stopped"),
    ],
)  # fmt: skip
def test_events_in_words(
    kind: Kind, value: dict[str, object], more: dict[str, int], text: str
) -> None:
    made = words(kind, value, **more)
    assert made is not None
    assert made.text == text


@pytest.mark.parametrize("payload", [b"", b"[]", b"{", b'"x"', b"null", b"[" * 100_000])
@pytest.mark.parametrize(
    "kind", [Kind.LINK, Kind.FAULT, Kind.DEPLOY, Kind.LOSS, Kind.PUBLISH, Kind.NOTE]
)
def test_damaged_event_records_harm_nothing(kind: Kind, payload: bytes) -> None:
    story = Story()
    for opcode in range(9):
        header = memory([Record(5, 3, kind, opcode=opcode, payload=payload)]).headers(0, 1)[0]
        story.take(0, header, payload)
        event_words(story, header, payload)


def test_a_changed_message_is_marked() -> None:
    flags = int(Flag.ARRIVED | Flag.PASSED | Flag.CHANGED)
    record = Record(5, 1, Kind.MESSAGE, Direction.IN, Opcode.TEXT, flags, payload=b"x")
    row = Rows(Source(memory([record])), Story()).row(1)
    assert row.marks == ("changed",)
    assert (row.type, row.id, row.lag) == ("text", "–", "–")
