"""Toolbar and status bar in words."""

from __future__ import annotations

from typing import Any

from workbench.door.state import Mirror
from workbench.panels import status
from workbench.panels.words import THIN

NS = 1_000_000_000
NOW = 1_763_993_018 * NS


def mirror(**changed: Any) -> Mirror:
    made = Mirror()
    value: dict[str, Any] = {
        "folder": "/x", "title": "checkout", "recording": True, "started": NOW - 708 * NS,
        "records": 9, "messages": 18_420, "bytes": 41_200_000, "limit": 2_000_000_000,
        "dropped": 0, "rate_in": 26.0, "rate_out": 0.8, "live": True, "error": None,
    }  # fmt: skip
    made.put("session", "current", value | changed)
    return made


def texts(made: Mirror, **more: Any) -> list[str]:
    return [part.text.replace(THIN, " ") for part in status.parts(made, NOW, **more)]


def test_all_fields_in_order() -> None:
    assert texts(mirror()) == [
        "Recording 11:48", "In 26/s", "Out 0.8/s", "18 420 messages", "Dropped 0",
        "41.2 MB of 2 GB",
    ]  # fmt: skip


def test_without_a_session_it_says_where_recordings_go() -> None:
    assert texts(Mirror(), folder="~/Workbench") == ["Not recording", "Recordings: ~/Workbench"]
    assert status.recording(Mirror(), NOW) == (False, "")


def test_a_loss_is_red_and_says_why() -> None:
    part = status.parts(mirror(dropped=12), NOW)[4]
    assert (part.text, part.state, part.icon) == ("Dropped 12", "error", "error")
    assert "row in the timeline" in part.tip


def test_nearly_full_is_amber() -> None:
    assert status.parts(mirror(bytes=1_900_000_000), NOW)[5].state == "warn"
    assert status.parts(mirror(limit=0), NOW)[5].after == ""


def test_nothing_is_recorded_without_an_engine_or_after_an_error() -> None:
    assert texts(mirror(), alive=False)[:2] == ["Not recording", "18 420 messages"]
    assert status.recording(mirror(), NOW, alive=False) == (False, "")
    error = {"what": "The disk is full.", "why": "", "to_do": "Free some.", "whose": "user"}
    part = status.parts(mirror(error=error), NOW)[0]
    assert (part.text, part.tip) == ("Not recording", "The disk is full. Free some.")
    assert texts(mirror(live=False))[0] == "Opened from a file"


def test_active_faults() -> None:
    made = mirror()
    assert status.faults(made) is None
    fault = {"id": "1", "fault": "latency", "scope": ["c-overlap"], "since": 0, "until": 0,
             "chip": "+120 ms", "sees": "late"}  # fmt: skip
    made.put("fault", "1", fault)
    part = status.faults(made)
    assert part is not None
    assert part.text.replace(THIN, " ") == "1 fault active: c-overlap +120 ms"
    made.put("fault", "2", fault | {"scope": []})
    part = status.faults(made)
    assert part is not None
    assert part.text.endswith("and 1 more")


def test_red_verdicts_not_looked_at() -> None:
    made = mirror()
    made.put("outage", "1", {"verdict": "invalid"})
    made.put("outage", "2", {"verdict": "valid"})
    made.put("outage", "3", {"verdict": "invalid"})
    assert status.unseen_red(made, set()) == 2
    assert status.unseen_red(made, {"3"}) == 1


def test_the_bar_reads_as_one_sentence() -> None:
    spoken = status.sentence(status.parts(mirror(), NOW)).replace(THIN, " ")
    assert spoken.startswith("Recording 11:48, In 26/s,")
    assert spoken.endswith("41.2 MB of 2 GB.")
