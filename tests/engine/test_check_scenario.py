"""A scenario is looked at without running it."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.door.commands import CheckScenario
from workbench.engine.engine import Engine
from workbench.engine.scenario_file import parse_scenario
from workbench.engine.scenario_progress import ScenarioProgress
from workbench.model.errors import Whose, WorkbenchError


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path, 1)


async def test_steps_and_lines(engine: Engine) -> None:
    text = 'name = "x"\n[[step]]\ndo = "cut"\n[[step]]\ndo = "heal"\n[[expect]]\nmissed = 0\n'
    told = await engine.call(CheckScenario(path="/a/x.toml", text=text))
    assert [(s["do"], s["line"]) for s in told["steps"]] == [("cut", 2), ("heal", 4)]
    assert (told["name"], told["expects"], told["error"], told["line"]) == ("x", 1, None, 0)


@pytest.mark.parametrize(
    ("text", "line"),
    [("name = 1\n[[step]]\ndoo = 1", 2), ("a = \n", 1), ('[[step]]\ndo = "cut"\nlegg = 1', 3)],
)
async def test_a_mistake_and_its_line(engine: Engine, text: str, line: int) -> None:
    told = await engine.call(CheckScenario(path="/a/x.toml", text=text))
    assert told["error"]["whose"] == "user"
    assert told["line"] == line


async def test_without_a_text_the_file_is_read(engine: Engine, tmp_path: Path) -> None:
    told = await engine.call(CheckScenario(path=str(tmp_path / "gone.toml")))
    assert "can't be read" in told["error"]["what"]
    (tmp_path / "x.toml").write_text("[[step]]\ndo = 'heal'\n")
    told = await engine.call(CheckScenario(path=str(tmp_path / "x.toml")))
    assert told["error"] is None


async def test_progress_tells_steps_checks_and_the_end(engine: Engine) -> None:
    scenario = parse_scenario("[[step]]\ndo='heal'\n[[expect]]\nmissed = 0\n", "x", {}, {})
    progress = ScenarioProgress(engine, scenario, "/x.toml")
    now = engine.mirror["scenario"]
    assert (now["current"]["step"], now["current"]["text"]) == (0, "Setting up")
    assert now["checks"]["checks"][0]["verdict"] == "unknown"
    progress.step(1, "Heal")
    assert (now["current"]["step"], len(now["current"]["took"])) == (1, 1)
    client = {"name": "a", "affected": True, "missed": 2, "verdict": "invalid"}
    client |= {"duplicated": 0, "out_of_order": 0}
    engine.mirror.put("outage", "1", {"number": 1, "clients": [client]})
    assert now["checks"]["checks"][0]["verdict"] == "invalid"
    progress.end(None, WorkbenchError("It broke.", whose=Whose.USER))
    assert not now["current"]["running"]
    assert now["current"]["error"]["what"] == "It broke."
    engine.mirror.put("outage", "1", None)
    assert now["checks"]["checks"][0]["verdict"] == "invalid"  # nobody listens any more
