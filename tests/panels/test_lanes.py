"""What the lanes show."""

from __future__ import annotations

import itertools

from tests.panels.sample import NS, START, Sample
from workbench.panels import lanes
from workbench.panels.lanes import Chip, Scale, place_chips
from workbench.panels.story import Story
from workbench.panels.workspace import Workspace


def chip(left: float, right: float, width: float = 80) -> Chip:
    return Chip("12 missed", "error", left, right, width=width)


def test_a_chip_goes_right_of_its_mark() -> None:
    placed, dropped = place_chips([chip(100, 150)], [(100, 150)], 500)
    assert (placed[0].x, dropped) == (155, [])


def test_then_left_of_it() -> None:
    placed, _ = place_chips([chip(420, 480)], [(420, 480)], 500)
    assert placed[0].x == 420 - 5 - 80


def test_else_it_is_left_to_the_tooltip() -> None:
    placed, dropped = place_chips([chip(20, 480)], [(20, 480)], 500)
    assert (placed, len(dropped)) == ([], 1)


def test_chips_never_overlap_gaps_or_each_other() -> None:
    gaps = [(x, x + 20.0) for x in (50, 120, 190, 400)]
    placed, dropped = place_chips([chip(a, b, 60) for a, b in gaps], gaps, 600)
    spans = sorted([(c.x, c.x + c.width) for c in placed] + gaps)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    assert len(placed) + len(dropped) == 4


def lane(space: Workspace, name: str) -> lanes.Lane:
    scale = Scale(START, START + 14 * NS, 1400)
    replays = space.replays(name, scale.start, scale.end)
    return lanes.lane_of(
        space.story, name, replays, scale, space.last, lambda text, icon: 12 + 6.0 * len(text)
    )


def test_the_demo_has_a_gap_and_its_verdict_in_each_lane(space: Workspace) -> None:
    told = {name: [c.text for c in lane(space, name).chips] for name in space.clients()}
    assert told == {
        "a-resume": ["5 replayed"],
        "b-naive": ["12 missed"],
        "c-overlap": ["3 handled twice", "+120 ms"],
    }
    (x0, x1, gap) = lane(space, "b-naive").gaps[0]
    assert (round(x0), round(x1)) == (600, 784)
    assert lanes.gap_words(gap, space.last) == "b-naive, gap of 1.84 s, 12 missed"


def test_replayed_marks_come_from_the_readings(space: Workspace, sample: Sample) -> None:
    assert len(lane(space, "c-overlap").replayed) == sample.replayed["c-overlap"]
    assert lane(space, "b-naive").replayed == []


def test_replicas_are_bars_from_old_to_new(space: Workspace) -> None:
    bars = lanes.bars_of(space.story, Scale(START, START + 14 * NS, 1400), space.last)
    assert [name for name, _ in bars] == ["r1", "r2", "r3"]
    assert [bar.look for bar in bars[0][1]] == ["old", "draining", "down", "down", "new"]
    assert lanes.versions_words(space.story) == "v42 → v43"


def test_the_overview_in_one_sentence(space: Workspace) -> None:
    import datetime

    words = lanes.summary(space.story, space.clients(), START, START + 14 * NS, datetime.UTC)
    assert words == "3 connections, 14:03:20 to 14:03:34, 3 gaps, 1 deploy"


def test_order() -> None:
    assert lanes.order(["a", "b", "c"], ["c", "gone"], "b") == ["c", "a", "b"]


def test_leaving_on_purpose_and_overlapping_links_are_no_gaps(sample: Sample) -> None:
    from tests.panels.sample import memory
    from workbench.model.record import Record
    from workbench.model.words import Kind, LinkEvent

    def link(time: int, number: int, event: LinkEvent, facts: bytes = b"{}") -> Record:
        return Record(time, number, Kind.LINK, opcode=event, payload=facts)

    who = b'{"client":"x"}'
    records = [
        link(1, 1, LinkEvent.OPENING, who),
        link(2, 1, LinkEvent.OPEN),
        link(3, 2, LinkEvent.OPENING, who),
        link(4, 2, LinkEvent.OPEN),
        link(5, 1, LinkEvent.CLOSED, b'{"how":"rst"}'),
        link(6, 2, LinkEvent.CLOSED, b'{"how":"leave"}'),
    ]
    story, source = Story(), memory(records)
    for i, header in enumerate(source.headers(0, 6)):
        story.take(i, header, source.payload(i))
    assert story.gaps == {"x": []}


def test_a_client_away_three_times_in_one_outage_has_one_chip(sample: Sample) -> None:
    from workbench.panels.events import gap_row
    from workbench.panels.story import Gap

    story = Story()
    story.gaps["a"] = [Gap("a", NS * at, end=NS * at + NS // 2) for at in (10, 12, 14, 30)]
    verdict = {"name": "a", "away_from_ns": 10 * NS, "away_ms": 1500.0, "replayed": 11}
    verdict |= {"time_to_recovered_ms": 4700.0, "verdict": "valid", "affected": True}
    story.judged({"1": {"number": 1, "started_ns": 10 * NS, "clients": [verdict]}})
    assert [lanes.gap_chip(gap) for gap in story.gaps["a"]] == [
        None, None, ("11 replayed", "replay", ""), None
    ]  # fmt: skip
    assert [gap_row(gap).text for gap in story.gaps["a"]] == [
        "Gap of 0.50 s: one of 3 in outage 1",
        "Gap of 0.50 s: one of 3 in outage 1",
        "Gap of 0.50 s: the last of 3, 11 replayed, none missed",
        "Gap of 0.50 s: not judged yet",
    ]
