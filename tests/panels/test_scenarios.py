"""Scenario files for the eye: outline, document, runs, progress."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from workbench.engine.scenario_file import parse_scenario
from workbench.model.errors import WorkbenchError
from workbench.panels import scenario_runs
from workbench.panels.scenario_runs import Runs, ci_command, listed, progress, state_of
from workbench.panels.scenario_text import Document
from workbench.panels.scenarios import outline
from workbench.resources import resources_dir

TEXT = """\
name = "x"  # a comment

[service]
replicas = 2

[[client]]
name = "a"

[[client]]
name = "b"

[[step]]
do = "wait"
timeout = "5s"

# about the cut
[[step]]
do = "cut"
client = "b"

[[expect]]
client = "b"
missed = 0
recovered_within = "2s"
"""


def test_the_steps_in_their_order_with_their_lines() -> None:
    found = outline(TEXT)
    assert [(i.strong, i.rest, i.step, i.line, i.stop) for i in found.items] == [
        ("Start service", "2 replicas", 0, 3, 4),
        ("Connect", "a, b", 0, 6, 10),
        ("Wait", "until all are open, at most 5 s", 1, 12, 14),
        ("Cut", "b", 2, 17, 19),
        ("Expect", "2 checks", 3, 21, 24),
    ]
    assert found.items[-1].checks == ("b missed = 0", "b recovered within 2 s")
    assert found.at(18) is found.items[3]
    assert found.at(16) is None


def test_headers_inside_texts_are_no_headers() -> None:
    text = 'name = "x"\n[[step]]\ndo = "send"\ntext = """\n[[step]]\n"""\n[[step]]\ndo = "heal"\n'
    assert [(i.line, i.stop) for i in outline(text).items] == [(2, 6), (7, 8)]


def test_what_is_no_toml_says_where() -> None:
    found = outline('name = "x"\n[[step]\ndo = 1\n')
    assert found.line == 2
    assert "not valid TOML" in found.wrong
    assert outline("x" * (2 << 20)).wrong


@pytest.mark.parametrize(
    "text", ["step = 3", "[[step]]\ndo = 7", "client = [1, 2]", "[service]\nreplicas = 'x'", ""]
)
def test_nonsense_is_shown_as_far_as_it_goes(text: str) -> None:
    assert not outline(text).wrong


@pytest.mark.parametrize("path", sorted((resources_dir() / "scenarios").glob("*.toml")))
def test_an_outline_has_the_steps_of_the_engine(path: Path) -> None:
    from workbench import deploys, faults
    from workbench.units.discovery import discover

    text = path.read_text("utf-8")
    scenario = parse_scenario(text, path.name, discover(faults), discover(deploys))
    found = outline(text)
    lines = [item.line for item in found.items if item.kind == "step"]
    assert lines == [step.line for step in scenario.steps]
    assert found.steps == len(scenario.steps)


def test_checks_are_worded_as_the_engine_words_them() -> None:
    from workbench.engine.expectations import run_verdict

    text = '[[expect]]\nclient = "a"\nmissed = 0\nduplicated = 1\nout_of_order = 2\n'
    text += 'verdict = "valid"\nrecovered_within = "1500ms"\n[[expect]]\nmissed = 0\n'
    scenario = parse_scenario(text, "x", {}, {})
    checks = run_verdict(scenario.expects, {"verdict": "valid", "outages": []})[1]
    assert outline(text).items[0].checks == tuple(check["text"] for check in checks)


# --- the file ---------------------------------------------------------------------------------


def test_saving_keeps_line_ends_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"# one\r\nname = 'x'\r\n")
    document = Document(path)
    document.read()
    assert document.text == "# one\nname = 'x'\n"
    document.text += "# two\n"
    assert document.edited
    document.save()
    assert path.read_bytes() == b"# one\r\nname = 'x'\r\n# two\r\n"
    assert not document.edited
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_changed_elsewhere_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("a = 1\n")
    document = Document(path)
    document.read()
    document.text = "mine = 1\n"
    path.write_text("theirs = 1\n")
    with pytest.raises(WorkbenchError, match="changed on disk"):
        document.save()
    assert path.read_text() == "theirs = 1\n"
    document.keep_mine()
    document.save()
    assert path.read_text() == "mine = 1\n"


def test_the_same_change_elsewhere_is_no_conflict(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("a = 1\n")
    document = Document(path)
    document.read()
    document.text = "a = 2\n"
    path.write_text("a = 2\n")
    assert not document.look()
    assert not document.edited


def test_what_can_not_be_read_or_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match=r"gone\.toml can't be read"):
        Document(tmp_path / "gone.toml").read()
    (tmp_path / "bad.toml").write_bytes(b"\xff")
    with pytest.raises(WorkbenchError, match="can't be read"):
        Document(tmp_path / "bad.toml").read()
    (tmp_path / "big.toml").write_bytes(b"#" * (2 << 20))
    with pytest.raises(WorkbenchError, match="too large"):
        Document(tmp_path / "big.toml").read()
    with pytest.raises(WorkbenchError, match="can't be saved"):
        Document(tmp_path / "no" / "such.toml", "x").save()


# --- runs -------------------------------------------------------------------------------------
NS = 1_000_000_000


def value(**changed: object) -> dict[str, object]:
    return {
        "running": True, "name": "x", "path": "/a.toml", "step": 2, "steps": 4, "text": "Cut: b",
        "started": 100 * NS, "since": 101 * NS, "took": [NS // 2, NS], "ended": 0, "checks": [],
    } | changed  # fmt: skip


def over(verdict: str, **changed: object) -> dict[str, object]:
    checks = [{"text": "a", "verdict": "valid"}, {"text": "b", "verdict": verdict}]
    client = {"missed": 12, "affected": True}
    result = {"verdict": verdict, "checks": checks, "outages": [{"clients": [client]}]}
    result |= {"recording": "/r", "stopped": False}
    return value(running=False, ended=110 * NS, result=result) | changed


def test_a_run_is_noted_once() -> None:
    runs = Runs()
    assert runs.take(value()) is None
    run = runs.take(over("invalid"))
    assert run is not None
    assert (run.state, run.passed, run.checks, run.missed, run.took) == (
        "Failed",
        1,
        2,
        12,
        10 * NS,
    )
    assert runs.take(over("invalid")) is None
    assert runs.about("/a.toml") == 10 * NS
    assert runs.about("/b.toml") == 0
    failed = runs.take(value(running=False, started=200 * NS, error={"what": "No.", "why": "Why."}))
    assert failed is not None
    assert (failed.state, failed.why) == ("Could not run", "No. Why.")
    assert [r.number for r in runs.of("/a.toml")] == [2, 1]


def test_files_say_how_they_went() -> None:
    runs = Runs()
    paths = [Path("/a.toml"), Path("/b.toml")]
    assert [f.words for f in listed(paths, runs, value())] == ["Running now", "Not run yet"]
    runs.take(over("invalid"))
    said = listed(paths, runs, {}, datetime.UTC)
    assert said[0].words == "Failed 00:01, 1 of 2\u00a0checks".replace("\u00a0", " ")
    runs.take(over("valid", started=160 * NS, ended=166 * NS))
    assert listed(paths, runs, {}, datetime.UTC)[0].words.startswith("Passed 00:02, 6.00")


def test_progress_says_where_and_how_long() -> None:
    shown = progress(value(), 20 * NS, 108 * NS)
    assert shown is not None
    assert (shown.step, shown.text, shown.share) == ("Step 2 of 4", "Cut: b", 0.4)
    assert shown.times.replace("\u00a0", " ") == "8.0 s of about 20 s"
    late = progress(value(), NS, 108 * NS)
    assert late is not None
    assert late.share == 0.99
    first = progress(value(step=0), 0, 100 * NS)
    assert first is not None
    assert first.step == "Setting up"
    assert progress(over("valid"), 0, 0) is None


def test_the_state_of_each_step() -> None:
    items = outline(TEXT).items
    running = value(step=2, steps=2)
    states = [state_of(item, running)[0] for item in items]
    assert states == ["done", "done", "done", "running", "waiting"]
    assert state_of(items[2], running)[1].replace("\u00a0", " ") == "1.00 s"
    stopped = value(step=1, steps=2, running=False)
    assert [state_of(item, stopped)[0] for item in items][-3:] == ["done", "skipped", "skipped"]
    broken = value(step=1, steps=2, running=False, error={"what": "x"})
    assert state_of(items[2], broken)[0] == "failed"
    assert state_of(items[2], {}) == ("waiting", "")


def test_the_line_for_a_pipeline_is_quoted() -> None:
    assert ci_command("/a b/c.toml") == "workbench run '/a b/c.toml'"


def test_a_new_file_takes_a_free_name_and_is_understood(tmp_path: Path) -> None:
    from workbench import deploys, faults
    from workbench.units.discovery import discover

    assert scenario_runs.new_file(tmp_path).name == "scenario.toml"
    (tmp_path / "scenario.toml").touch()
    assert scenario_runs.new_file(tmp_path).name == "scenario2.toml"
    text = scenario_runs.TEMPLATE.format(name="x")
    assert parse_scenario(text, "x", discover(faults), discover(deploys)).steps
