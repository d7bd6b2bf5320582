"""Plain text, by a regular expression."""

from __future__ import annotations

import pytest

from workbench.model.chunk import Opening
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects import plain_text as dialect

IN, OUT = Direction.IN, Direction.OUT


def read(text: str | bytes, direction: int = IN, **settings: str) -> Reading:
    decoder = dialect.decoder(dialect.Settings(**settings), Opening("ws"))
    payload = text.encode() if isinstance(text, str) else text
    (reading,) = decoder.read(direction, Opcode.TEXT, payload)
    return reading


def test_groups_name_what_they_find() -> None:
    pattern = r"(?P<stream>\w+)/(?P<epoch>\w+) #(?P<offset>\d+) k=(?P<key>\w+) t=(?P<time>[\d.]+)"
    reading = read("a/9f #12 k=x t=1780000000.5", pattern=pattern)
    assert reading == Reading(Means.UPDATE, "a", "9f", 12, "", "x", "", 1_780_000_000_500_000_000)
    assert read("hello", pattern=pattern).means == Means.OTHER
    assert read("ping", pattern=pattern).means == Means.HEARTBEAT
    assert read(b"\xff", pattern=pattern).means == Means.UNREADABLE


def test_a_number_found_as_id_is_the_offset() -> None:
    assert read("id=7", pattern=r"id=(?P<id>\w+)")[3:5] == (7, "")
    assert read("id=a7", pattern=r"id=(?P<id>\w+)")[3:5] == (None, "a7")


def test_without_an_expression_by_content() -> None:
    assert read("x").flags == ReadFlag.CONTENT
    assert read("x").id == read("x").id != read("y").id


def test_a_type_says_what_a_message_is() -> None:
    pattern = r"(?P<type>\w+) ?(?P<offset>\d*)"
    assert read("snapshot 4", pattern=pattern)[:4] == (Means.SNAPSHOT, "", "", 4)
    assert read("tick 4", pattern=pattern)[:4] == (Means.UPDATE, "", "", 4)


def test_what_a_client_asks() -> None:
    resume = r"SUB (?P<stream>\w+)( FROM (?P<offset>\d+))?"
    assert read("SUB a FROM 9", OUT, resume=resume)[:4] == (Means.RESUME, "a", "", 9)
    assert read("SUB a", OUT, resume=resume)[:4] == (Means.SUBSCRIBE, "a", "", None)
    assert read("HELLO", OUT, resume=resume).means == Means.OTHER
    assert read("ping", OUT).means == Means.HEARTBEAT


def test_long_text_is_not_matched() -> None:
    assert read("seq=1" + "x" * 5000, pattern=r"seq=(?P<offset>\d+)").label == "too long"
    assert read("seq=1" + "x" * 4000, pattern=r"seq=(?P<offset>\d+)").offset == 1


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?P<id>(a+)+)$",
        r"(?P<id>(?:a|b+)*)$",
        r".*(?P<id>x).*.*.*",
        r"(?P<id>\w+)\w+\w+x",
        r"(?P<id>\w+)+",
        r"(",
        r"no group",
        r"(?P<nonsense>x)",
        r"(?P<id>" + "(" * 500,
    ],
)
def test_expressions_that_are_wrong_or_never_end_are_refused(pattern: str) -> None:
    with pytest.raises(WorkbenchError) as caught:
        read("x", pattern=pattern)
    assert caught.value.whose is Whose.USER


def test_everything_is_plain_text_but_hardly() -> None:
    assert 0 < dialect.recognise(Opening("ws"), []) < 0.1
