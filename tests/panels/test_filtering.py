"""The filter bar's text over the sample: rows, events, mistakes, suggestions."""

from __future__ import annotations

import json

import pytest

from tests.panels.conftest import settle
from workbench.panels.completion import Seen, offer
from workbench.panels.filtering import FilterError, Query, counted, read_filter
from workbench.panels.messages import RowFilter
from workbench.panels.rows import Row
from workbench.panels.workspace import Workspace


def read(space: Workspace, text: str) -> tuple[RowFilter, Query | None]:
    return read_filter(text, space.source, space.story.clients, space.mirror["outage"])


def rows(space: Workspace, text: str) -> list[Row]:
    space.messages.begin(*read(space, text))
    settle(space)
    return [space.rows.row(space.messages.keys[i]) for i in range(len(space.messages))]


def messages(space: Workspace, text: str) -> list[Row]:
    return [row for row in rows(space, text) if row.event is None]


def test_names_alone_need_no_query(space: Workspace) -> None:
    assert read(space, "conn:b-naive") == (RowFilter(frozenset({"b-naive"})), None)
    assert read(space, "conn:nobody")[1] is not None


def test_ids_and_names_together(space: Workspace) -> None:
    found = messages(space, "conn:b-naive id:4470..4475")
    assert [row.id for row in found] == [str(n) for n in range(4470, 4476)]
    assert {row.connection for row in found} == {"b-naive"}
    assert space.messages.filter.single == "b-naive"


def test_events_of_the_shown_connections_stay(space: Workspace) -> None:
    kept = [row.event for row in rows(space, "conn:b-naive id:4470") if row.event is not None]
    assert {event.client for event in kept} == {"b-naive", ""}
    assert any("Gap of" in event.text for event in kept)
    assert all(row.event is None for row in rows(space, "conn:b-naive id:4470 -is:event"))
    everyone = [row.event for row in rows(space, "id:4470") if row.event is not None]
    assert {"a-resume", "b-naive", "c-overlap"} <= {event.client for event in everyone}


def test_events_keep_to_the_time_that_is_shown(space: Workspace) -> None:
    events = [row for row in rows(space, "since:-1s") if row.event is not None]
    assert all(row.moment >= space.last - 1_000_000_000 for row in events)


def test_payloads_states_and_replays(space: Workspace) -> None:
    with_text = messages(space, '"EURUSD" conn:a-resume')
    assert with_text
    assert all("EURUSD" in row.preview for row in with_text)
    assert messages(space, "is:replayed")
    assert all("replayed" in row.marks for row in messages(space, "is:replayed"))
    assert messages(space, "json.nothing:1") == []


def test_pings_are_shown_when_they_are_asked_for(space: Workspace) -> None:
    assert {row.type for row in messages(space, "is:ping or is:pong")} <= {"ping", "pong"}
    assert messages(space, "conn:a-resume is:ping or is:pong")


@pytest.mark.parametrize(
    ("text", "span", "suggestion"),
    [("conn:a jsn.x:1", (7, 10), "json"), ("is:replaid", (3, 10), "replayed")],
)
def test_a_mistake_has_its_place(
    space: Workspace, text: str, span: tuple[int, int], suggestion: str
) -> None:
    before = space.messages.filter
    with pytest.raises(FilterError) as caught:
        read(space, text)
    assert (caught.value.start, caught.value.stop) == span
    assert caught.value.suggestion == suggestion
    assert space.messages.filter == before


def test_a_costly_filter_is_held_to_small_steps(space: Workspace) -> None:
    space.messages.begin(*read(space, "has:json.type"))
    assert space.messages._pace < 10_000
    space.messages._hold_pace(1.0)
    assert space.messages._pace == 256
    space.messages._hold_pace(0.0)
    assert space.messages._pace == 1024
    settle(space)
    assert space.messages.messages > 0


def test_how_many_and_how_far() -> None:
    assert counted("", 5, 18_420, 9, 9, 0).replace("\u00a0", " ") == "18 420"
    assert counted("x", 187, 18_420, 9, 9, 0).replace("\u00a0", " ") == "187 of 18 420"
    far = counted("x", 1, 18_420, 12_400, 18_420, 0).replace("\u00a0", " ")
    assert far == "12 400 of 18 420 checked"


# --- suggestions ------------------------------------------------------------------------------


@pytest.fixture
def seen(space: Workspace) -> Seen:
    made = Seen()
    while not made.step(space.source, space.walked):
        pass
    return made


def options(text: str, seen: Seen, cursor: int = -1) -> list[str]:
    at = len(text) if cursor < 0 else cursor
    return [o.text for o in offer(text, at, ["b-naive", "my app"], ["r1"], seen).options]


def test_keys_and_fields_that_were_seen(seen: Seen) -> None:
    assert options("ty", seen) == ["type:", "json.type"]
    assert "lag:" in options("conn:x l", seen)
    assert "json." in options("js", seen)
    fields = options("json.", seen)
    assert fields
    assert all(field.startswith("json.") for field in fields)
    about = {o.text: o.about for o in offer("json.", 5, [], [], seen).options}
    assert any("text · " in words for words in about.values())
    assert any("number · seen in" in words for words in about.values())


def test_values_of_a_key(seen: Seen) -> None:
    assert options("conn:", seen) == ["conn:b-naive", 'conn:"my app"']
    assert options("conn:app", seen) == ['conn:"my app"']
    assert options("-is:rep", seen) == ["is:replayed"]
    assert options("type:", seen)
    assert options("replica:", seen) == ["replica:r1"]
    assert options("conn:b-naive", seen) == []  # it stands there already
    assert options("", seen) == []
    made = offer("a conn:b or x", 8, ["b-naive"], [], seen)
    assert (made.start, made.stop) == (2, 8)


def test_what_is_remembered_stays_bounded() -> None:
    seen = Seen()
    for n in range(400):
        seen._look(
            json.dumps({f"key{n}": "v" * 100, "deep": {"a": {"b": {"c": {"d": 1}}}}}).encode()
        )
    assert len(seen.fields) <= 300
    assert all(len(value) <= 24 for field in seen.fields.values() for value in field.values)
    seen._look(b"{no json")
    assert max(name.count(".") for name in seen.fields) <= 4
