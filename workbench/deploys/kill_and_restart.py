"""Kill and restart: the servers die without a word, as in a crash, and come back later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.deploys._names import names_of
from workbench.deploys._settings import New
from workbench.deploys._versions import plural, some
from workbench.deploys._ways import cut, put_back
from workbench.model.action import Announce, DeployAction, Pause
from workbench.units.settings import setting
from workbench.units.shapes import ReplicaFacts

TITLE = "Kill and restart"
SENTENCE = "Every server ends by SIGKILL, as in a crash; nobody is told, then they start again."
FAMILY = "sever"

STEPS = 3


@dataclass(frozen=True, slots=True)
class Settings(New):
    """Parameters of a crash."""

    down_time: float = setting(
        1.0, unit="s", low=0, high=3600, help="Time during which no server is there."
    )


def steps(replicas: Sequence[ReplicaFacts], settings: Settings) -> Iterator[DeployAction]:
    """The whole deploy: all down together, all up together."""
    clients = plural(sum(replica.links for replica in some(replicas)), "client")
    yield Announce(f"SIGKILL to {plural(len(replicas), 'replica')}, {clients}", 1, STEPS)
    yield from cut(names_of(replicas))
    yield Announce("everything is down", 2, STEPS)
    yield Pause(settings.down_time)
    yield Announce("starting again", 3, STEPS)
    yield from put_back(replicas, settings)
