"""Blue/green: a whole new generation beside the old one, then the switch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.deploys._names import fresh_names, listed, names_of
from workbench.deploys._settings import Leaving
from workbench.deploys._versions import plural, some, version_of
from workbench.deploys._ways import leave
from workbench.model.action import (
    AddReplica,
    Announce,
    DeployAction,
    Pause,
    RemoveReplica,
    RouteAlike,
    RouteShare,
    WaitReady,
)
from workbench.units.settings import setting
from workbench.units.shapes import ReplicaFacts

TITLE = "Blue/green"
SENTENCE = "New servers beside the old ones; new clients go there at once, the old ones leave."
FAMILY = "sever"

STEPS = 3


@dataclass(frozen=True, slots=True)
class Settings(Leaving):
    """Parameters of a blue/green deploy."""

    hold: float = setting(
        1.0, unit="s", low=0, high=3600, help="Time the old servers stay after the switch."
    )


def steps(replicas: Sequence[ReplicaFacts], settings: Settings) -> Iterator[DeployAction]:
    """Green starts, gets every new connection; blue is ended."""
    blue = names_of(some(replicas))
    green = fresh_names(blue, len(blue))
    version = version_of(settings.new_version, replicas[0])
    yield Announce(f"starting {listed(green)} as {version}", 1, STEPS)
    for name in green:
        yield AddReplica(name, version)
    for name in green:
        yield WaitReady(name, settings.ready_timeout)
    yield Announce(f"new connections go to {listed(green)}", 2, STEPS)
    yield RouteShare(tuple(green), 1.0)
    yield Pause(settings.hold)
    clients = plural(sum(replica.links for replica in replicas), "client")
    yield Announce(f"{settings.way} {listed(blue)}, {clients}", 3, STEPS)
    yield from leave(blue, settings)
    yield from map(RemoveReplica, blue)
    yield RouteAlike()
