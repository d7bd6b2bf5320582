"""Reports asked for at the door, as the window does: of what was judged last."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import orjson
import pytest

from tests.engine.reports.sample import told
from workbench.door.commands import Judge, OpenRecording, Report
from workbench.engine.local import LocalDoor, open_local
from workbench.engine.reports.command import verdict_in
from workbench.model.errors import WorkbenchError


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[LocalDoor]:
    recording = told(tmp_path / "lossy", "b-naive")
    door = open_local(tmp_path / "recordings", 3)
    await door.call(OpenRecording(str(recording)))
    yield door
    await door.close()


@pytest.mark.slow
async def test_what_was_judged_last_is_reported(door: LocalDoor, tmp_path: Path) -> None:
    html, junit, json = (tmp_path / "r" / f"a.{end}" for end in ("html", "xml", "json"))
    judged = await door.call(Judge(truth="sequence"))
    told_files = await door.call(Report(str(html), str(junit), str(json)))
    assert told_files == {"files": [str(json), str(junit), str(html)]}
    assert orjson.loads(json.read_bytes()) == judged
    assert judged["outages"][0]["source"] == "sequence"
    assert "id sequence only" in html.read_text("utf-8")
    assert ElementTree.parse(junit).getroot().get("failures") == "1"


@pytest.mark.slow
async def test_nothing_judged_yet_is_judged_first(door: LocalDoor, tmp_path: Path) -> None:
    await door.call(Report(json=str(tmp_path / "a.json")))
    assert orjson.loads((tmp_path / "a.json").read_bytes())["verdict"] == "invalid"


@pytest.mark.parametrize("verdict", ["{", "[]", "{}", '"x"', '{"verdict": "valid"}'])
def test_no_verdict_is_refused(verdict: str) -> None:
    with pytest.raises(WorkbenchError, match="no verdict to report"):
        verdict_in(verdict)
