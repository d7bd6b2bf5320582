"""The plug-in in a pytest of its own, as a user's suite loads it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.model.errors import WorkbenchError
from workbench.testing.verdict import Verdict

ROOT = Path(__file__).resolve().parents[2]

SUITE = """
import sys
import pytest

def test_unused():
    loaded = {name.partition(".")[0] for name in sys.modules}
    assert not loaded & {"PySide6", "numpy", "websockets", "pyqtgraph", "orjson"}
    rooms = {name for name in sys.modules if name.startswith("workbench.")}
    assert rooms == {"workbench.testing", "workbench.testing.plugin"}

@pytest.mark.parametrize("wanted", ["valid"])
def test_red(workbench, wanted):
    workbench.proxy(to="ws://127.0.0.1:9")
    assert workbench.verdict(settle=0).value == wanted

def test_green(workbench):
    assert workbench.recording.is_dir()
"""


def pytest_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_suite.py").write_text(SUITE)
    options = ["-p", "workbench.testing.plugin", "-p", "no:cacheprovider", "-rA", "-W", "error"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", ".", *options, *words],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "200",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_loading_costs_nothing(tmp_path: Path) -> None:
    run = pytest_in(tmp_path, "-k", "unused")
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.slow
def test_a_failed_test_names_its_recording_and_says_why(tmp_path: Path) -> None:
    run = pytest_in(tmp_path, "-k", "red or green", "--workbench-keep", "kept")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "1 failed, 1 passed" in run.stdout
    found = re.search(r"The recording of this test: (.*)", run.stdout)
    assert found, run.stdout
    folder = Path(found[1])
    assert folder == tmp_path / "kept" / "test_suite.py_test_red_valid_"
    assert (folder / "recording.json").is_file()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert re.search(r"^E .*'unknown' == 'valid'", run.stdout, re.M)
    assert re.search(r"^E .*Nothing was cut, stalled, closed or deployed", run.stdout, re.M)


def judged(*clients: dict[str, object]) -> dict[str, object]:
    outage = {"number": 1, "kind": "cut", "title": "Cut", "clients": list(clients)}
    return {"verdict": "invalid", "outages": [outage], "reasons": [], "notes": []}


def client(name: str, *ids: int | str) -> dict[str, object]:
    places = [
        {"stream": "", "epoch": "", "offset": i, "id": ""}
        if isinstance(i, int)
        else {"stream": "", "epoch": "", "offset": None, "id": i}
        for i in ids
    ]
    finding = {"name": "lost", "count": len(ids), "positions": places, "records": [], "note": ""}
    return {
        "name": name, "verdict": "invalid", "word": "Lost updates", "affected": True,
        "missed": len(ids), "replayed": 0, "away_ms": 1500.0, "time_to_recovered_ms": None,
        "reason": "", "findings": [finding],
        "explain": {"why": "It forgot.", "changes": ["Client: remember."]},
    }  # fmt: skip


def test_a_verdict_is_asked_by_name() -> None:
    verdict = Verdict(judged(client("a", 10, 9), client("b", "e-10", "e-9")), Path("here"))
    assert verdict.missed("a") == [9, 10]
    assert verdict.missed("b") == ["e-9", "e-10"]
    assert verdict.missed() == [9, 10, "e-9", "e-10"]
    assert verdict.twice() == []
    assert verdict.of("a")[0].away == 1.5
    assert "missed 2: 10, 9" in str(verdict)
    assert "Why: It forgot." in repr(verdict)
    with pytest.raises(WorkbenchError, match="knows no client named c"):
        verdict.missed("c")


def test_many_ids_stay_one_line() -> None:
    text = str(Verdict(judged(client("a", *range(1000))), Path("here")))
    assert "18, 19 and 980 more" in text
    assert max(map(len, text.splitlines())) < 200
