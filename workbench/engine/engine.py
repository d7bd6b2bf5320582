"""The engine: answers at the door.  Headless; knows no front."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from workbench.door import commands
from workbench.door.state import Mirror
from workbench.engine.clock import Clock
from workbench.model.errors import Whose, WorkbenchError

if TYPE_CHECKING:
    from workbench.engine.session import Session

Answer = Callable[[Any], Awaitable[dict[str, Any]]]


class Part(Protocol):
    """A part of the engine: what it answers, and how it ends."""

    def answers(self) -> dict[type, Answer]:
        """The commands it carries out."""
        ...

    async def close(self) -> None:
        """End everything it owns."""
        ...


class Engine:
    """Owns every socket, fault, server process and the journal's pen.

    ``recordings`` is where new recordings go; ``seed`` makes luck repeatable.
    """

    def __init__(self, recordings: Path, seed: int | None = None) -> None:
        # Imported here: the parts know the engine's type.
        from workbench.engine.parts import Parts

        self.recordings = recordings
        self.clock = Clock()
        self.mirror = Mirror()
        self.seed = random.SystemRandom().getrandbits(31) if seed is None else seed
        self.luck = random.Random(self.seed)
        self.session: Session | None = None
        self.parts = Parts(self)
        self._answers: dict[type, Answer] = {}
        for part in self.parts.in_order():
            self._answers.update(part.answers())

    async def call(self, command: Any) -> dict[str, Any]:
        """Carry out a command of door/commands.py.  Raises WorkbenchError."""
        answer = self._answers.get(type(command))
        if answer is None:
            raise WorkbenchError(
                f"This engine does not know `{commands.name_of(command)}`.",
                whose=Whose.OURS,
                to_do="Use the engine and the front of one installation.",
            )
        return await answer(command)

    async def close(self) -> None:
        """End everything; the recording is whole when this returns."""
        if self.session is not None:
            self.session.say_ending()
        for part in reversed(self.parts.in_order()):
            await part.close()

    def tell(self, level: str, text: str, error: WorkbenchError | None = None) -> None:
        """A notice for whoever is looking."""
        number = len(self.mirror["notice"]) + 1
        value = {
            "time": self.clock.now(),
            "level": level,
            "text": text,
            "error": error.as_dict() if error else None,
        }
        self.mirror.put("notice", str(number), value)
