"""The part that carries a strategy's steps out, one loop for all of them."""

from __future__ import annotations

import asyncio
import contextlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

import orjson

from workbench import deploys
from workbench.door.commands import AbortDeploy, Deploy
from workbench.model import action
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Kind
from workbench.units.discovery import discover
from workbench.units.settings import build
from workbench.units.shapes import ReplicaFacts

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine
    from workbench.engine.services import Service


class Deploying:
    """One deploy at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._task: asyncio.Task[None] | None = None
        self._abort = asyncio.Event()
        self.value: dict[str, Any] = {}

    def answers(self) -> dict[type, Answer]:
        """Deploy and abort."""
        return {Deploy: self.deploy, AbortDeploy: self._abort_deploy}

    @property
    def running(self) -> bool:
        """True while a strategy's steps are carried out."""
        return self._task is not None and not self._task.done()

    async def deploy(self, command: Deploy) -> dict[str, Any]:
        """Begin; the steps go on in the background (``wait`` for their end)."""
        unit, settings = self._read(command)
        if self.running:
            raise WorkbenchError(
                "A deploy is running already.", whose=Whose.USER, to_do="Wait for it, or abort it."
            )
        service = self._engine.parts.services.only()
        self._abort.clear()
        version = str(getattr(settings, "new_version", "") or service.next_version())
        self.value = {
            "strategy": command.strategy,
            "title": unit.TITLE,
            "running": True,
            "step": 0,
            "steps": 0,
            "text": "Starting",
            "started": self._engine.clock.now(),
            "ended": 0,
            "version": version,
            "aborted": False,
            "error": None,
        }
        title = f"{unit.TITLE} to {version}"
        await self._say("begin", title=title, strategy=command.strategy, version=version)
        self._task = asyncio.create_task(self._run(unit, settings, service, version))
        return {"version": version}

    def _read(self, command: Deploy) -> tuple[ModuleType, Any]:
        units = discover(deploys)
        if command.strategy not in units:
            raise WorkbenchError(
                f"There is no strategy named `{command.strategy}`.",
                whose=Whose.USER,
                to_do=f"Known strategies: {', '.join(units)}.",
            )
        unit = units[command.strategy]
        try:
            given = orjson.loads(command.settings or "{}")
        except ValueError as bad:
            raise WorkbenchError(
                "The strategy's settings are no JSON object.", whose=Whose.USER, why=str(bad)
            ) from None
        return unit, build(unit.Settings, given, f"`{command.strategy}`")

    async def _say(self, event: str, **facts: Any) -> None:
        session = await self._engine.parts.sessions.live()
        session.say(Kind.DEPLOY, {"event": event, **facts})
        self._tell()

    def _tell(self, **changes: Any) -> None:
        self.value.update(changes)
        self._engine.mirror.put("deploy", "current", dict(self.value))

    async def _run(self, unit: ModuleType, settings: Any, service: Service, version: str) -> None:
        service.begin_deploy(version)
        facts = [
            ReplicaFacts(r.name, r.version, len(service.balancer.links_of(r.name)))
            for r in service.replicas.values()
        ]
        error: WorkbenchError | None = None
        try:
            for wish in unit.steps(facts, settings):
                if self._abort.is_set() and isinstance(wish, action.Announce):
                    break
                await self._carry_out(service, wish, version)
        except WorkbenchError as bad:
            error = bad
            self._engine.tell("error", f"{unit.TITLE} stopped: {bad.what}", bad)
        service.end_deploy(version)
        took = (self._engine.clock.now() - self.value["started"]) / 1e9
        aborted = self._abort.is_set()
        self.value.update(
            running=False,
            ended=self._engine.clock.now(),
            aborted=aborted,
            error=error.as_dict() if error else None,
            text="Stopped" if error or aborted else f"Finished in {took:.1f} s",
        )
        await self._say("end", aborted=aborted, error=self.value["error"])

    async def _carry_out(self, service: Service, wish: action.DeployAction, version: str) -> None:
        match wish:
            case action.Announce(text, step, steps, replica):
                self._tell(text=text, step=step, steps=steps)
                await self._say("step", text=text, step=step, steps=steps, replica=replica)
            case action.Pause(seconds):
                await self._pause(seconds)
            case action.StartReplica(replica, label):
                await service.start_replica(replica, label or version)
            case _:
                await service.carry_out(wish)

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than until an abort."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._abort.wait(), seconds)

    async def _abort_deploy(self, command: AbortDeploy) -> dict[str, Any]:
        if not self.running:
            raise WorkbenchError("No deploy is running.", whose=Whose.USER)
        self._abort.set()
        self._tell(text="Stopping after this replica")
        return {}

    async def wait(self) -> None:
        """Until the running deploy is over."""
        if self._task is not None:
            await self._task

    async def close(self) -> None:
        """Stop carrying steps out; changed replicas stay as they are."""
        self._abort.set()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
