"""The ways in which a replica is taken away and put back, as steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.deploys._settings import Draining, Leaving, New
from workbench.deploys._versions import version_of
from workbench.model.action import (
    Advise,
    CloseBatches,
    CloseLinks,
    CutProcess,
    DeployAction,
    Pause,
    ResumeRouting,
    RunHook,
    StartReplica,
    StopRouting,
    Terminate,
    WaitEmpty,
    WaitGone,
    WaitReady,
)
from workbench.units.shapes import ReplicaFacts

# Seconds that closing handshakes may take after the last close frame was sent.
LAST_CLOSE = 2.0
# Seconds from SIGKILL until the system has cleared a process away.
CUT_PATIENCE = 10.0
# Kubernetes gives a container whose preStop hook used up the grace period this much more.
LEAST_GRACE = 2.0
REASON = "service restart"

Steps = Iterator[DeployAction]


def leave(names: Sequence[str], settings: Leaving) -> Steps:
    """All of these together, in the way the settings name; the processes are gone after it."""
    if settings.way == "kill":
        yield from cut(names)
    elif settings.way == "drain":
        for name in names:
            yield from drain(name, settings)
    elif settings.way == "terminate":
        yield from terminate(
            names, settings.grace, settings.pre_stop, settings.unready_after, command=""
        )
    else:
        yield from close(names, settings.close_code, settings.grace)


def cut(names: Sequence[str]) -> Steps:
    """SIGKILL: the system ends the connections (FIN, or RST where there was unread input)."""
    yield from map(CutProcess, names)
    for name in names:
        yield WaitGone(name, CUT_PATIENCE)
    yield from map(StopRouting, names)


def close(names: Sequence[str], code: int | None, grace: float) -> Steps:
    """Every client at the same moment, then the processes."""
    yield from map(StopRouting, names)
    for name in names:
        yield CloseLinks(name, code, 0.0, REASON)
    yield from _stop(names, grace)


def drain(name: str, settings: Draining) -> Steps:
    """Advise, let old and new connection overlap, close in batches, cut the rest."""
    yield StopRouting(name)
    if settings.advice:
        yield Advise(name, settings.advice)
    if settings.overlap:
        yield Pause(settings.overlap)
    yield CloseBatches(
        name, settings.close_code, settings.batch, settings.tick, settings.deadline, REASON
    )
    yield WaitEmpty(name, LAST_CLOSE)
    yield from _stop([name], settings.grace)


def terminate(
    names: Sequence[str], grace: float, pre_stop: float, unready_after: float, *, command: str
) -> Steps:
    """As an orchestrator does: the balancer's hearing of it and preStop run side by side, and
    the grace period counts from the beginning of both."""
    for name in names:
        yield StopRouting(name, unready_after)
    if command:
        yield RunHook(command, "exit", max(pre_stop, LEAST_GRACE))
    if pre_stop:
        yield Pause(pre_stop)
    yield from _stop(names, max(grace - pre_stop, LEAST_GRACE if pre_stop else 0.0))


def _stop(names: Sequence[str], grace: float) -> Steps:
    for name in names:
        yield Terminate(name, grace)
    for name in names:
        yield WaitGone(name, grace + CUT_PATIENCE)


def put_back(replicas: Sequence[ReplicaFacts], settings: New) -> Steps:
    """Start these with the new version; clients are sent to each that is ready."""
    for replica in replicas:
        yield StartReplica(replica.name, version_of(settings.new_version, replica))
    for replica in replicas:
        yield WaitReady(replica.name, settings.ready_timeout)
        yield ResumeRouting(replica.name)
