"""``--out``, ``--repeat``, ``--report``, ``--junit``: what is refused before anything has run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.reports.sample import told
from tests.engine.schema_check import problems
from workbench.cli.main import main
from workbench.cli.output import Output
from workbench.engine.reports.write import write_file
from workbench.model.errors import Whose, WorkbenchError

SCENARIO = str(Path(__file__).parents[2] / "resources" / "scenarios" / "naive-client.toml")


def refused(folder: Path, repeat: int = 1) -> str:
    with pytest.raises(WorkbenchError) as caught:
        Output(str(folder), repeat, quiet=True)
    assert caught.value.whose is Whose.USER
    return str(caught.value)


def test_an_older_recording_is_never_written_into(tmp_path: Path) -> None:
    (tmp_path / "recording").mkdir()
    assert "holds a recording already" in refused(tmp_path)
    Output(str(tmp_path), 2, quiet=True)  # these go into run-1 and run-2
    (tmp_path / "run-2" / "recording").mkdir(parents=True)
    assert "run-2 holds a recording already" in refused(tmp_path, 2)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    assert "can't be used for --out" in refused(tmp_path / "x")
    assert "can't be used for --out" in refused(tmp_path / "x" / "y")


def test_where_recordings_go(tmp_path: Path) -> None:
    assert Output("", 3, quiet=True).recording(2) == ""
    assert Output(str(tmp_path), 1, quiet=True).recording(0) == str(tmp_path / "recording")
    several = Output(str(tmp_path), 3, quiet=True)
    assert several.recording(2) == str(tmp_path / "run-3" / "recording")


@pytest.mark.parametrize("times", ["0", "-1", "x", "1.5", "10001", "9" * 40])
def test_repeat_is_a_count(times: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", SCENARIO, "--repeat", times]) == 3
    assert "whole number from 1 to 10000" in capsys.readouterr().err


def test_a_report_is_whole_or_not_at_all(tmp_path: Path) -> None:
    write_file(tmp_path / "deep" / "a.xml", b"1")
    write_file(tmp_path / "deep" / "a.xml", b"2")
    assert (tmp_path / "deep" / "a.xml").read_bytes() == b"2"
    (tmp_path / "folder").mkdir()
    with pytest.raises(WorkbenchError, match="can't be written"):
        write_file(tmp_path / "folder", b"3")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep", "folder"]


@pytest.mark.parametrize("words", [[], ["--verdict"]])
def test_schemas_are_printed(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario-schema", *words]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert problems({"nmae": 1}, schema)


@pytest.mark.slow
def test_judge_writes_reports_beside_its_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording = told(tmp_path / "lossy", "b-naive")
    page, xml = tmp_path / "r.html", tmp_path / "r.xml"
    words = ["judge", str(recording), "--report", str(page), "--junit", str(xml), "--json"]
    assert main(words) == 1
    out = capsys.readouterr()
    assert json.loads(out.out)["verdict"] == "invalid"
    assert out.err == ""
    assert "1 of 2 clients lost updates" in page.read_text("utf-8")
    assert "Missed: 4–6" in xml.read_text("utf-8")


@pytest.mark.slow
def test_a_report_that_cannot_be_written_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording = told(tmp_path / "lossy", "b-naive")
    (tmp_path / "x").mkdir()
    assert main(["judge", str(recording), "--junit", str(tmp_path / "x")]) == 3
    assert "can't be written" in capsys.readouterr().err
