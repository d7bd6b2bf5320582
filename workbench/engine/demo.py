"""The part that shows in ten seconds what the program is for (UX section 4)."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from workbench.door import commands
from workbench.engine.waiting import until
from workbench.model.errors import Whose, WorkbenchError

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine

CALM = 1.6  # seconds of traffic before the deploy
SETTLE_LIMIT = 30.0  # seconds to wait for the verdict to be final
RATE = 6.5  # updates a second

#: The three clients: a good one, one that does not resume, one that asks for too much.
CLIENTS = tuple(
    commands.Connect(
        name=name,
        stream="prices",
        retry="fixed",
        retry_first=wait,
        jitter=0.0,
        resume=resume,
        overlap=3,
    )
    for name, resume, wait in (
        ("a-resume", "position", 0.5),
        ("b-naive", "naive", 1.6),
        ("c-overlap", "overlap", 1.0),
    )
)


class Demo:
    """Three replicas, three clients, a rolling drain, and the verdict; all on loopback."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._task: asyncio.Task[None] | None = None

    def answers(self) -> dict[type, Answer]:
        """Run and stop."""
        return {commands.RunDemo: self._start, commands.StopDemo: self._stop}

    async def _start(self, command: commands.RunDemo) -> dict[str, Any]:
        if self._task is not None and not self._task.done():
            raise WorkbenchError("The demo is running already.", whose=Whose.USER)
        self._task = asyncio.create_task(self._guarded())
        return {}

    async def wait(self) -> None:
        """Until the demo has reached its verdict."""
        if self._task is not None:
            await self._task

    def _tell(self, step: int, *, finished: bool = False, error: Any = None) -> None:
        value = {
            "running": not finished and error is None,
            "step": step,
            "finished": finished,
            "error": error,
        }
        self._engine.mirror.put("demo", "current", value)

    async def _guarded(self) -> None:
        try:
            await self._run()
        except WorkbenchError as bad:
            step = self._engine.mirror["demo"].get("current", {}).get("step", 1)
            self._tell(step, error=bad.as_dict())
            self._engine.tell("error", "The demo could not be run.", bad)

    async def _run(self) -> None:
        parts = self._engine.parts
        self._tell(1)
        await self._end_targets()
        await parts.sessions.begin(Path(), "Demo")
        service = commands.StartService(replicas=3, version="v42", publish_rate=RATE)
        address = (await parts.services.start(service))["address"] + "/ws"
        for client in CLIENTS:
            await parts.connections.connect(dataclasses.replace(client, address=address))
        if not await until(parts.connections.all_open, SETTLE_LIMIT):
            raise WorkbenchError("The demo's clients did not open.", whose=Whose.OURS)
        await asyncio.sleep(CALM)
        self._tell(2)
        settings = orjson.dumps({"new_version": "v43", "drain_time": 0.25, "pause": 0.1}).decode()
        await parts.deploying.deploy(commands.Deploy("rolling-drain", settings))
        self._tell(3)
        await parts.deploying.wait()
        await until(self._judged, SETTLE_LIMIT)
        self._tell(4, finished=True)

    def _judged(self) -> bool:
        """All three are judged, and the one that lost updates is past its patience."""
        outage = self._engine.mirror["outage"].get("1")
        if outage is None or len(outage["clients"]) < len(CLIENTS):
            return False
        words = [client["word"] for client in outage["clients"]]
        return "Lost updates" in words and "Still recovering" not in words

    async def _stop(self, command: commands.StopDemo) -> dict[str, Any]:
        await self.close()
        await self._end_targets()
        self._engine.mirror.put("demo", "current", None)
        return {}

    async def _end_targets(self) -> None:
        parts = self._engine.parts
        if self._engine.session is not None:
            self._engine.session.say_ending()
        for part in (parts.deploying, parts.faulting, parts.connections, parts.services):
            await part.close()

    async def close(self) -> None:
        """Stop where it is."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
