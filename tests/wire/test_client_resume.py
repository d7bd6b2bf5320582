"""What a client asks for when it comes back."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Means, ReadFlag
from workbench.wire.resume import Resume


def update(offset: int | None, epoch: str = "e", own: str = "", flags: int = 0) -> Reading:
    return Reading(Means.UPDATE, "s", epoch, offset, own, flags=flags)


def asked(resume: Resume) -> Any:
    message = resume.subscribe().message
    return message and orjson.loads(message)


def test_without_a_position_everyone_subscribes_plainly() -> None:
    for mode in ("position", "naive", "overlap"):
        assert asked(Resume(mode, stream="s")) == {"op": "subscribe", "stream": "s"}


def test_by_position() -> None:
    resume = Resume("position", stream="s")
    resume.seen([update(4), update(5)])
    assert asked(resume)["after"] == {"epoch": "e", "offset": 5}
    assert resume.subscribe().position == Position("s", "e", 5)


def test_naive_asks_for_nothing() -> None:
    resume = Resume("naive", stream="s")
    resume.seen([update(5)])
    assert "after" not in asked(resume)
    assert resume.subscribe().position is None


def test_overlapping_asks_from_before() -> None:
    resume = Resume("overlap", overlap=3, stream="s")
    resume.seen([update(n) for n in range(1, 10)])
    assert asked(resume)["after"]["offset"] == 6
    early = Resume("overlap", overlap=3, stream="s")
    early.seen([update(2)])
    assert asked(early)["after"]["offset"] == 0


def test_snapshot_asks_for_the_state() -> None:
    resume = Resume("snapshot", stream="s")
    resume.seen([update(5)])
    assert asked(resume) == {"op": "subscribe", "stream": "s", "snapshot": True}


def test_a_position_never_goes_back_within_an_epoch_but_follows_a_new_one() -> None:
    resume = Resume("position", stream="s")
    resume.seen([update(9), update(7)])
    assert asked(resume)["after"] == {"epoch": "e", "offset": 9}
    resume.seen([update(2, "f")])
    assert asked(resume)["after"] == {"epoch": "f", "offset": 2}


def test_the_top_counts_only_where_nothing_was_asked() -> None:
    resume = Resume("position", stream="s")
    top = Reading(Means.SUBSCRIBED, "s", "e", 40)
    resume.subscribe()
    resume.seen([top])
    assert asked(resume)["after"]["offset"] == 40
    resume.seen([Reading(Means.SUBSCRIBED, "s", "e", 90)])
    assert asked(resume)["after"]["offset"] == 40, "41 to 90 are still to come"


def test_a_snapshot_moves_the_position() -> None:
    resume = Resume("position", stream="s")
    resume.seen([Reading(Means.SNAPSHOT, "s", "e", 12)])
    assert asked(resume)["after"]["offset"] == 12


@pytest.mark.parametrize(
    ("template", "first", "later"),
    [
        ('{"from":{after},"e":"{epoch}"}', '{"from":null,"e":""}', '{"from":7,"e":"e"}'),
        ('{"from":"{after}"}', '{"from":""}', '{"from":"7"}'),
        ("SUB {stream} FROM {after}", "SUB s FROM ", "SUB s FROM 7"),
        ("JOIN", "JOIN", "JOIN"),
    ],
)
def test_a_subscribe_message_of_the_users_own(template: str, first: str, later: str) -> None:
    resume = Resume("position", stream="s", template=template)
    assert resume.subscribe().message == first
    resume.seen([update(7)])
    assert resume.subscribe().message == later


def test_ids_that_are_no_numbers_stay_whole_and_quoted() -> None:
    resume = Resume("overlap", overlap=1, template='["sub",{after}]')
    for own in ("a", 'b"\\', "c"):
        resume.seen([update(None, own=own)])
    assert asked(resume) == ["sub", 'b"\\']
    resume.seen([update(None, own="d", flags=int(ReadFlag.CONTENT))])
    assert asked(resume) == ["sub", 'b"\\'], "a content is no id to ask from"


@pytest.mark.parametrize(
    ("mode", "ids", "header"),
    [
        ("position", ["e:5", "e:6"], "e:6"),
        ("naive", ["e:6"], ""),
        ("snapshot", ["e:6"], ""),
        ("overlap", ["e:6"], "e:4"),
        ("overlap", ["1"], "0"),
        ("overlap", ["x", "y", "z"], "x"),
        ("position", [], ""),
    ],
)
def test_last_event_id(mode: str, ids: list[str], header: str) -> None:
    resume = Resume(mode, overlap=2)
    for each in ids:
        resume.last_event_id(each)
    assert resume.header() == header
    assert (resume.asked_by_header() is None) == (header == "")
