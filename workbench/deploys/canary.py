"""Canary: a share of the new connections tries the new version, then all get it or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.deploys._names import fresh_names
from workbench.deploys._settings import Leaving
from workbench.deploys._versions import some, version_of
from workbench.deploys._ways import leave, put_back
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

TITLE = "Canary"
SENTENCE = "One new server gets a share of the new connections; then promoted, or rolled back."
FAMILY = "sever"

PROMOTE, BACK = "promote", "roll-back"


@dataclass(frozen=True, slots=True)
class Settings(Leaving):
    """Parameters of a canary deploy."""

    percent: float = setting(
        10.0, low=0, high=100, help="Share of the new connections that the canary gets, in %."
    )
    hold: float = setting(5.0, unit="s", low=0, high=3600, help="Time the canary is tried.")
    then: str = setting(
        PROMOTE,
        choices=(PROMOTE, BACK),
        help="What follows if the canary still serves; one that ended is rolled back anyway.",
    )


def steps(replicas: Sequence[ReplicaFacts], settings: Settings) -> Iterator[DeployAction]:
    """The trial, and what follows."""
    names = [replica.name for replica in some(replicas)]
    (canary,) = fresh_names(names, 1)
    version = version_of(settings.new_version, replicas[0])
    total = 3 if settings.then == BACK else 2 + len(names)
    yield Announce(f"starting the canary {canary} as {version}", 1, total, canary)
    yield AddReplica(canary, version)
    yield WaitReady(canary, settings.ready_timeout)
    yield Announce(f"{settings.percent:g} % of new connections go to {canary}", 2, total, canary)
    yield RouteShare((canary,), settings.percent / 100)
    yield Pause(settings.hold)
    yield WaitReady(canary, settings.ready_timeout)  # one that ended meanwhile is not promoted
    if settings.then == BACK:
        yield from _back(canary, settings)
    else:
        yield from _promote(replicas, canary, settings, total)


def _back(canary: str, settings: Settings) -> Iterator[DeployAction]:
    yield Announce(f"rolling back: {canary} leaves", 3, 3, canary)
    yield RouteShare((canary,), 0.0)
    yield from leave([canary], settings)
    yield RemoveReplica(canary)
    yield RouteAlike()


def _promote(
    replicas: Sequence[ReplicaFacts], canary: str, settings: Settings, total: int
) -> Iterator[DeployAction]:
    """The canary takes the place of the first; the others are replaced one after another."""
    first, *others = replicas
    yield Announce(f"promoted: {canary} takes the place of {first.name}", 3, total, first.name)
    yield RouteAlike()
    yield from leave([first.name], settings)
    yield RemoveReplica(first.name)
    for number, replica in enumerate(others, 4):
        version = version_of(settings.new_version, first)
        yield Announce(
            f"{settings.way} {replica.name}, then {version}", number, total, replica.name
        )
        yield from leave([replica.name], settings)
        yield from put_back([replica], settings)
