"""What the fronts are told of a running scenario: where it is, what it took, each check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.engine.expectations import run_verdict
from workbench.engine.scenario_file import Scenario
from workbench.model.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.engine.engine import Engine

TOPIC = "scenario"


class ScenarioProgress:
    """Publishes a door ScenarioValue under ``current``, and its checks so far under ``checks``,
    whenever a verdict has changed."""

    def __init__(self, engine: Engine, scenario: Scenario, path: str) -> None:
        self._mirror = engine.mirror
        self._now = engine.clock.now
        self._expects = scenario.expects
        now = self._now()
        self._value: dict[str, Any] = {
            "running": True,
            "name": scenario.name,
            "path": path,
            "step": 0,
            "steps": len(scenario.steps),
            "text": "Setting up",
            "started": now,
            "since": now,
            "took": [],
            "ended": 0,
            "checks": [],
        }
        self._put()
        self._judge()
        self._stop = self._mirror.listen(self._heard)

    def step(self, number: int, text: str) -> None:
        """The next one begins."""
        now = self._now()
        took = [*self._value["took"], now - self._value["since"]]
        self._value |= {"step": number, "text": text, "since": now, "took": took}
        self._put()

    def end(self, result: Mapping[str, Any] | None, error: WorkbenchError | None = None) -> None:
        """It is over: with the ``--json`` object, or with what went wrong."""
        self._stop()
        now = self._now()
        took = [*self._value["took"], now - self._value["since"]]
        self._value |= {"running": False, "since": now, "ended": now, "took": took}
        if result is not None:
            self._value |= {"result": dict(result), "checks": list(result["checks"])}
            self._put_checks(self._value["checks"])
        elif error is not None:
            self._value["error"] = error.as_dict()
        self._put()

    def _heard(self, topic: str, key: str, value: object) -> None:
        if topic == "outage":
            self._judge()

    def _judge(self) -> None:
        if not self._expects:
            self._put_checks([])
            return
        outages = list(self._mirror["outage"].values())
        judged = {"verdict": "unknown", "outages": outages}
        self._put_checks(run_verdict(self._expects, judged)[1])

    def _put_checks(self, checks: list[dict[str, Any]]) -> None:
        value = {"path": self._value["path"], "checks": checks}
        if self._mirror[TOPIC].get("checks") != value:
            self._mirror.put(TOPIC, "checks", value)

    def _put(self) -> None:
        self._mirror.put(TOPIC, "current", dict(self._value))
