"""Which rows the message table shows."""

from __future__ import annotations

import numpy as np
import pytest

from tests.panels.conftest import settle
from tests.panels.sample import Read, Sample
from workbench.model.words import Kind
from workbench.panels.growing import Column, Numbers
from workbench.panels.messages import RowFilter, row_filter
from workbench.panels.source import Source
from workbench.panels.workspace import Workspace


def shown(space: Workspace) -> list[int]:
    return [space.messages.keys[i] for i in range(len(space.messages))]


def test_every_message_is_a_row_and_every_heartbeat_is_counted(
    space: Workspace, sample: Sample
) -> None:
    kinds = [record.kind for record in sample.records]
    assert space.messages.messages == kinds.count(Kind.MESSAGE)
    assert space.messages.hidden_heartbeats == kinds.count(Kind.CONTROL)
    assert shown(space) == sorted(shown(space))


def test_events_are_rows_of_the_same_list(space: Workspace) -> None:
    events = [space.rows.row(key).event for key in shown(space)]
    words = [event.text for event in events if event is not None and event.client == "b-naive"]
    assert words == [
        "Connected to r2",
        "Disconnected by the server: 1012 service restart",
        "Gap of 1.84 s: 12 updates published, none delivered 4479–4490",
        "Reconnected to r3 without a resume position",
    ]


def test_heartbeats_can_be_shown(space: Workspace, sample: Sample) -> None:
    before = len(space.messages)
    space.messages.begin(RowFilter(heartbeats=True))
    settle(space)
    controls = [record.kind for record in sample.records].count(Kind.CONTROL)
    assert len(space.messages) == before + controls
    assert space.messages.hidden_heartbeats == 0


def test_a_filter_keeps_the_events_of_what_it_shows(space: Workspace) -> None:
    space.messages.begin(RowFilter(frozenset({"b-naive"})))
    settle(space)
    rows = [space.rows.row(key) for key in shown(space)]
    assert {row.connection for row in rows if row.event is None} == {"b-naive"}
    assert {row.event.client for row in rows if row.event is not None} == {"b-naive", ""}
    space.messages.begin(RowFilter(frozenset({"b-naive"}), events=False))
    settle(space)
    assert all(space.rows.row(key).event is None for key in shown(space))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", RowFilter()),
        ("conn:b-naive", RowFilter(frozenset({"b-naive"}))),
        ('conn:"my app" -is:event', RowFilter(frozenset({"my app"}), events=False)),
        ("is:ping", RowFilter(heartbeats=True)),
        ("-is:ping", RowFilter()),
        ("lag>250ms", None),
        ("-conn:a", None),
        ("is:replayed", None),
    ],
)
def test_simple_filters(text: str, wanted: RowFilter | None) -> None:
    assert row_filter(text) == wanted


class Live:
    """The sample as it is being recorded: records first, readings a little later."""

    def __init__(self) -> None:
        self.sample = Sample()
        self.reader = self.sample.reader()
        self.reader.shown = 0
        self.whole = self.sample.columns()
        self.read = Read(self.whole.rows[:0], self.whole.names)
        mirror = self.sample.mirror(judged=False)
        self.space = Workspace(mirror, lambda folder: Source(self.reader, lambda: self.read))

    def go(self, records: int, read: int) -> None:
        self.reader.shown = records
        self.read.rows = self.whole.rows[self.whole.rows["row"] < read]
        self.space.step()


def test_rows_only_come_at_the_end_while_records_and_readings_come() -> None:
    live, before = Live(), []
    total = len(live.sample.records)
    for records in range(7, total + 7, 7):
        live.go(min(records, total), max(0, records - 10))
        now = shown(live.space)
        assert now[: len(before)] == before
        before = now
    for _ in range(40):
        live.go(total, total)
    assert shown(live.space)[: len(before)] == before
    assert live.space.messages.next == total


def test_rows_do_not_wait_for_ever_for_a_dialect_that_does_not_come() -> None:
    live = Live()
    for _ in range(60):
        live.go(200, 0)
    assert live.space.messages.next == 200


def test_late_readings_are_taken_in() -> None:
    """Readings of a link's first messages come after those of later records."""
    live = Live()
    total = len(live.sample.records)
    rows = live.whole.rows
    late = np.isin(rows["row"], rows["row"][rows["flags"] == 1][:3])
    live.reader.shown = total
    live.read.rows = rows[~late]
    settle(live.space)
    before = len(live.space.replay_row)
    live.read.rows = rows
    settle(live.space)
    assert len(live.space.replay_row) == before + 3
    assert (np.diff(live.space.replay_row.array) > 0).all()


def test_numbers_hold_many_in_little_and_find_their_place() -> None:
    numbers, luck = Numbers(), np.random.default_rng(4)
    values = np.cumsum(luck.integers(1, 5, 200_000))
    values[150_000:] += 1 << 33
    for part in np.array_split(values, 37):
        numbers.extend(part)
    assert len(numbers) == len(values)
    for i in luck.integers(0, len(values), 300).tolist():
        assert numbers[i] == values[i]
        assert numbers.find(int(values[i])) == i
    assert numbers.find(int(values[-1]) + 1) == len(values)
    assert numbers.find(0) == 0


def test_columns_grow_and_are_cut() -> None:
    column = Column("<i8")
    for i in range(1000):
        column.add(i)
    column.extend(np.arange(1000, 5000))
    column.cut(4000)
    assert column.array.tolist() == list(range(4000))
