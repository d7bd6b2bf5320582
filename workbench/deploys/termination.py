"""Termination as an orchestrator does it, one replica after another, every phase visible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.deploys._settings import Terminating
from workbench.deploys._versions import plural, some, version_of
from workbench.deploys._ways import put_back, terminate
from workbench.model.action import Announce, DeployAction, Pause
from workbench.units.settings import setting
from workbench.units.shapes import ReplicaFacts

TITLE = "Termination"
SENTENCE = "As Kubernetes ends a pod: unready, preStop, stop signal, grace period, SIGKILL."
FAMILY = "sever"


@dataclass(frozen=True, slots=True)
class Settings(Terminating):
    """Parameters of a termination."""

    pause: float = setting(
        1.0, unit="s", low=0, high=3600, help="Pause after a replica is back, before the next one."
    )


def steps(replicas: Sequence[ReplicaFacts], settings: Settings) -> Iterator[DeployAction]:
    """The whole deploy, replica by replica in the order given."""
    total = len(some(replicas))
    for number, replica in enumerate(replicas, 1):
        name = replica.name
        text = f"terminating {name}, {plural(replica.links, 'client')}"
        yield Announce(text, number, total, name)
        yield from terminate(
            [name],
            settings.grace,
            settings.pre_stop,
            settings.unready_after,
            command=settings.pre_stop_command,
        )
        version = version_of(settings.new_version, replica)
        yield Announce(f"starting {name} as {version}", number, total, name)
        yield from put_back([replica], settings)
        if number < total:
            yield Pause(settings.pause)
