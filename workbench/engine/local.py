"""The door without a wire: the engine in the front's own process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.door.state import Mirror
from workbench.engine.engine import Engine


class LocalDoor:
    """What the command line holds."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def mirror(self) -> Mirror:
        """The engine's own store."""
        return self.engine.mirror

    async def call(self, command: Any) -> dict[str, Any]:
        """Carry out a command; raises WorkbenchError."""
        return await self.engine.call(command)

    async def close(self) -> None:
        """End the engine."""
        await self.engine.close()


def open_local(recordings: Path, seed: int | None = None) -> LocalDoor:
    """An engine in this process; call within a running event loop."""
    return LocalDoor(Engine(recordings, seed))
