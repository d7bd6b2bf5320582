"""What must hold for each strategy, found by discovery, so that a new one is tested too."""

from __future__ import annotations

from typing import get_args

import pytest

import workbench.deploys
from workbench.model.action import (
    CutProcess,
    DeployAction,
    ResumeRouting,
    StartReplica,
    Terminate,
    WaitReady,
)
from workbench.units.discovery import discover
from workbench.units.settings import fields_of
from workbench.units.shapes import ReplicaFacts

UNITS = discover(workbench.deploys)
FACTS = [ReplicaFacts(f"r{number}", "v1", number) for number in range(4)]


def test_the_first_two_are_found():
    assert {"rolling-drain", "sever-all"} <= UNITS.keys()


@pytest.mark.parametrize("name", UNITS)
def test_it_has_the_shape_of_a_deploy_unit(name):
    unit = UNITS[name]
    assert unit.TITLE
    assert unit.SENTENCE.endswith(".")
    assert unit.FAMILY in ("sever", "keep alive")
    assert all(field.help for field in fields_of(unit.Settings))


@pytest.mark.parametrize("name", UNITS)
def test_what_it_takes_down_comes_back_ready_before_clients_are_sent_there(name):
    down: set[str] = set()
    ready: set[str] = set()
    for step in UNITS[name].steps(FACTS, UNITS[name].Settings()):
        assert isinstance(step, get_args(DeployAction))
        match step:
            case Terminate(replica) | CutProcess(replica):
                down.add(replica)
                ready.discard(replica)
            case StartReplica(replica):
                down.discard(replica)
            case WaitReady(replica):
                assert replica not in down
                ready.add(replica)
            case ResumeRouting(replica):
                assert replica in ready
    assert not down
    assert ready == {facts.name for facts in FACTS}


@pytest.mark.parametrize("name", UNITS)
def test_it_answers_the_same_twice(name):
    unit = UNITS[name]
    assert list(unit.steps(FACTS, unit.Settings())) == list(unit.steps(FACTS, unit.Settings()))
