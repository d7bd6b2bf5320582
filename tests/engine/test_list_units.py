"""What the engine offers to make forms from."""

from __future__ import annotations

from pathlib import Path

from workbench.door.commands import ListUnits
from workbench.engine.engine import Engine


async def test_units_come_with_their_declared_settings(tmp_path: Path) -> None:
    told = await Engine(tmp_path, 1).call(ListUnits())
    assert {"faults", "deploys", "checks", "dialects"} <= set(told)
    stall = told["faults"]["stall"]
    assert stall["hooks"] == []
    assert stall["says"].startswith("client sees")
    seconds = next(f for f in stall["settings"] if f["key"] == "seconds")
    assert (seconds["optional"], seconds["unit"], seconds["type"]) == (True, "s", "float")
