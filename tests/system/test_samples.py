"""The sample scenarios give the same verdicts on the command line and through the window's door."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench.door import commands
from workbench.door.start import start_engine
from workbench.resources import resources_dir

pytestmark = pytest.mark.slow

SAMPLES = {"rolling-deploy": "valid", "naive-client": "invalid", "half-open": "valid"}
EXIT = {"valid": 0, "invalid": 1, "unknown": 2}


def by_command_line(path: Path, folder: Path) -> tuple[int, dict[str, Any]]:
    words = ["run", str(path), "--json", "--recordings", str(folder)]
    run = subprocess.run(
        [sys.executable, "-m", "workbench", *words], capture_output=True, text=True, timeout=120
    )
    assert run.stdout, run.stderr
    return run.returncode, json.loads(run.stdout)


async def by_door(path: Path, folder: Path) -> dict[str, Any]:
    door = await start_engine(str(folder))
    try:
        return await door.call(commands.RunScenario(str(path)))
    finally:
        await door.close()


def words(result: dict[str, Any]) -> list[list[tuple[str, str]]]:
    """Client and verdict of every outage."""
    return [
        sorted((client["name"], client["verdict"]) for client in outage["clients"])
        for outage in result["outages"]
    ]


@pytest.mark.parametrize("name", SAMPLES)
async def test_both_fronts_say_the_same(name: str, tmp_path: Path) -> None:
    path = resources_dir() / "scenarios" / f"{name}.toml"
    code, typed = by_command_line(path, tmp_path / "a")
    asked = await by_door(path, tmp_path / "b")
    assert typed["verdict"] == asked["verdict"] == SAMPLES[name]
    assert code == EXIT[typed["verdict"]]
    assert words(typed) == words(asked)
    assert [check["verdict"] for check in typed["checks"]] == [
        check["verdict"] for check in asked["checks"]
    ]
    assert typed["seed"] == asked["seed"]
