"""Counts by pixel: the same as counting everything, with little work."""

from __future__ import annotations

import numpy as np
import pytest

from tests.panels.sample import Memory
from workbench.model.record import RECORD
from workbench.model.words import Direction, Kind
from workbench.panels import bins
from workbench.panels.bins import LaneMap, WholeBins, WindowBins
from workbench.panels.source import TimeIndex

MS = 1_000_000


class Counting(Memory):
    """Counts the headers that were asked for."""

    asked = 0

    def headers(self, start: int, stop: int) -> np.ndarray:
        found = super().headers(start, stop)
        self.asked += len(found)
        return found


def recording(count: int, links: int = 5, seed: int = 1) -> Counting:
    luck = np.random.default_rng(seed)
    headers = np.zeros(count, dtype=RECORD)
    headers["time"] = 10**9 + np.sort(luck.integers(0, count * MS, count))
    headers["link"] = luck.integers(1, links + 1, count)
    headers["kind"] = np.where(luck.random(count) < 0.9, Kind.MESSAGE, Kind.CONTROL)
    headers["direction"] = np.where(luck.random(count) < 0.2, Direction.OUT, Direction.IN)
    return Counting(headers, [b""] * count)


def lane_map(links: int = 5) -> LaneMap:
    lanes = LaneMap()
    for link in range(1, links + 1):
        lanes.put(link, f"client {link % 3}")
    return lanes


def brute(source: Memory, lanes: LaneMap, start: int, step: int, pixels: int) -> np.ndarray:
    found = np.zeros((len(lanes.names), 2, pixels), dtype=int)
    every = source.headers_[: source.refresh()]
    at = every["time"] // step - start // step
    lane = np.array([lanes.of(np.array([link]))[0] for link in range(64)])[every["link"]]
    good = (every["kind"] == Kind.MESSAGE) & (at >= 0) & (at < pixels) & (lane >= 0)
    sent = (every["direction"] == Direction.OUT).astype(int)
    np.add.at(found, (lane[good], sent[good], at[good]), 1)
    return found


def world(source: Memory, lanes: LaneMap) -> tuple[TimeIndex, WholeBins, WindowBins]:
    index, whole = TimeIndex(), WholeBins()
    return index, whole, WindowBins(lambda: source, index, lanes)


def take(
    source: Memory, index: TimeIndex, whole: WholeBins, lanes: LaneMap, a: int, b: int
) -> None:
    headers = source.headers(a, b)
    index.take(a, headers)
    whole.take(headers, lanes)


def test_window_bins_follow_records_and_the_window() -> None:
    source, lanes = recording(6000), lane_map()
    index, whole, window = world(source, lanes)
    luck = np.random.default_rng(2)
    known, start = 0, 10**9
    for _ in range(60):
        more = min(len(source.payloads_), known + int(luck.integers(0, 200)))
        source.shown = more
        take(source, index, whole, lanes, known, more)
        known = more
        start += int(luck.integers(-300, 500)) * MS
        start = max(start, 10**9 - 500 * MS)
        got = window.show(start, 3 * MS, 400, known, whole)
        assert (got == brute(source, lanes, start, 3 * MS, 400)).all()


def test_a_sliding_window_counts_only_what_is_new() -> None:
    source, lanes = recording(40_000), lane_map()
    index, whole, window = world(source, lanes)
    take(source, index, whole, lanes, 0, 30_000)
    source.shown = 30_000
    window.show(10**9, 30 * MS, 1000, 30_000, whole)
    source.shown = -1
    take(source, index, whole, lanes, 30_000, 30_050)
    source.asked = 0
    window.show(10**9 + 50 * MS, 30 * MS, 1000, 30_050, whole)
    assert source.asked < 3000


def test_very_many_messages_are_estimated_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bins, "EXACT", 1000)
    source, lanes = recording(20_000), lane_map()
    index, whole, window = world(source, lanes)
    take(source, index, whole, lanes, 0, 20_000)
    got = window.show(10**9, 100 * MS, 200, 20_000, whole)
    assert window.about
    assert abs(got.sum() - brute(source, lanes, 10**9, 100 * MS, 200).sum()) < 2000
    monkeypatch.setattr(bins, "SAMPLED", 1000)
    got = window.show(10**9, 100 * MS, 200, 20_000, whole)
    assert got.sum() == brute(source, lanes, 10**9, 100 * MS, 200).sum()


def test_whole_bins_stay_small_and_lose_nothing() -> None:
    source, lanes = recording(3000), lane_map()
    source.headers_["time"] = 10**9 + (source.headers_["time"] - 10**9) * 1000
    whole = WholeBins()
    for start in range(0, 3000, 100):
        whole.take(source.headers(start, start + 100), lanes)
    messages = int((source.headers_["kind"] == Kind.MESSAGE).sum())
    span = int(source.headers_["time"].max()) - whole.start + 1
    assert whole.total(whole.start, span / 50, 51).sum() == messages
    assert whole.over(whole.start, span / 50, 51, 3).sum() == messages


def test_fifty_lanes_grow_as_clients_come() -> None:
    source = recording(5000, links=50)
    lanes, whole = LaneMap(), WholeBins()
    for link in range(1, 51):
        lanes.put(link, f"c{link}")
        whole.take(source.headers((link - 1) * 100, link * 100), lanes)
    assert whole.over(10**9, 100 * MS, 100, 50).shape == (50, 2, 100)


def test_time_index_brackets_every_stretch() -> None:
    source = recording(5000)
    index = TimeIndex()
    for start in range(0, 5000, 700):
        index.take(start, source.headers(start, start + 700))
    times = source.headers_["time"]
    for begin in range(10**9, int(times[-1]), 333 * MS):
        low, high = index.rows(begin, begin + 100 * MS)
        inside = np.flatnonzero((times >= begin) & (times < begin + 100 * MS))
        assert not len(inside) or (low <= inside[0] and inside[-1] < high)
        assert high - low < 2500
