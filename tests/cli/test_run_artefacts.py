"""A sample scenario, run twice by the command line: all that is kept of it says the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.engine.reports.page_reader import Node, PageReader
from tests.engine.schema_check import problems, undeclared
from workbench.engine.reports.json_schema import verdict_schema

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "resources" / "scenarios" / "naive-client.toml"
LIMIT = 120


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("artefacts") / "out"
    words = ["run", str(SCENARIO), "--out", str(folder), "--repeat", "2", "--seed", "5"]
    return folder, workbench(*words)


def workbench(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workbench", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


def page(path: Path) -> Node:
    return PageReader(path.read_text("utf-8")).root


def missed(value: dict[str, Any]) -> int:
    return sum(c["missed"] for o in value["outages"] for c in o["clients"])


Ran = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.mark.slow
@pytest.mark.parametrize("run", [1, 2])
def test_the_four_artefacts_of_a_run_agree(ran: Ran, run: int) -> None:
    folder = ran[0] / f"run-{run}"
    assert sorted(path.name for path in folder.iterdir()) == [
        *("junit.xml", "recording", "report.html", "verdict.json")
    ]
    value = json.loads((folder / "verdict.json").read_text("utf-8"))
    assert problems(value, verdict_schema()) == []
    assert undeclared(value, verdict_schema()) == []
    assert (value["verdict"], value["seed"]) == ("invalid", 4 + run)
    lost = missed(value)
    assert lost > 0

    judged = json.loads(workbench("judge", str(folder / "recording"), "--json").stdout)
    assert missed(judged) == lost

    root = ElementTree.parse(folder / "junit.xml").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("1", "1", "0")
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.get("message") == f"found {lost}"

    html = page(folder / "report.html")
    assert html.every("span", "large")[0].text == "✕Invalid"
    cells = [td.text for td in html.every("section", "outage")[0].every("tbody")[0].every("td")]
    assert (cells[0], cells[4]) == ("b-naive", str(lost))
    assert f"✕ {lost} missed" in [t.text for t in html.every("text")]
    assert [td.text for td in html.every("tbody")[0].every("td")][2] == str(lost)


@pytest.mark.slow
def test_the_runs_together(ran: Ran) -> None:
    folder, process = ran
    assert process.returncode == 1, process.stderr
    value = json.loads((folder / "verdict.json").read_text("utf-8"))
    assert problems(value, verdict_schema()) == []
    assert (value["verdict"], value["run"]) == ("invalid", 1)
    assert [run["seed"] for run in value["runs"]] == [5, 6]
    root = ElementTree.parse(folder / "junit.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "2")
    links = [a.attributes["href"] or "" for a in page(folder / "report.html").every("a")]
    assert links == ["run-1/report.html", "run-2/report.html"]
    assert all((folder / link).is_file() for link in links)


@pytest.mark.slow
def test_progress_goes_to_standard_error(ran: Ran) -> None:
    _, process = ran
    assert "Step 3 of 4: Cut b-naive" in process.stderr
    assert "Wrote " in process.stderr
    assert "Wrote" not in process.stdout
    assert "FAIL Run 2 of 2: invalid   (seed 6" in process.stdout
    assert process.stdout.endswith("Verdict: invalid, as in run 1\n")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["demo", "judge"])
def test_what_is_printed_fits_the_schema(ran: Ran, command: str) -> None:
    words = {
        "demo": ("--headless", "--recordings", str(ran[0] / "demo")),
        "judge": (str(ran[0] / "run-1" / "recording"),),
    }[command]
    process = workbench(command, *words, "--json")
    value = json.loads(process.stdout)
    assert problems(value, verdict_schema()) == []
    assert undeclared(value, verdict_schema()) == []
    assert value["verdict"] == "invalid"
