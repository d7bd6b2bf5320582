"""From a recording to a history: what was published, delivered, asked for; by whom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.story import SECOND, START, Teller, naive_client
from workbench.engine.histories import (
    Options,
    build_history,
    what_ids_prove,
    what_the_protocol_says,
)
from workbench.engine.interpret import Choice, Interpreter, column_folder_name, columns_for
from workbench.journal.columns import Columns
from workbench.journal.recording import Recording
from workbench.model.history import Event, History
from workbench.model.record import READING
from workbench.model.words import Direction, Ids, LinkEvent, ReadFlag, Truth


def history_of(
    folder: Path, options: Options | None = None, choice: Choice | None = None
) -> History:
    recording, choice = Recording.open(folder), choice or Choice()
    writer = columns_for(folder, choice)
    Interpreter(recording, writer, choice).finish(force=True)
    writer.close()
    columns = Columns.open(folder, column_folder_name(choice))
    return build_history(recording, columns, options or Options())[0]


def seconds(moment: int) -> float:
    return (moment - START) / SECOND


def test_a_client_over_two_links(tmp_path: Path) -> None:
    history = history_of(naive_client(tmp_path / "rec"))
    (client,) = history.clients.values()
    assert client.ours
    assert client.delivered["offset"].tolist() == [1, 2, 6, 7, 8, 9]
    assert client.delivered["link"].tolist() == [1, 1, 2, 2, 2, 2]
    assert history.published is not None
    assert history.published["offset"].tolist() == list(range(1, 10))
    assert history.truths == (Truth.LEDGER,)
    told = [(e.event, round(seconds(e.time), 2), e.link) for e in client.events]
    assert told == [
        (Event.ATTEMPT, 0.5, 1),
        (Event.SUBSCRIBED, 0.5, 1),
        (Event.ENDED, 2.5, 1),
        (Event.ATTEMPT, 5.5, 2),
        (Event.SUBSCRIBED, 5.5, 2),
    ]
    assert client.events[-1].position is None


def test_streams_of_ledger_and_messages_are_the_same_name(tmp_path: Path) -> None:
    history = history_of(naive_client(tmp_path / "rec"))
    (client,) = history.clients.values()
    assert history.published is not None
    assert set(history.published["stream"]) == set(client.delivered["stream"])
    assert set(history.published["epoch"]) == set(client.delivered["epoch"])
    assert history.names[client.delivered["stream"][0]] == "s"


def test_what_a_client_asks_for(tmp_path: Path) -> None:
    teller = Teller(tmp_path / "rec")
    teller.open(0, 1, "a")
    teller.update(1, 1, 1)
    teller.cut(1.5, 1)
    teller.open(2, 2, "a", after=1)
    teller.update(2.1, 2, 2, replayed=True)
    history = history_of(teller.done(5))
    (client,) = history.clients.values()
    asked = [e.position for e in client.events if e.event == Event.SUBSCRIBED]
    assert asked[0] is None
    assert asked[1] is not None
    assert (asked[1].stream, asked[1].epoch, asked[1].offset) == ("s", "e", 1)
    assert client.delivered["replayed"].tolist() == [0, 1]


def test_without_a_ledger_the_sequence_is_the_truth(tmp_path: Path) -> None:
    teller = Teller(tmp_path / "rec")
    teller.open(0, 1, "a")
    teller.update(1, 1, 1)
    assert history_of(teller.done(2)).truths == (Truth.SEQUENCE,)


@pytest.mark.parametrize(
    ("offsets", "ids"),
    [
        ([1, 2, 3, 4], Ids.CONTIGUOUS),
        ([1, 2, 3, 7, 8, 9] * 1, Ids.ORDERED),
        ([10, 20, 30], Ids.ORDERED),
        ([5], Ids.CONTIGUOUS),
        ([-1, -1], Ids.OPAQUE),
    ],
)
def test_what_ids_prove_is_seen_from_the_traffic(offsets: list[int], ids: Ids) -> None:
    rows = np.zeros(len(offsets), dtype=READING)
    rows["offset"] = offsets
    assert what_ids_prove(rows, np.ones(len(offsets))) == ids


@pytest.mark.parametrize(
    ("lag", "allowance"),
    [(0.01, 0.1), (0.08, 0.24), (-0.01, 0.1), (5.0, 0.1)],
)
def test_the_in_flight_allowance_follows_the_lag(
    tmp_path: Path, lag: float, allowance: float
) -> None:
    teller = Teller(tmp_path / "rec")
    teller.open(0, 1, "a")
    for n in range(1, 5):
        teller.at = n - lag
        published = teller.now()
        teller.at = n
        value = {"type": "update", "stream": "s", "epoch": "e", "offset": n, "ts": published / 1e6}
        teller.say(1, Direction.IN, {**value, "server": "r1", "payload": {}})
    history = history_of(teller.done(9))
    assert history.limits.in_flight / SECOND == pytest.approx(allowance, rel=0.01)


@pytest.mark.parametrize(
    ("offsets", "flags", "own", "said"),
    [
        ([1, 2, 7, 8], 0, {1: Ids.CONTIGUOUS}, Ids.CONTIGUOUS),
        ([1, 2, 3, 4], 0, {1: Ids.ORDERED}, Ids.ORDERED),
        ([1, 2, 3, 4], 0, {1: Ids.OPAQUE}, Ids.OPAQUE),
        ([-1, -1], 0, {1: Ids.OPAQUE}, Ids.OPAQUE),
        ([-1, 2], 0, {1: Ids.CONTIGUOUS}, None),
        ([-1, -1], int(ReadFlag.CONTENT), {1: Ids.CONTIGUOUS}, None),
        ([1, 2], 0, {2: Ids.CONTIGUOUS}, None),
    ],
)
def test_the_word_of_the_protocol(
    offsets: list[int], flags: int, own: dict[int, Ids], said: Ids | None
) -> None:
    rows = np.zeros(len(offsets), dtype=READING)
    rows["offset"], rows["flags"] = offsets, flags
    assert what_the_protocol_says(rows, np.ones(len(offsets), np.int64), own) == said


@pytest.mark.parametrize(("settings", "ids"), [({}, {1: Ids.CONTIGUOUS}), ({"id": "/n"}, {})])
def test_a_dialects_own_positions_and_the_users(
    tmp_path: Path, settings: dict[str, str], ids: dict[int, Ids]
) -> None:
    teller = Teller(tmp_path / "rec")
    teller.link(0, 1, LinkEvent.OPENING, proxy="edge", protocol="ws")
    teller.say(1, Direction.OUT, {"id": 1, "connect": {}})
    teller.say(1, Direction.IN, {"id": 1, "connect": {"client": "c", "version": "5"}})
    folder = teller.done(2)
    writer = columns_for(folder, choice := Choice("centrifugo", settings))
    interpreter = Interpreter(Recording.open(folder), writer, choice)
    interpreter.finish(force=True)
    writer.close()
    assert interpreter.own_ids() == ids
