"""One recording behind every view."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np

from tests.panels.conftest import settle
from tests.panels.sample import NS, START, Sample, memory, write
from workbench.door.state import Mirror
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.record import Record
from workbench.model.words import Direction, Kind, LinkEvent
from workbench.panels.opening import open_recording
from workbench.panels.source import Source
from workbench.panels.workspace import Workspace


def test_a_recording_on_disk_shows_the_same_as_one_in_memory(
    space: Workspace, sample: Sample, tmp_path: Path
) -> None:
    write(sample, tmp_path / "rec")
    mirror = sample.mirror()
    mirror.put("session", "current", {"folder": str(tmp_path / "rec")})
    other = settle(Workspace(mirror, open_recording, datetime.UTC))
    assert len(other.messages) == len(space.messages) > 200
    for i in range(len(space.messages)):
        mine, theirs = space.messages.keys[i], other.messages.keys[i]
        assert space.rows.row(mine) == other.rows.row(theirs)
    assert other.replay_time.array.tolist() == space.replay_time.array.tolist()


def test_a_recording_that_cannot_be_opened_is_an_error_not_an_end() -> None:
    def refuse(folder: str) -> Source:
        raise WorkbenchError("There is no recording.", whose=Whose.USER)

    mirror = Mirror()
    mirror.put("session", "current", {"folder": "gone"})
    space = settle(Workspace(mirror, refuse), 3)
    assert str(space.error) == "There is no recording."
    assert len(space.messages) == 0


def test_another_recording_begins_anew(sample: Sample) -> None:
    mirror = sample.mirror()
    columns = sample.columns()
    space = settle(Workspace(mirror, lambda f: Source(sample.reader(), lambda: columns)))
    assert space.clients()
    before = space.generation
    mirror.put("session", "current", {"folder": ""})
    space.step()
    assert space.clients() == []
    assert space.generation > before


def test_a_name_made_out_later_is_taken_over(sample: Sample) -> None:
    """Behind a proxy the engine says after a while which links are one client's."""

    def opened(time: int, link: int) -> list[Record]:
        facts = b'{"proxy":"proxy"}'
        return [
            Record(time, link, Kind.LINK, opcode=LinkEvent.OPENING, payload=facts),
            Record(time + 1, link, Kind.LINK, opcode=LinkEvent.OPEN, payload=b"{}"),
            Record(time + 2, link, Kind.MESSAGE, Direction.IN, 1, payload=b"x"),
            Record(time + 3, link, Kind.LINK, opcode=LinkEvent.CLOSED, payload=b'{"how":"rst"}'),
        ]

    reader = memory([*opened(NS, 1), *opened(3 * NS, 2)])
    mirror = Mirror()
    mirror.put("session", "current", {"folder": "x"})
    space = settle(Workspace(mirror, lambda f: Source(reader)))
    assert space.clients() == ["proxy 1", "proxy 2"]
    mirror.put("connection", "app", {"name": "app", "links": [1, 2]})
    settle(space)
    assert space.clients() == ["app"]
    assert len(space.story.gaps["app"]) == 2


def test_a_step_is_bounded_however_much_there_is() -> None:
    count = 400_000
    from workbench.model.record import RECORD

    headers = np.zeros(count, dtype=RECORD)
    headers["time"] = START + np.arange(count) * 50_000
    headers["kind"], headers["link"], headers["direction"] = Kind.MESSAGE, 1, Direction.IN
    reader = memory([])
    reader.headers_, reader.payloads_ = headers, [b""] * count
    mirror = Mirror()
    mirror.put("session", "current", {"folder": "x"})
    mirror.put("connection", "a", {"name": "a", "links": [1]})
    space = Workspace(mirror, lambda f: Source(reader))
    space.step()
    steps = 1
    while space.messages.next < count:
        space.step()
        steps += 1
        assert steps < 2000
    assert len(space.messages) == count


def test_the_row_of_a_moment(space: Workspace) -> None:
    at = space.row_at(START + round(7.85 * NS))
    assert at is not None
    row = space.rows.row(space.messages.keys[at])
    assert row.moment >= START + round(7.85 * NS)
    before = space.rows.row(space.messages.keys[at - 1])
    assert before.moment < START + round(7.85 * NS)
    assert space.row_at(START + 10**15) == len(space.messages) - 1
