"""Sever all: every connection ends at once, every replica restarts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.deploys._versions import plural, some, version_of
from workbench.model.action import (
    Announce,
    CloseLinks,
    CutProcess,
    DeployAction,
    Pause,
    ResumeRouting,
    StartReplica,
    StopRouting,
    Terminate,
    WaitGone,
    WaitReady,
)
from workbench.units.settings import setting
from workbench.units.shapes import ReplicaFacts

TITLE = "Sever all"
SENTENCE = "Every connection ends at the same moment; the servers are down, then start again."
FAMILY = "sever"

# Seconds from SIGKILL until the system has cleared a process away.
CUT_PATIENCE = 10.0
STEPS = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """Parameters of a sever-all deploy."""

    close_code: int | None = setting(
        1012,
        low=1000,
        high=4999,
        help="Close code sent to every client; none cuts the servers with SIGKILL instead.",
    )
    down_time: float = setting(
        1.0, unit="s", low=0, high=3600, help="Time during which no server is there."
    )
    new_version: str = setting("", help="Version to deploy; empty: the one after the present.")
    grace: float = setting(
        10.0, unit="s", low=0, high=3600, help="Time from the stop signal to SIGKILL."
    )
    ready_timeout: float = setting(
        30.0, unit="s", low=0.1, high=3600, help="Time a new replica gets to become ready."
    )


def steps(replicas: Sequence[ReplicaFacts], settings: Settings) -> Iterator[DeployAction]:
    """The whole deploy: all down together, all up together."""
    names = [replica.name for replica in some(replicas)]
    clients = plural(sum(replica.links for replica in replicas), "client")
    yield Announce(f"ending {clients} on {plural(len(names), 'replica')}", 1, STEPS)
    yield from map(StopRouting, names)
    yield from _down(names, settings)
    yield Announce("everything is down", 2, STEPS)
    yield Pause(settings.down_time)
    yield Announce("starting again", 3, STEPS)
    for replica in replicas:
        yield StartReplica(replica.name, version_of(settings.new_version, replica))
    for name in names:
        yield WaitReady(name, settings.ready_timeout)
        yield ResumeRouting(name)


def _down(names: Sequence[str], settings: Settings) -> Iterator[DeployAction]:
    if settings.close_code is None:
        # No frame of ours comes first: the system ends the connections of a dead process
        # (FIN, or RST where there was unread input).
        yield from map(CutProcess, names)
        patience = CUT_PATIENCE
    else:
        for name in names:
            yield CloseLinks(name, settings.close_code, 0.0, "service restart")
        for name in names:
            yield Terminate(name, settings.grace)
        patience = settings.grace + CUT_PATIENCE
    for name in names:
        yield WaitGone(name, patience)
