"""The strategies beyond the first two, step by step."""

from __future__ import annotations

import pytest

from workbench.deploys import (
    _roll_back,
    blue_green,
    canary,
    hook,
    kill_and_restart,
    observe,
    paced_drain,
    rolling,
    termination,
)
from workbench.deploys._names import fresh_names, listed
from workbench.model.action import (
    AddReplica,
    Advise,
    Announce,
    CloseBatches,
    CutProcess,
    Pause,
    RemoveReplica,
    ResumeRouting,
    RouteAlike,
    RouteShare,
    RunHook,
    StartReplica,
    StopRouting,
    Terminate,
    WaitEmpty,
    WaitGone,
    WaitReady,
    Watch,
)
from workbench.model.errors import WorkbenchError
from workbench.units.settings import build
from workbench.units.shapes import ReplicaFacts

ONE = [ReplicaFacts("r1", "v1", 2)]
TWO = [*ONE, ReplicaFacts("r2", "v1", 1)]


def play(unit, replicas, **values):
    return list(unit.steps(replicas, build(unit.Settings, values, "the test")))


def kinds(steps, *wanted):
    return [step for step in steps if isinstance(step, wanted)]


def test_a_crash_says_nothing_and_comes_back_after_the_down_time():
    assert play(kill_and_restart, ONE, down_time=2) == [
        Announce("SIGKILL to 1 replica, 2 clients", 1, 3),
        CutProcess("r1"),
        WaitGone("r1", 10.0),
        StopRouting("r1"),
        Announce("everything is down", 2, 3),
        Pause(2.0),
        Announce("starting again", 3, 3),
        StartReplica("r1", "v2"),
        WaitReady("r1", 30.0),
        ResumeRouting("r1"),
    ]


def test_a_paced_drain_advises_overlaps_closes_in_batches_and_cuts():
    steps = play(paced_drain, ONE, advice="go", overlap=2, admission=10, tick=0.5, deadline=9)
    assert steps == [
        Announce("draining r1, 2 clients, 4 at a time", 1, 1, "r1"),
        StopRouting("r1"),
        Advise("r1", "go"),
        Pause(2.0),
        CloseBatches("r1", 1012, 4, 0.5, 9.0, "service restart"),
        WaitEmpty("r1", 2.0),
        Terminate("r1", 10.0),
        WaitGone("r1", 20.0),
        Announce("starting r1 as v2", 1, 1, "r1"),
        StartReplica("r1", "v2"),
        WaitReady("r1", 30.0),
        ResumeRouting("r1"),
    ]


@pytest.mark.parametrize(("admission", "tick", "batch"), [(500, 1, 400), (1, 0.1, 1), (10, 2, 16)])
def test_a_batch_is_four_fifths_of_what_the_others_admit(admission, tick, batch):
    (closing,) = kinds(play(paced_drain, ONE, admission=admission, tick=tick), CloseBatches)
    assert closing.batch == batch


def test_the_grace_period_of_a_termination_includes_pre_stop():
    steps = play(termination, ONE, grace=30, pre_stop=5, unready_after=2, pre_stop_command="x")
    assert steps[1:6] == [
        StopRouting("r1", 2.0),
        RunHook("x", "exit", 5.0),
        Pause(5.0),
        Terminate("r1", 25.0),
        WaitGone("r1", 35.0),
    ]


def test_a_pre_stop_that_uses_up_the_grace_leaves_two_seconds():
    (end,) = kinds(play(termination, ONE, grace=5, pre_stop=9), Terminate)
    assert end.grace == 2.0


def test_rolling_takes_so_many_at_a_time():
    three = [*TWO, ReplicaFacts("r3", "v1", 0)]
    steps = play(rolling, three, max_unavailable=2, pause=4)
    assert [step.text for step in kinds(steps, Announce)] == [
        "close r1 and r2, 3 clients",
        "starting r1 and r2 as v2",
        "close r3, 0 clients",
        "starting r3 as v2",
    ]
    assert kinds(steps, Pause) == [Pause(4.0)]


def test_green_is_ready_before_the_switch_and_blue_leaves_after_it():
    steps = play(blue_green, TWO, hold=3, way="kill")
    order = kinds(steps, AddReplica, WaitReady, RouteShare, Pause, CutProcess, RemoveReplica)
    assert order == [
        AddReplica("r3", "v2"),
        AddReplica("r4", "v2"),
        WaitReady("r3", 30.0),
        WaitReady("r4", 30.0),
        RouteShare(("r3", "r4"), 1.0),
        Pause(3.0),
        CutProcess("r1"),
        CutProcess("r2"),
        RemoveReplica("r1"),
        RemoveReplica("r2"),
    ]
    assert steps[-1] == RouteAlike()


def test_a_canary_that_serves_is_promoted_and_takes_the_place_of_the_first():
    steps = play(canary, TWO, percent=25, hold=1)
    assert RouteShare(("r3",), 0.25) in steps
    assert kinds(steps, RemoveReplica) == [RemoveReplica("r1")]
    assert kinds(steps, StartReplica) == [StartReplica("r2", "v2")]
    # Looked at again after the trial: one that ended meanwhile stops the deploy here.
    assert kinds(steps, Pause, WaitReady)[:3] == [
        WaitReady("r3", 30.0),
        Pause(1.0),
        WaitReady("r3", 30.0),
    ]


def test_a_canary_can_be_rolled_back_on_purpose():
    steps = play(canary, TWO, then="roll-back")
    assert kinds(steps, RemoveReplica, StartReplica) == [RemoveReplica("r3")]
    assert [s.share for s in kinds(steps, RouteShare)] == [0.1, 0.0]


def test_a_hook_and_an_observation_need_no_server():
    assert play(hook, [], command="x", timeout=5)[-1] == RunHook("x", "exit", 5.0)
    assert play(observe, [], seconds=5)[-1] == Watch("", 5.0)
    with pytest.raises(WorkbenchError, match="no command"):
        play(hook, [], command=" ")


def test_names():
    assert fresh_names(["r1", "r3"], 3) == ["r2", "r4", "r5"]
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_a_roll_back_first_ends_what_is_shared_out():
    facts = [ReplicaFacts("r1", "v1", 1, was="v1"), ReplicaFacts("r2", "v2", 1)]
    steps = list(_roll_back.steps(facts, _roll_back.Settings()))
    assert steps[:3] == [
        Announce("r2 leaves again", 1, 1, "r2"),
        RouteAlike(),
        StopRouting("r2"),
    ]
