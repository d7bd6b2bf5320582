"""The part that deploys: begins a strategy, rolls back, aborts, and tells how it goes."""

from __future__ import annotations

import asyncio
import contextlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

import orjson

from workbench import deploys
from workbench.deploys import _roll_back
from workbench.door.commands import AbortDeploy, Deploy, RollBack
from workbench.engine.deploy_run import DeployRun
from workbench.engine.service import Service
from workbench.engine.waiting import until
from workbench.model.errors import Whose, WorkbenchError
from workbench.units.discovery import discover
from workbench.units.settings import build

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine

SETTLE_LIMIT = 15.0  # seconds after a deploy in which its clients may still come back
ROLL_BACK = "roll-back"
MOST_RESULTS = 100  # kept of a long session


class Deploying:
    """One deploy at a time.  ``outcomes`` has a word for each that has ended, ``results`` what
    it was and what was measured."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._task: asyncio.Task[None] | None = None
        self._settling: asyncio.Task[None] | None = None
        self._run: DeployRun | None = None
        self.value: dict[str, Any] = {}
        self.outcomes: list[str] = []
        self.results: list[dict[str, Any]] = []

    def answers(self) -> dict[type, Answer]:
        """Deploy, roll back and abort."""
        return {Deploy: self.deploy, RollBack: self.roll_back, AbortDeploy: self.abort_deploy}

    @property
    def running(self) -> bool:
        """True while a strategy's steps are carried out."""
        return self._task is not None and not self._task.done()

    async def deploy(self, command: Deploy) -> dict[str, Any]:
        """Begin; the steps go on in the background (``wait`` for their end)."""
        unit = self._unit(command.strategy)
        settings = _settings(unit, command.settings, command.strategy)
        services = self._engine.parts.services
        service = services.only() if getattr(unit, "NEEDS_SERVERS", True) else services.running
        asked = str(getattr(settings, "new_version", ""))
        version = asked or (service.next_version() if service and _replaces(unit) else "")
        title = f"{unit.TITLE} to {version}" if version else unit.TITLE
        await self._begin(command.strategy, unit, settings, service, title, version)
        return {"version": version}

    async def roll_back(self, command: RollBack) -> dict[str, Any]:
        """Undo what the last deploy has changed; a deploy of its own."""
        settings = _settings(_roll_back, command.settings, ROLL_BACK)
        service = self._engine.parts.services.only()
        versions = {was for was in service.before.values() if was}
        if not versions:
            raise WorkbenchError(
                "There is nothing to roll back.", whose=Whose.USER, why="Nothing was deployed yet."
            )
        next(_roll_back.steps(service.facts(), settings))  # says so when nothing differs
        version = ", ".join(sorted(versions))
        title = f"{_roll_back.TITLE} to {version}"
        await self._begin(ROLL_BACK, _roll_back, settings, service, title, version)
        return {"version": version}

    def _unit(self, name: str) -> ModuleType:
        units = discover(deploys)
        if name not in units:
            raise WorkbenchError(
                f"There is no strategy named `{name}`.",
                whose=Whose.USER,
                to_do=f"Known strategies: {', '.join(units)}.",
            )
        return units[name]

    # --- its course -----------------------------------------------------------------------

    async def _begin(
        self,
        strategy: str,
        unit: ModuleType,
        settings: Any,
        service: Service | None,
        title: str,
        version: str,
    ) -> None:
        if self.running:
            raise WorkbenchError(
                "A deploy is running already.", whose=Whose.USER, to_do="Wait for it, or abort it."
            )
        await self.conclude()
        session = await self._engine.parts.sessions.live()
        self.value = {
            "strategy": strategy,
            "title": unit.TITLE,
            "running": True,
            "step": 0,
            "steps": 0,
            "text": "Starting",
            "started": self._engine.clock.now(),
            "ended": 0,
            "version": version,
            "aborted": False,
            "rolled_back": False,
            "error": None,
        }
        self._run = run = DeployRun(self._engine, session, service, self._tell)
        run.say("begin", title=title, strategy=strategy, version=version)
        self._tell()
        self._task = asyncio.create_task(self._carry_out(run, unit, settings, service))

    async def _carry_out(
        self, run: DeployRun, unit: ModuleType, settings: Any, service: Service | None
    ) -> None:
        error: WorkbenchError | None = None
        rolled_back = False
        facts = service.facts() if service is not None else []
        if service is not None and unit is not _roll_back:
            service.begin_deploy()
            facts = service.facts()
        try:
            await run.play(unit.steps(facts, settings))
        except WorkbenchError as bad:
            error = bad
            self._engine.tell("error", f"{unit.TITLE} stopped: {bad.what}", bad)
            if run.new_failed and service is not None and unit is not _roll_back:
                rolled_back = await self._heal(run, service)
        run.end_acts()
        if service is not None:
            service.end_deploy()
        self._end(run, error, rolled_back)

    async def _heal(self, run: DeployRun, service: Service) -> bool:
        """The new version does not come up: everything becomes what it was."""
        run.say("rolling-back", why="The new version did not become ready.")
        try:
            await run.play(_roll_back.steps(service.facts(), _roll_back.Settings()))
        except WorkbenchError as worse:
            self._engine.tell("error", f"The roll back stopped: {worse.what}", worse)
            return False
        return not run.abort.is_set()

    def _end(self, run: DeployRun, error: WorkbenchError | None, rolled_back: bool) -> None:
        now = self._engine.clock.now()
        aborted = run.abort.is_set() and not run.watched
        took = (now - self.value["started"]) / 1e9
        text = "Stopped" if error or aborted else f"Finished in {took:.1f} s"
        text = "Rolled back by itself" if rolled_back else text
        word = "rolled-back" if rolled_back else "stopped" if error else "aborted"
        self.outcomes.append(word if error or aborted else "finished")
        said = error.as_dict() if error else None
        run.say("end", aborted=aborted, rolled_back=rolled_back, error=said)
        self._tell(
            running=False,
            ended=now,
            aborted=aborted,
            rolled_back=rolled_back,
            error=said,
            text=text,
            measured=run.measured(),
        )
        self._settling = asyncio.create_task(self._settle(run))

    async def _settle(self, run: DeployRun) -> None:
        """Clients may come back after the end: what they do is measured too."""
        await until(lambda: run.settled, SETTLE_LIMIT)
        self._conclude(run)

    def _conclude(self, run: DeployRun) -> None:
        measured = run.conclude()
        error = self.value["error"]
        self.results.append(
            {
                "strategy": self.value["strategy"],
                "version": self.value["version"],
                "ended": self.outcomes[-1],
                "error": error["what"] if error else None,
                "measured": measured,
            }
        )
        del self.results[:-MOST_RESULTS]

    def _tell(self, **changes: Any) -> None:
        self.value.update(changes)
        self._engine.mirror.put("deploy", "current", dict(self.value))

    # --- its end --------------------------------------------------------------------------

    async def abort_deploy(self, command: AbortDeploy) -> dict[str, Any]:
        """Stop after the replica at hand."""
        if not self.running or self._run is None:
            raise WorkbenchError("No deploy is running.", whose=Whose.USER)
        self._run.abort.set()
        self._tell(text="Ending" if self._run.watched else "Stopping after this replica")
        return {}

    async def wait(self) -> None:
        """Until the running deploy is over."""
        if self._task is not None:
            await self._task

    async def conclude(self) -> None:
        """What is measured up to now is final."""
        settling, self._settling = self._settling, None
        if settling is None or settling.done():
            return
        settling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await settling
        if self._run is not None:
            self._conclude(self._run)

    async def close(self) -> None:
        """Stop carrying steps out; changed replicas stay as they are."""
        if self._task is not None and not self._task.done() and self._run is not None:
            self._run.abort.set()
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._run.end_acts()
            self._run.conclude()
        await self.conclude()


def _replaces(unit: ModuleType) -> bool:
    """False for strategies in which we start nothing and so know no version."""
    return bool(getattr(unit, "NEEDS_SERVERS", True))


def _settings(unit: ModuleType, text: str, name: str) -> Any:
    try:
        given = orjson.loads(text or "{}")
    except ValueError as bad:
        raise WorkbenchError(
            "The strategy's settings are no JSON object.", whose=Whose.USER, why=str(bad)
        ) from None
    if not isinstance(given, dict):
        raise WorkbenchError("The strategy's settings are no JSON object.", whose=Whose.USER)
    return build(unit.Settings, given, f"`{name}`")
