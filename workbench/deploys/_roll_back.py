"""Roll back: whatever a deploy has changed so far becomes what it was before.

The same for every strategy, whole or stopped anywhere: it looks at what stands, not at what
was done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.deploys._settings import Timing
from workbench.deploys._ways import close
from workbench.model.action import (
    AddReplica,
    Announce,
    DeployAction,
    RemoveReplica,
    ResumeRouting,
    RouteAlike,
    StartReplica,
    WaitReady,
)
from workbench.model.errors import Whose, WorkbenchError
from workbench.units.settings import setting
from workbench.units.shapes import ReplicaFacts

TITLE = "Roll back"


@dataclass(frozen=True, slots=True)
class Settings(Timing):
    """Parameters of a roll back; the version is each replica's own before the deploy."""

    close_code: int | None = setting(
        1012, low=1000, high=4999, help="Close code for clients of what is rolled back."
    )


def steps(replicas: Sequence[ReplicaFacts], settings: Settings) -> Iterator[DeployAction]:
    """Put back what is missing first, then what is there in the new version, last what is new.

    WorkbenchError (user) when nothing differs from before.
    """
    todo = [r for r in replicas if _changed(r)]
    if not todo:
        raise WorkbenchError(
            "There is nothing to roll back.",
            whose=Whose.USER,
            why="Every replica is what it was before the last deploy.",
        )
    for number, replica in enumerate(sorted(todo, key=_when), 1):
        yield Announce(_words(replica), number, len(todo), replica.name)
        if number == 1:  # or clients would go on being sent to what leaves
            yield RouteAlike()
        yield from _one(replica, settings)


def _changed(replica: ReplicaFacts) -> bool:
    idle = replica.state in ("down", "failed", "gone") or not replica.routed
    return replica.was != replica.version or idle


def _when(replica: ReplicaFacts) -> int:
    if not replica.was:  # new with the deploy: it serves until the old ones do again
        return 2
    return 1 if replica.state in ("serving", "draining") and replica.routed else 0


def _words(replica: ReplicaFacts) -> str:
    if not replica.was:
        return f"{replica.name} leaves again"
    return f"{replica.name} goes back to {replica.was}"


def _one(replica: ReplicaFacts, settings: Settings) -> Iterator[DeployAction]:
    name, was = replica.name, replica.was
    if not was:
        yield from close([name], settings.close_code, settings.grace)
        yield RemoveReplica(name)
        return
    if replica.state == "gone":
        yield AddReplica(name, was)
    elif replica.state in ("down", "failed") or replica.version != was:
        if replica.state != "down":
            yield from close([name], settings.close_code, settings.grace)
        yield StartReplica(name, was)
    yield WaitReady(name, settings.ready_timeout)
    yield ResumeRouting(name)
