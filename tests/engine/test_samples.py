"""Every sample scenario runs, and what it says should hold holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.door import commands
from workbench.engine.engine import Engine
from workbench.resources import resources_dir

pytestmark = pytest.mark.slow

SAMPLES = sorted((resources_dir() / "scenarios").glob("*.toml"))
INVALID_ON_PURPOSE = {"naive-client"}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
async def test_a_sample(path: Path, tmp_path: Path) -> None:
    engine = Engine(tmp_path / "recordings")
    try:
        result = await engine.call(commands.RunScenario(str(path)))
        left = {topic: dict(engine.mirror[topic]) for topic in ("replica", "service", "proxy")}
    finally:
        await engine.close()
    wanted = "invalid" if path.stem in INVALID_ON_PURPOSE else "valid"
    assert (result["verdict"], result["checks"]) == (wanted, result["checks"]), result["checks"]
    assert not any(left.values())
