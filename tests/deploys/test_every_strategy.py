"""What must hold for each strategy, found by discovery, so that a new one is tested too."""

from __future__ import annotations

import pytest

import workbench.deploys
from tests.deploys.world import World
from workbench.deploys import _roll_back
from workbench.model.action import AddReplica, RemoveReplica, StartReplica
from workbench.model.errors import WorkbenchError
from workbench.units.discovery import discover
from workbench.units.settings import build, fields_of
from workbench.units.shapes import ReplicaFacts

UNITS = discover(workbench.deploys)
NAMES = [f"r{number}" for number in range(1, 5)]
FACTS = [ReplicaFacts(name, "v1", 2) for name in NAMES]
ALL = {"rolling-drain", "sever-all", "kill-and-restart", "paced-drain", "termination", "rolling"}
ALL |= {"blue-green", "canary", "hook", "observe"}
WAYS = ("close", "drain", "terminate", "kill")
#: Every strategy, with each of its ways where it has them; what it must hold serving.
PLAYS = [
    (name, {"way": way} if has else {})
    for name, unit in UNITS.items()
    if name not in ("hook", "observe")
    for has in ["way" in {field.name for field in fields_of(unit.Settings)}]
    for way in (WAYS if has else WAYS[:1])
]
DOWN_FOR_A_WHILE = ("sever-all", "kill-and-restart")


def play(name, values):
    unit = UNITS[name]
    return list(unit.steps(FACTS, build(unit.Settings, values, "the test")))


def test_all_are_found():
    assert UNITS.keys() >= ALL
    assert not any("back" in name for name in UNITS)


@pytest.mark.parametrize("name", UNITS)
def test_it_has_the_shape_of_a_deploy_unit(name):
    unit = UNITS[name]
    assert unit.TITLE
    assert unit.SENTENCE.endswith(".")
    assert unit.FAMILY in ("sever", "keep alive")
    assert all(field.help for field in fields_of(unit.Settings))


@pytest.mark.parametrize(("name", "values"), PLAYS)
def test_it_ends_whole_with_the_new_version_everywhere(name, values):
    world = World(dict.fromkeys(NAMES, "v1")).play(play(name, values))
    assert world.whole(len(NAMES))
    assert set(world.version.values()) == {"v2"}


@pytest.mark.parametrize(("name", "values"), PLAYS)
def test_all_but_one_stay_there_unless_it_is_meant_to_take_everything_down(name, values):
    world = World(dict.fromkeys(NAMES, "v1")).play(play(name, values))
    assert world.fewest == (0 if name in DOWN_FOR_A_WHILE else world.fewest)
    if name not in DOWN_FOR_A_WHILE:
        assert world.fewest >= len(NAMES) - 1


def facts_of(world: World, steps) -> list[ReplicaFacts]:
    """What the engine would say of this world: also of what was taken off the list."""
    states = {n: "serving" if n in world.ready else "failed" for n in world.up}
    return [
        ReplicaFacts(
            name,
            world.version.get(name, ""),
            0,
            was="v1" if name in NAMES else "",
            state=states.get(name, "down") if name in world.version else "gone",
            routed=name in world.routed,
        )
        for name in dict.fromkeys([*NAMES, *world.version])
    ]


@pytest.mark.parametrize(("name", "values"), PLAYS)
def test_stopped_anywhere_a_roll_back_makes_it_what_it_was(name, values):
    steps = play(name, values)
    changing = (AddReplica, RemoveReplica, StartReplica)
    for count in range(1, len(steps) + 1):
        if count < len(steps) and not isinstance(steps[count - 1], changing):
            continue
        world = World(dict.fromkeys(NAMES, "v1")).play(steps[:count])
        world.play(_roll_back.steps(facts_of(world, steps), _roll_back.Settings()))
        assert world.whole(len(NAMES)), (count, steps[count - 1])
        assert world.version == dict.fromkeys(NAMES, "v1")


def test_nothing_changed_is_nothing_to_roll_back():
    facts = [ReplicaFacts("r1", "v1", 3, was="v1")]
    with pytest.raises(WorkbenchError, match="nothing to roll back"):
        list(_roll_back.steps(facts, _roll_back.Settings()))


@pytest.mark.parametrize(("name", "values"), PLAYS)
def test_it_answers_the_same_twice(name, values):
    assert play(name, values) == play(name, values)
