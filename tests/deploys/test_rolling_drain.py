"""Rolling drain as a pure value: no clock, no process."""

from __future__ import annotations

import pytest

from workbench.deploys import rolling_drain
from workbench.model.action import (
    Announce,
    CloseLinks,
    Pause,
    ResumeRouting,
    StartReplica,
    StopRouting,
    Terminate,
    WaitEmpty,
    WaitGone,
    WaitReady,
)
from workbench.model.errors import WorkbenchError
from workbench.units.settings import build
from workbench.units.shapes import ReplicaFacts

THREE = [ReplicaFacts("r1", "v42", 2), ReplicaFacts("r2", "v42", 1), ReplicaFacts("r3", "v42", 0)]


def play(replicas=THREE, **values):
    settings = build(rolling_drain.Settings, values, "the test")
    return list(rolling_drain.steps(replicas, settings))


def test_one_replica_from_announcement_to_routing():
    assert play(THREE[:1], drain_time="2s", grace=5) == [
        Announce("draining r1, 2 clients", 1, 1, "r1"),
        StopRouting("r1"),
        CloseLinks("r1", 1012, 2.0, "service restart"),
        WaitEmpty("r1", 4.0),
        Terminate("r1", 5.0),
        WaitGone("r1", 7.0),
        Announce("starting r1 as v43", 1, 1, "r1"),
        StartReplica("r1", "v43"),
        WaitReady("r1", 30.0),
        ResumeRouting("r1"),
    ]


def test_a_replica_is_touched_only_when_the_one_before_takes_clients_again():
    out_of_service: set[str] = set()
    for step in play():
        match step:
            case StopRouting(name):
                assert not out_of_service
                out_of_service.add(name)
            case Terminate(name) | CloseLinks(name):
                assert out_of_service == {name}
            case ResumeRouting(name):
                out_of_service.remove(name)
    assert not out_of_service


def test_the_pause_lies_between_replicas_and_not_after_the_last():
    steps = play(pause=2)
    assert [step for step in steps if isinstance(step, Pause)] == [Pause(2.0)] * 2
    assert steps[-1] == ResumeRouting("r3")


def test_no_close_code_means_no_close_frame():
    closes = [step for step in play(close_code=None) if isinstance(step, CloseLinks)]
    assert [close.code for close in closes] == [None] * 3


def test_the_version_asked_for_goes_to_all():
    starts = [step for step in play(new_version="green") if isinstance(step, StartReplica)]
    assert starts == [StartReplica(name, "green") for name in ("r1", "r2", "r3")]


def test_nothing_to_deploy_to_is_the_users_error():
    with pytest.raises(WorkbenchError, match="no server to deploy to"):
        play([])


@pytest.mark.parametrize("values", [{"drain_time": -1}, {"close_code": 999}, {"drain": 3}])
def test_settings_out_of_limits_are_refused(values):
    with pytest.raises(WorkbenchError):
        play(**values)
