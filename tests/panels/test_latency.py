"""Latencies: the same figures as counting everything at once, whatever way they came in."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from tests.panels.conftest import settle
from tests.panels.latency_sample import FAULT, LatencySample
from tests.panels.sample import NS, START, Memory, Read, Sample
from workbench.door.state import Mirror
from workbench.model.record import READING, RECORD
from workbench.model.words import Direction, Kind, LinkEvent, Means, ReadFlag
from workbench.panels import latency_buckets as buckets
from workbench.panels import latency_chart as chart
from workbench.panels import latency_samples, latency_table, latency_words
from workbench.panels.latency import BACK, READ, Latency, on_this_computer
from workbench.panels.latency_cells import REPLAYED, WIDTH, Cells, Samples
from workbench.panels.latency_chart import Query
from workbench.panels.latency_figures import (
    ENOUGH,
    axis_words,
    figures,
    split,
    summary,
    value_words,
)
from workbench.panels.source import Source
from workbench.panels.workspace import Workspace

WHOLE = (START - 10 * NS, START + 100 * NS)
SHARES = (50.0, 95.0, 99.0)
MS = 1_000_000


def workspace(sample: Sample, *, ours: bool = True) -> Workspace:
    columns = sample.columns()
    mirror = sample.mirror()
    if ours:
        mirror.put("service", "demo", {"name": "demo", "title": "Demo"})
    return settle(Workspace(mirror, lambda f: Source(sample.reader(), lambda: columns),
                            datetime.UTC))  # fmt: skip


def followed(space: Workspace) -> Latency:
    made = Latency(space)
    for _ in range(200):
        made.step()
    return made


def close(got: float, wanted: float) -> bool:
    """Within half a bucket."""
    return abs(got - wanted) <= wanted * buckets.ERROR * 1.01 + buckets.LOWEST


def brute_lags(sample: Sample) -> list[tuple[int, int, int, bool, int]]:
    """(time, value, link, replayed, record) of each update, read one by one."""
    found = []
    for row, values in sample.readings:
        record = sample.records[row]
        if values["means"] == Means.UPDATE:
            again = bool(values.get("flags", 0) & ReadFlag.REPLAYED)
            found.append((record.time, record.time - values["time"], record.link, again, row))
    return found


@pytest.fixture(scope="module")
def story() -> LatencySample:
    return LatencySample(asking=True)


@pytest.fixture(scope="module")
def latency(story: LatencySample) -> Latency:
    return followed(workspace(story))


# --- buckets ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_percentiles_are_within_half_a_bucket_of_numpy(seed: int) -> None:
    luck = np.random.default_rng(seed)
    values = np.exp(luck.normal(17, 2 + seed, 5000)).astype(np.int64) + 2000
    values = np.minimum(values, 10**12)
    counts = np.bincount(buckets.bucket_of(values), minlength=buckets.COUNT)[None, :]
    got = buckets.percentiles(counts, (1.0, 50.0, 95.0, 99.0, 99.95, 100.0))[:, 0]
    wanted = np.percentile(values, (1, 50, 95, 99, 99.95, 100), method="inverted_cdf")
    assert (abs(got - wanted) <= wanted * buckets.ERROR * 1.01).all()


def test_an_empty_row_has_no_figures_and_ends_are_held() -> None:
    assert np.isnan(buckets.percentiles(np.zeros((1, buckets.COUNT), int), (50.0,))).all()
    ends = buckets.bucket_of(np.array([-5, 0, 1, 2**62]))
    assert ends.tolist() == [0, 0, 0, buckets.COUNT - 1]
    edges = buckets.edge_of(np.arange(buckets.COUNT))
    assert (np.diff(edges) > 0).all()
    assert (buckets.bucket_of(edges) == np.arange(buckets.COUNT)).all()


# --- cells ------------------------------------------------------------------------------------


def many(count: int, seed: int = 3, lanes: int = 4) -> Samples:
    luck = np.random.default_rng(seed)
    time = np.sort(START + luck.integers(0, 600 * NS, count))
    value = np.exp(luck.normal(17, 1, count)).astype(np.int64) + 2000
    return Samples(time, value, luck.integers(0, lanes, count), np.arange(count),
                   luck.integers(0, 2, count))  # fmt: skip


def pieces(samples: Samples, size: int) -> list[Samples]:
    parts = (samples.time, samples.value, samples.lane, samples.row, samples.replayed)
    return [Samples(*(part[i : i + size] for part in parts)) for i in range(0, len(samples), size)]


@pytest.mark.parametrize(("size", "limit"), [(50_000, 200_000), (7, 200_000), (501, 9_000)])
def test_cells_hold_every_sample_and_the_slowest_whatever_the_pieces(size: int, limit: int) -> None:
    samples = many(20_000 if size > 7 else 3_000)
    cells = Cells(limit, by_lane=True)
    every = Cells(limit)
    for part in pieces(samples, size):
        cells.add(part)
        every.add(part)
    found, _ = every.between(0, 2**62)
    assert every.count == found["count"].sum() == len(samples)
    got = summary(found)
    wanted = np.percentile(samples.value, SHARES, method="inverted_cdf")
    assert all(map(close, (got.p50, got.p95, got.p99), wanted))
    found, _ = cells.between(0, 2**62)
    assert cells.count == found["count"].sum() == len(samples)
    for lane in range(4):
        mine, _ = cells.between(0, 2**62, lane)
        values = samples.value[samples.lane == lane]
        assert mine["count"].sum() == len(values)
        slowest = mine[mine["value"].argmax()]
        assert slowest["value"] == values.max()
        assert samples.value[slowest["row"]] == slowest["value"]
        assert samples.time[slowest["row"]] == slowest["time"]
        live = values[samples.replayed[samples.lane == lane] == 0]
        if limit < 100_000:
            continue  # old cells of single lanes have coarser buckets
        got = summary(mine[mine["code"] < REPLAYED])
        wanted = np.percentile(live, SHARES, method="inverted_cdf")
        assert all(map(close, (got.p50, got.p95, got.p99), wanted))


def test_a_stretch_on_the_edges_of_cells_holds_what_is_in_it() -> None:
    samples = many(20_000)
    cells = Cells()
    for part in pieces(samples, 997):
        cells.add(part)
    start = START // WIDTH * WIDTH + 100 * WIDTH
    found, width = cells.between(start, start + 300 * WIDTH)
    inside = (samples.time >= start) & (samples.time < start + 300 * WIDTH)
    assert width == WIDTH
    assert found["count"].sum() == inside.sum()


@pytest.mark.parametrize("by_lane", [False, True])
def test_memory_stays_bounded_and_old_cells_grow_longer(by_lane: bool) -> None:
    cells = Cells(20_000, by_lane=by_lane)
    samples = many(100_000, lanes=20)
    largest = 0
    for part in pieces(samples, 500):
        cells.add(part)
        largest = max(largest, len(cells))
    assert largest < 45_000
    assert cells.count == 100_000
    assert cells.pages[0].width > WIDTH
    late, _ = cells.between(START + 595 * NS, START + 610 * NS)
    wanted = (samples.time >= START + 595 * NS).sum()
    assert abs(int(late["count"].sum()) - wanted) < wanted * 0.2


# --- the walk ---------------------------------------------------------------------------------


def test_delivery_lag_is_what_reading_one_by_one_gives(
    latency: Latency, story: LatencySample
) -> None:
    every = brute_lags(story)
    cells, _ = latency.cells["lag"].between(*WHOLE)
    assert latency.base == 0
    assert latency.cells["lag"].count == len(every)
    live = [value for _, value, _, again, _ in every if not again]
    got = summary(chart.counted(cells, replayed=False))
    assert got.count == len(live)
    wanted = np.percentile(live, SHARES, method="inverted_cdf")
    assert all(map(close, (got.p50, got.p95, got.p99), wanted))
    again = cells[cells["code"] >= REPLAYED]
    assert again["count"].sum() == sum(1 for each in every if each[3]) > 0
    slowest = max((each for each in every if each[3]), key=lambda each: each[1])
    assert int(again["value"].max()) == slowest[1]
    assert int(again[again["value"].argmax()]["row"]) == slowest[4]


def test_records_that_come_bit_by_bit_count_the_same(story: LatencySample) -> None:
    """Also when the dialect reads later than the records come, and a link's first ones last."""
    whole = followed(workspace(story))
    reader, columns = story.reader(), story.columns()
    late = np.zeros(len(columns.rows), dtype=bool)
    late[5:12] = True
    shown = Read(columns.rows[:0], columns.names)
    mirror = story.mirror()
    mirror.put("service", "demo", {"name": "demo", "title": "Demo"})
    reader.shown = 0
    space = Workspace(mirror, lambda f: Source(reader, lambda: shown), datetime.UTC)
    part = Latency(space)
    total = len(story.records)
    for upto in range(0, total + 200, 37):
        reader.shown = min(upto, total)
        read = columns.rows["row"] < min(upto, total) - 50
        if upto > total + 100:
            read |= True
        keep = read & ~(late & (upto < 400))
        shown.rows = columns.rows[keep]
        for _ in range(2):
            space.step()
            part.step()
    shown.rows = columns.rows
    for _ in range(30):
        space.step()
        part.step()
    for key in whole.cells:
        a, _ = whole.lanes[key].between(*WHOLE)
        b, _ = part.lanes[key].between(*WHOLE)
        assert part.cells[key].count == whole.cells[key].count > 0, key
        for names in (["bin", "lane", "code"],):
            order_a, order_b = (np.lexsort([c[n] for n in names]) for c in (a, b))
            assert sum_by(a[order_a]) == sum_by(b[order_b]), key


def sum_by(cells: np.ndarray) -> dict[tuple[int, int, int], int]:
    found: dict[tuple[int, int, int], int] = {}
    for cell in cells:
        key = (int(cell["bin"]), int(cell["lane"]), int(cell["code"]))
        found[key] = found.get(key, 0) + int(cell["count"])
    return found


def test_round_trips_and_answers(latency: Latency, story: LatencySample) -> None:
    pings: dict[tuple[int, bytes], int] = {}
    wanted = []
    for record in story.records:
        if record.kind == Kind.CONTROL:
            key = (record.link, record.payload)
            if record.direction == Direction.OUT:
                pings[key] = record.time
            else:
                wanted.append(record.time - pings[key])
    got = summary(latency.cells["ping"].between(*WHOLE)[0])
    assert got.count == len(wanted) > 100
    assert close(got.p50, float(np.percentile(wanted, 50, method="inverted_cdf")))
    asked = sum(1 for _, values in story.readings if values["means"] == Means.SEND)
    assert latency.cells["reply"].count == asked > 100


def test_a_pong_answers_the_pings_before_it_and_others_nothing() -> None:
    def record(time: int, way: Direction, opcode: int) -> tuple[object, ...]:
        return (time, 0, 0, 0, 1, 0, 0, Kind.CONTROL, way, opcode, 0, 0, 0)

    out, back = Direction.OUT, Direction.IN
    rows = [
        (1, out, 9, b"a"), (2, out, 9, b"b"), (3, back, 10, b"zzz"), (9, back, 10, b"b"),
        (11, back, 10, b"a"), (12, out, 10, b"b"), (20, back, 9, b""), (21, out, 10, b""),
    ]  # fmt: skip
    headers = np.array([record(NS * t, w, o) for t, w, o, _ in rows], dtype=RECORD)
    lanes = latency_samples.LaneMap()
    lanes.put(1, "a")
    found = latency_samples.Pings().take(0, headers, lambda n: rows[n][3], lanes)
    assert list(zip(found.row.tolist(), (found.value // NS).tolist(), strict=True)) == [
        (3, 7), (7, 1)]  # fmt: skip


def test_silences_are_measured_within_a_link_only(latency: Latency, story: LatencySample) -> None:
    last: dict[int, int] = {}
    wanted = []
    for record in story.records:
        if record.kind == Kind.MESSAGE and record.direction == Direction.IN:
            if record.link in last:
                wanted.append(record.time - last[record.link])
            last[record.link] = record.time
    cells, _ = latency.cells["spacing"].between(*WHOLE)
    assert cells["count"].sum() == len(wanted)
    assert int(cells["value"].max()) == max(wanted) < NS  # no gap of a client is among them


def test_reconnects_last_from_the_end_of_a_link_to_the_next(
    latency: Latency, story: LatencySample
) -> None:
    cells, _ = latency.lanes["reconnect"].between(*WHOLE)
    names = latency.space.lanes.names
    got = {names[int(cell["lane"])]: int(cell["value"]) for cell in cells}
    for life in story.lives:
        away, back = life.away
        assert got[life.name] == pytest.approx((back - 0.03 - away) * NS + 4 * MS, abs=2)
    for cell in cells:
        assert story.records[int(cell["row"])].opcode == LinkEvent.OPEN


def test_without_a_common_clock_lag_is_relative_to_the_fastest(story: LatencySample) -> None:
    """The service's clock is an hour ahead: nothing is below zero, and the shape is the same."""
    columns = story.columns()
    columns.rows["time"][columns.rows["time"] > 0] += 3600 * NS
    space = settle(Workspace(story.mirror(), lambda f: Source(story.reader(), lambda: columns)))
    found = followed(space)
    live = np.array([value for _, value, _, again, _ in brute_lags(story) if not again])
    cells, _ = found.cells["lag"].between(*WHOLE)
    got = summary(chart.counted(cells, replayed=False))
    assert not found.ours
    assert "fastest delivery" in found.about("lag")
    wanted = np.percentile(live - live.min(), SHARES, method="inverted_cdf")
    assert got.count == len(live)
    assert all(abs(a - b) <= 0.01 * b + MS for a, b in zip((got.p50, got.p95, got.p99), wanted,
                                                           strict=True))  # fmt: skip


def test_a_clock_that_drifts_does_not_start_it_for_ever() -> None:
    count = 60_000
    headers = np.zeros(count, dtype=RECORD)
    headers["time"] = START + np.arange(count) * MS
    headers["kind"], headers["link"], headers["direction"] = Kind.MESSAGE, 1, Direction.IN
    rows = np.zeros(count, dtype=READING)
    rows["row"], rows["means"] = np.arange(count), Means.UPDATE
    rows["time"] = headers["time"] - 5 * NS + np.arange(count) * 20_000
    reader = Memory(headers, [b""] * count)
    mirror = Mirror()
    mirror.put("session", "current", {"folder": "x"})
    mirror.put("connection", "a", {"name": "a", "links": [1]})
    space = Workspace(mirror, lambda f: Source(reader, lambda: Read(rows, [""])))
    for _ in range(300):
        space.step()
    # a link is known only by its LINK record; this one has none
    space.lanes.put(1, "a")
    found = Latency(space)
    steps = 0
    while found.step(1.0):
        steps += 1
        assert steps < 500
    assert found.cells["lag"].count == count
    assert found._restarts < 16


@pytest.mark.parametrize("silent", [READ, 5 * READ])
def test_stretches_that_a_dialect_says_nothing_about_are_passed_over(silent: int) -> None:
    count = silent + 3_000
    headers = np.zeros(count, dtype=RECORD)
    headers["time"] = START + np.arange(count) * MS
    headers["kind"], headers["link"], headers["direction"] = Kind.MESSAGE, 1, Direction.IN
    number = np.r_[0:1000, count - 1000 : count]
    rows = np.zeros(len(number), dtype=READING)
    rows["row"], rows["means"] = number, Means.UPDATE
    rows["time"] = headers["time"][number] - 20 * MS
    reader = Memory(headers, [b""] * count)
    mirror = Mirror()
    mirror.put("session", "current", {"folder": "x"})
    mirror.put("service", "demo", {"name": "demo"})
    space = Workspace(mirror, lambda f: Source(reader, lambda: Read(rows, [""])))
    for _ in range(300):
        space.step()
    space.lanes.put(1, "a")
    found = Latency(space)
    for _ in range(50):
        found.step(1.0)
    assert found.cells["lag"].count == 2000
    assert BACK < READ


def test_another_recording_begins_anew(story: LatencySample) -> None:
    space = workspace(story)
    found = followed(space)
    space.mirror.put("session", "current", {"folder": ""})
    space.step()
    found.step()
    assert all(cells.count == 0 for cells in found.cells.values())


def test_work_in_a_beat_is_bounded(story: LatencySample) -> None:
    found = Latency(workspace(story))
    assert found.step(0.0)  # no time at all: nothing is done, and it says that there is more
    assert found.cells["lag"].count == 0


@pytest.mark.parametrize(("address", "own"), [
    ("ws://127.0.0.1:41234/ws", True), ("ws://localhost/x", True), ("http://[::1]:8/", True),
    ("wss://staging.example/", False), ("ws://10.0.0.1/", False), ("ws://[::1", False),
    ("", False),
])  # fmt: skip
def test_whose_clock_it_is(address: str, own: bool) -> None:
    assert on_this_computer(address) is own


# --- charts -----------------------------------------------------------------------------------


def query(metric: str = "lag", client: str = "", *, replayed: bool = False) -> Query:
    return Query(metric, client, START, START + 60 * NS, replayed)


@pytest.mark.parametrize("client", ["", "c-overlap"])
@pytest.mark.parametrize("replayed", [False, True])
def test_bands_are_the_percentiles_of_each_column(
    latency: Latency, story: LatencySample, client: str, replayed: bool
) -> None:
    got = chart.bands(latency, query(client=client, replayed=replayed))
    links = latency.space.story.clients.get(client, [])
    every = [
        (time, value, row)
        for time, value, link, again, row in brute_lags(story)
        if (not client or link in links) and (replayed or not again)
    ]
    assert got.count.sum() == sum(1 for t, _, _ in every if t < got.time[-1] + got.width // 2)
    for i in range(len(got.time)):
        low = got.time[i] - got.width // 2
        mine = [(value, row) for time, value, row in every if low <= time < low + got.width]
        assert got.count[i] == len(mine)
        if not mine:
            assert np.isnan(got.p50[i])
            assert got.row[i] == -1
            continue
        wanted = np.percentile([v for v, _ in mine], SHARES, method="inverted_cdf")
        assert all(map(close, (got.p50[i], got.p95[i], got.p99[i]), wanted))
        assert (got.slowest[i], got.row[i]) == max(mine)


def test_columns_stand_still_while_the_window_moves(latency: Latency) -> None:
    one = chart.bands(latency, Query("lag", "", START, START + 30 * NS))
    other = chart.bands(latency, Query("lag", "", START + NS // 3, START + 30 * NS + NS // 3))
    shared = np.isin(other.time, one.time)
    assert shared.sum() >= len(one.time) - 2


def test_the_distribution_counts_each_once_and_leads_to_the_slowest(latency: Latency) -> None:
    bars = chart.distribution(latency, query())
    cells, _ = chart.cells_of(latency, query())
    assert bars.live.sum() + bars.replayed.sum() == cells["count"].sum()
    assert bars.replayed.sum() == 18
    for i in np.flatnonzero(bars.live + bars.replayed):
        one = cells[cells["row"] == bars.row[i]]
        assert (bars.edges[i] <= one["value"]).all()
        assert (one["value"] < bars.edges[i + 1]).all()


def test_dots_are_few_and_keep_the_slowest() -> None:
    space = workspace(Sample())
    found = followed(space)
    samples = many(100_000, lanes=3)
    for part in pieces(samples, 5000):
        found.lanes["ping"].add(part)
    dots = chart.dots(found, Query("ping", "", START, START + 700 * NS))
    assert 500 < len(dots) <= chart.DOTS
    assert dots.total == 100_010
    assert dots.value.max() == samples.value.max()
    own = dots.time > START + 15 * NS  # not the ten pings that were there
    assert (samples.value[dots.row[own]] == dots.value[own]).all()
    assert (samples.time[dots.row[own]] == dots.time[own]).all()


def test_gaps_and_faults_of_the_connections_asked_for(latency: Latency) -> None:
    story = latency.space.story
    every = chart.windows(story, query(), latency.space.last)
    assert [w.kind for w in every].count("gap") == 3
    (fault,) = [w for w in every if w.kind == "fault"]
    assert fault.text == "c-overlap +120 ms"
    assert fault.start == START + FAULT[0] * NS
    mine = chart.windows(story, query(client="a-resume"), latency.space.last)
    assert [w.kind for w in mine] == ["gap"]
    overlapping = [chart.Window("gap", 1, 5, ""), chart.Window("gap", 4, 9, ""),
                   chart.Window("gap", 20, 30, "")]  # fmt: skip
    assert chart.joined(overlapping) == [(1, 9), (20, 30)]


# --- figures and words ------------------------------------------------------------------------


def test_figures_with_what_they_were_before_the_deploy(
    latency: Latency, story: LatencySample
) -> None:
    found = {f.name: f for f in figures(latency, query(), datetime.UTC)}
    deploy = latency.space.story.deploys[0].start
    before = [v for t, v, _, again, _ in brute_lags(story) if not again and t < deploy]
    p50 = float(np.percentile(before, 50, method="inverted_cdf"))
    assert found["Median (p50)"].below.startswith("before deploy ")
    number = found["Median (p50)"].below.split()[2]
    assert abs(float(number) - p50 / 1e6) <= 1
    again = max((e for e in brute_lags(story) if e[3]), key=lambda e: e[1])
    assert found["Slowest replayed"].row == again[4]
    assert found["Slowest replayed"].tone == "replay"
    assert found["Slowest replayed"].below.startswith("c-overlap 14:03:")
    assert found["Samples"].below == "and 18 replayed"
    together = {f.name: f for f in figures(latency, query(replayed=True))}
    assert together["Samples"].below == "with 18 replayed"
    assert "Median (p50), " in found["Median (p50)"].spoken


def test_few_samples_say_so(latency: Latency) -> None:
    short = Query("lag", "", START, START + 2 * NS)
    p99 = figures(latency, short)[2]
    cells, _ = chart.cells_of(latency, short)
    count = int(cells["count"].sum())
    assert 0 < count < ENOUGH
    assert p99.below == f"too few samples ({count})"
    assert p99.tone == "grey"
    none = figures(latency, Query("lag", "", 0, 10))
    assert [f.number for f in none] == ["–"] * 5 + ["0"]


@pytest.mark.parametrize(("ns", "words"), [
    (400, "0 µs"), (420_000, "420 µs"), (4_200_000, "4.2 ms"), (18_400_000, "18 ms"),
    (3_041_000_000, "3\u202f041 ms"), (12_400_000_000, "12.4 s"), (float("nan"), "–"),
    (150 * NS, "2 min 30 s"),
])  # fmt: skip
def test_values_in_words(ns: float, words: str) -> None:
    assert value_words(ns) == words
    assert " ".join(split(ns)).strip() == words


def test_round_values_in_words() -> None:
    told = [axis_words(v) for v in (0, 3_000, 1e6, 3e8, 1e9, 3e9, 6e11)]
    assert told == ["0", "3 µs", "1 ms", "300 ms", "1 s", "3 s", "10 min"]


def test_what_is_shown_instead(space: Workspace) -> None:
    found = followed(space)
    assert found.shown("reply") == "ping"
    said = latency_words.note(found, "reply", query("ping"), False)
    assert said.endswith("Showing ping to pong instead.")
    found.cells["lag"] = Cells()
    said = latency_words.note(found, "lag", query("ping"), False)
    assert said == "Lag needs a server timestamp. Showing ping to pong instead."
    assert latency_words.nothing(found) == ""
    gone = Query("ping", "a-resume", 0, 10)
    assert "Nothing was measured on a-resume" in latency_words.note(found, "ping", gone, False)
    empty = Latency(Workspace(Mirror(), lambda f: Source(Memory(np.zeros(0, RECORD), []))))
    assert latency_words.nothing(empty).startswith("No connections yet.")


def test_the_table_and_the_csv_say_what_the_bands_show(latency: Latency) -> None:
    bands = chart.bands(latency, query())
    rows = latency_table.rows(bands, datetime.UTC)
    assert len(rows) == (bands.count > 0).sum()
    assert rows[0][0].startswith("14:03:19")
    lines = latency_table.as_csv(bands, "lag").splitlines()
    assert len(lines) == len(rows) + 1
    first = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    assert int(first["samples"]) == bands.count[bands.count > 0][0]
    assert float(first["p50_ms"]) == pytest.approx(bands.p50[bands.count > 0][0] / 1e6, rel=1e-3)
    assert int(first["slowest_record"]) == bands.row[bands.count > 0][0]


def test_a_dot_in_words(latency: Latency) -> None:
    dots = chart.dots(latency, query(), only_replayed=True)
    i = int(dots.value.argmax())
    what, again, took = latency_table.dot_words(latency, "lag", dots, i)
    assert what.startswith("tick 4")
    assert what.endswith(" on c-overlap")
    assert again == "replayed"
    assert took.endswith(" ms after it was published")
