"""What every front holds: something to call, and a mirror to read."""

from __future__ import annotations

from typing import Any, Protocol

from workbench.door.state import Mirror


class Door(Protocol):
    """The engine as a front sees it; in this process or over the control connection."""

    @property
    def mirror(self) -> Mirror:
        """The engine's state, kept up to date."""
        ...

    async def call(self, command: Any) -> dict[str, Any]:
        """Carry out a command of door/commands.py; raises WorkbenchError."""
        ...

    async def close(self) -> None:
        """Leave.  An engine started by this front ends with it."""
        ...
