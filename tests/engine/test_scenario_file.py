"""Scenario files: what is understood, and what each mistake is told."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from workbench.engine.scenario_file import Scenario, parse_scenario
from workbench.model.errors import Whose, WorkbenchError
from workbench.units.settings import setting


@dataclass(frozen=True)
class Drain:
    new_version: str = setting("", help="The new version.")
    drain_time: float = setting(0.25, help="How long to drain.", unit="s", low=0.0)


@dataclass(frozen=True)
class Stall:
    seconds: float | None = setting(None, help="How long.", unit="s", low=0.0)


FAULTS = {"stall": SimpleNamespace(Settings=Stall)}
DEPLOYS = {"rolling-drain": SimpleNamespace(Settings=Drain)}


def read(text: str) -> Scenario:
    return parse_scenario(text, "s.toml", FAULTS, DEPLOYS)


def refused(text: str) -> str:
    with pytest.raises(WorkbenchError) as caught:
        read(text)
    assert caught.value.whose is Whose.USER
    return str(caught.value)


WHOLE = """
name = "x"
seed = 3
[service]
replicas = 2
publish_rate = 5
[[client]]
name = "a"
to = "service"
retry_first = "250ms"
[[step]]
do = "pause"
for = "2s"
[[step]]
do = "deploy"
strategy = "rolling-drain"
to = "v43"
drain_time = "1s"
[[step]]
do = "stall"
client = "a"
seconds = 1.5
[[expect]]
client = "a"
missed = 0
"""


def test_a_whole_file_is_understood() -> None:
    scenario = read(WHOLE)
    assert (scenario.name, scenario.seed) == ("x", 3)
    assert scenario.service is not None
    assert scenario.service.replicas == 2
    assert scenario.clients[0].retry_first == 0.25
    assert scenario.to_service == {"a"}
    assert [step.do for step in scenario.steps] == ["pause", "deploy", "stall"]
    assert scenario.steps[0].settings.seconds == 2.0
    assert scenario.steps[1].settings == (
        "rolling-drain",
        {"drain_time": "1s", "new_version": "v43"},
    )
    assert scenario.steps[2].settings == ("a", {"seconds": 1.5})
    assert scenario.expects[0].missed == 0


def test_a_server_of_ones_own_and_deploys_in_the_background_are_understood() -> None:
    scenario = read(
        """
[service]
command = "node server.js --port {port}"
ready = "http /health"
stop_signal = "INT"
policy = "least-connections"
[[step]]
do = "deploy"
background = true
[[step]]
do = "abort"
[[step]]
do = "roll-back"
[[expect]]
deploy = "rolled-back"
"""
    )
    assert scenario.service is not None
    assert scenario.service.command == "node server.js --port {port}"
    assert scenario.service.stop_signal == "INT"
    assert [step.do for step in scenario.steps] == ["begin-deploy", "abort", "roll-back"]
    assert scenario.expects[0].deploy == "rolled-back"


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("name = ", "not valid TOML"),
        ("nmae = 'x'", "Unknown key `nmae` in s.toml, line 1. Did you mean `name`?"),
        ("[[client]]\nname='a'\nadress='ws://x'", "s.toml, line 3. Did you mean `address`?"),
        ("[[step]]\ndo='puase'", "Did you mean `pause`?"),
        ("[[step]]\nfor='1s'", "A step needs `do`"),
        ("[[step]]\ndo='deploy'\nstrategy='rolling'", "rolling-drain"),
        ("[[step]]\ndo='deploy'\ndrian_time='1s'", "Did you mean `drain-time`?"),
        ("[[step]]\ndo='pause'\nfor='-1s'", "s.toml, line"),
        ("[[step]]\ndo='pause'\nseconds=-1", "at least 0.0 s"),
        ("[service]\nreplicas=0", "at least 1"),
        ("[service]\nreplicas='many'", "a whole number"),
        ("[client]\nname='a'", "Write [[client]]"),
        ("client = 3", "Write [[client]]"),
        ("[[client]]\naddress='ws://x'", "needs `name`"),
        ("seed = 'x'", "whole number"),
        ("[service]\npolicy='random'", "one of round-robin, least-connections, address"),
        ("[service]\nstop_signal='KILL'", "one of TERM"),
        ("[[step]]\ndo='deploy'\nbackground=1", "true or false"),
        ("[[expect]]\ndeploy='fine'", "one of finished"),
        ("service = 3", "must be a table"),
    ],
)
def test_each_mistake_is_told_with_its_place(broken: str, told: str) -> None:
    assert told in refused(broken)


def test_deep_nesting_is_refused_and_not_a_crash() -> None:
    assert "not valid TOML" in refused("a = " + "[" * 5000 + "]" * 5000)


def test_every_sample_scenario_is_valid() -> None:
    from workbench import deploys, faults
    from workbench.engine.scenario_file import read_scenario
    from workbench.resources import resources_dir
    from workbench.units.discovery import discover

    samples = sorted((resources_dir() / "scenarios").glob("*.toml"))
    assert len(samples) >= 3
    for path in samples:
        assert read_scenario(path, discover(faults), discover(deploys)).steps
