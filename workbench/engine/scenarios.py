"""The part that runs scenarios: one runner for the window and the command line."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from workbench import deploys, faults
from workbench.door import commands
from workbench.engine.expectations import run_verdict
from workbench.engine.scenario_file import (
    Scenario,
    Step,
    line_of,
    parse_scenario,
    read_scenario,
)
from workbench.engine.scenario_progress import ScenarioProgress
from workbench.engine.service_target import client_path
from workbench.engine.waiting import until
from workbench.model.errors import Whose, WorkbenchError
from workbench.units.discovery import discover

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine


class Scenarios:
    """One scenario at a time, in a session of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stop = asyncio.Event()
        self._running = False

    def answers(self) -> dict[type, Answer]:
        """Run, stop, and look at without running."""
        return {
            commands.RunScenario: self.run,
            commands.StopScenario: self._stop_running,
            commands.CheckScenario: self.check,
        }

    async def check(self, command: commands.CheckScenario) -> dict[str, Any]:
        """The steps of a scenario, or what is wrong with it and where."""
        path, units = Path(command.path), (discover(faults), discover(deploys))
        try:
            if command.text is None:
                scenario = read_scenario(path, *units)
            else:
                scenario = parse_scenario(command.text, path.name or "The scenario", *units)
        except WorkbenchError as bad:
            told: dict[str, Any] = {"name": path.stem, "steps": [], "expects": 0}
            return {**told, "error": bad.as_dict(), "line": line_of(bad)}
        steps = [{"do": s.do, "text": s.text, "line": s.line} for s in scenario.steps]
        told = {"name": scenario.name, "steps": steps, "expects": len(scenario.expects)}
        return {**told, "error": None, "line": 0}

    async def run(self, command: commands.RunScenario) -> dict[str, Any]:
        """Run a file to its end; the ``--json`` object with ``checks`` and ``recording``."""
        scenario = read_scenario(Path(command.path), discover(faults), discover(deploys))
        if self._running:
            raise WorkbenchError("A scenario is running already.", whose=Whose.USER)
        self._running = True
        self._stop.clear()
        seed = next((s for s in (command.seed, scenario.seed) if s is not None), self._engine.seed)
        self._engine.seed, self._engine.luck = seed, random.Random(seed)
        progress = ScenarioProgress(self._engine, scenario, command.path)
        try:
            folder = Path(command.folder) if command.folder else Path()
            result = await self._run(scenario, progress, folder, Path(command.path).parent)
        except WorkbenchError as bad:
            progress.end(None, bad)
            raise
        except BaseException:
            progress.end(None)
            raise
        else:
            progress.end(result)
            return result
        finally:
            self._running = False

    async def _run(
        self, scenario: Scenario, progress: ScenarioProgress, folder: Path, home: Path
    ) -> dict[str, Any]:
        parts = self._engine.parts
        session = await parts.sessions.begin(folder, scenario.name)
        parts.deploying.outcomes.clear()
        parts.deploying.results.clear()
        try:
            await self._set_up(scenario, home)
            for i, step in enumerate(scenario.steps):
                if self._stop.is_set():
                    break
                progress.step(i + 1, step.text)
                await self._step(step)
            progress.step(len(scenario.steps) + 1, "Judging")
            await parts.deploying.conclude()
            judged = await parts.judge.judge(commands.Judge())
            session.say_ending()
        finally:
            await self._clean_up()
        value, checks = run_verdict(scenario.expects, judged, parts.deploying.outcomes)
        result = {**judged, "verdict": str(value), "checks": checks, "stopped": self._stop.is_set()}
        result |= {"scenario": scenario.name, "recording": str(session.folder)}
        result["deploys"] = list(parts.deploying.results)
        parts.judge.last = result
        return result

    async def _set_up(self, scenario: Scenario, home: Path) -> None:
        parts = self._engine.parts
        addresses: dict[str, str] = {}
        service = scenario.service
        if service is not None:
            if service.command:  # a folder is meant from where the file lies
                service = dataclasses.replace(service, cwd=str((home / service.cwd).resolve()))
            addresses["service"] = (await parts.services.start(service))["address"]
        for proxy in scenario.proxies:
            to = addresses.get(proxy.to, proxy.to)
            told = await parts.proxies.start(dataclasses.replace(proxy, to=to))
            addresses[told["name"]] = told["listen"]
        for client in scenario.clients:
            address = self._address(client, addresses, service or commands.StartService())
            await parts.connections.connect(dataclasses.replace(client, address=address))

    def _address(
        self, client: commands.Connect, addresses: dict[str, str], service: commands.StartService
    ) -> str:
        base = addresses.get(client.address)
        if base is None:
            return client.address
        path = client_path(service, client.protocol)
        if client.protocol == "sse":
            return base.replace("ws://", "http://", 1) + path
        return base if base.endswith(path) else base + path

    async def _step(self, step: Step) -> None:
        do, settings, engine = step.do, step.settings, self._engine
        if do in ("deploy", "begin-deploy", "roll-back", "abort"):
            await self._deploy(do, settings)
        elif do == "wait":
            await self._wait(settings.until, settings.timeout)
        elif do == "pause":
            await self._pause(settings.seconds)
        elif do == "heal":
            await engine.parts.faulting.heal(commands.Heal())
        elif do == "send":
            await engine.parts.connections.send(commands.Send(settings.client, settings.text))
        elif do == "leave":
            await engine.parts.connections.disconnect(commands.Disconnect(settings.client))
        elif do == "publish":
            await engine.parts.services.only().publish_some(
                settings.count, settings.rate, settings.stream
            )
        else:
            scope, given = settings
            text = orjson.dumps(given).decode()
            await engine.parts.faulting.inject(commands.Inject(do, scope, text))

    async def _deploy(self, do: str, settings: Any) -> None:
        """Begin or end a deploy; wait for one that is not meant to go on in the background."""
        deploying = self._engine.parts.deploying
        if do == "abort":
            await deploying.abort_deploy(commands.AbortDeploy())
        elif do == "roll-back":
            text = orjson.dumps(dataclasses.asdict(settings)).decode()
            await deploying.roll_back(commands.RollBack(text))
        else:
            strategy, given = settings
            await deploying.deploy(commands.Deploy(strategy, orjson.dumps(given).decode()))
        if do != "begin-deploy":
            await deploying.wait()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def _wait(self, condition: str, timeout: float) -> None:
        """Wait; when time is up the run goes on, and the verdict says what was not reached."""
        parts = self._engine.parts
        holds = {
            "open": parts.connections.all_open,
            "deployed": lambda: not parts.deploying.running,
            "recovered": self._recovered,
        }[condition]
        if not await until(lambda: self._stop.is_set() or holds(), timeout):
            self._engine.tell("warn", f"Waited {timeout:g} s until {condition}: not reached.")

    def _recovered(self) -> bool:
        """Every client open, nobody still recovering, and every outage judged to its end."""
        outages = self._engine.mirror["outage"].values()
        rows = [c for o in outages for c in o["clients"] if c["affected"]]
        settled = all(row["word"] != "Still recovering" for row in rows)
        return bool(rows) and settled and self._engine.parts.connections.all_open()

    async def _stop_running(self, command: commands.StopScenario) -> dict[str, Any]:
        self._stop.set()
        return {}

    async def _clean_up(self) -> None:
        """What the scenario started ends with it, whatever happened."""
        parts = self._engine.parts
        for part in (
            parts.deploying,
            parts.faulting,
            parts.connections,
            parts.proxies,
            parts.services,
        ):
            await part.close()

    async def close(self) -> None:
        """Ask a running scenario to stop."""
        self._stop.set()
