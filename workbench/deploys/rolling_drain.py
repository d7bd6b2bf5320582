"""Rolling drain: one replica after another, its clients asked to leave before it stops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.deploys._versions import plural, some, version_of
from workbench.model.action import (
    Announce,
    CloseLinks,
    DeployAction,
    Pause,
    ResumeRouting,
    StartReplica,
    StopRouting,
    Terminate,
    WaitEmpty,
    WaitGone,
    WaitReady,
)
from workbench.units.settings import setting
from workbench.units.shapes import ReplicaFacts

TITLE = "Rolling drain"
SENTENCE = "One replica after another: no new clients, close the old ones slowly, replace it."
FAMILY = "sever"

# Seconds that closing handshakes may take after the last close frame was sent.
LAST_CLOSE = 2.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Parameters of a rolling drain."""

    drain_time: float = setting(
        3.0, unit="s", low=0, high=3600, help="Time over which a replica's clients are closed."
    )
    close_code: int | None = setting(
        1012,
        low=1000,
        high=4999,
        help="Close code sent to each client; none ends the connection without a close frame.",
    )
    pause: float = setting(
        1.0, unit="s", low=0, high=3600, help="Pause after a replica is back, before the next one."
    )
    new_version: str = setting("", help="Version to deploy; empty: the one after the present.")
    grace: float = setting(
        10.0, unit="s", low=0, high=3600, help="Time from the stop signal to SIGKILL."
    )
    ready_timeout: float = setting(
        30.0, unit="s", low=0.1, high=3600, help="Time a new replica gets to become ready."
    )


def steps(replicas: Sequence[ReplicaFacts], settings: Settings) -> Iterator[DeployAction]:
    """The whole deploy, replica by replica in the order given."""
    total = len(some(replicas))
    for number, replica in enumerate(replicas, 1):
        yield from _drain(replica, settings, number, total)
        yield from _replace(replica, settings, number, total)
        if number < total:
            yield Pause(settings.pause)


def _drain(
    replica: ReplicaFacts, settings: Settings, number: int, total: int
) -> Iterator[DeployAction]:
    name = replica.name
    clients = plural(replica.links, "client")
    yield Announce(f"draining {name}, {clients}", number, total, name)
    yield StopRouting(name)
    yield CloseLinks(name, settings.close_code, settings.drain_time, "service restart")
    yield WaitEmpty(name, settings.drain_time + LAST_CLOSE)
    yield Terminate(name, settings.grace)
    yield WaitGone(name, settings.grace + LAST_CLOSE)


def _replace(
    replica: ReplicaFacts, settings: Settings, number: int, total: int
) -> Iterator[DeployAction]:
    name, version = replica.name, version_of(settings.new_version, replica)
    yield Announce(f"starting {name} as {version}", number, total, name)
    yield StartReplica(name, version)
    yield WaitReady(name, settings.ready_timeout)
    yield ResumeRouting(name)
