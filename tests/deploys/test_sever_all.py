"""Sever all as a pure value."""

from __future__ import annotations

import pytest

from workbench.deploys import sever_all
from workbench.model.action import (
    Announce,
    CloseLinks,
    CutProcess,
    Pause,
    ResumeRouting,
    StartReplica,
    StopRouting,
    Terminate,
    WaitGone,
    WaitReady,
)
from workbench.model.errors import WorkbenchError
from workbench.units.settings import build
from workbench.units.shapes import ReplicaFacts

TWO = [ReplicaFacts("r1", "v1", 2), ReplicaFacts("r2", "v7", 1)]


def play(replicas=TWO, **values):
    return list(sever_all.steps(replicas, build(sever_all.Settings, values, "the test")))


def test_all_are_closed_before_any_is_stopped_and_all_are_down_before_any_starts():
    assert play(down_time=0.5, grace=2) == [
        Announce("ending 3 clients on 2 replicas", 1, 3),
        StopRouting("r1"),
        StopRouting("r2"),
        CloseLinks("r1", 1012, 0.0, "service restart"),
        CloseLinks("r2", 1012, 0.0, "service restart"),
        Terminate("r1", 2.0),
        Terminate("r2", 2.0),
        WaitGone("r1", 12.0),
        WaitGone("r2", 12.0),
        Announce("everything is down", 2, 3),
        Pause(0.5),
        Announce("starting again", 3, 3),
        StartReplica("r1", "v2"),
        StartReplica("r2", "v8"),
        WaitReady("r1", 30.0),
        ResumeRouting("r1"),
        WaitReady("r2", 30.0),
        ResumeRouting("r2"),
    ]


@pytest.mark.parametrize("code", [None, "none", 1001])
def test_the_code_is_sent_or_none(code):
    closes = [step for step in play(close_code=code) if isinstance(step, CloseLinks)]
    assert [close.code for close in closes] == [1001 if code == 1001 else None] * 2
    assert not any(isinstance(step, CutProcess) for step in play(close_code=code))


def test_nothing_to_deploy_to_is_the_users_error():
    with pytest.raises(WorkbenchError, match="no server to deploy to"):
        play([])
