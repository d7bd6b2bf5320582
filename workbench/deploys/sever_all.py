"""Sever all: every connection ends at once, every replica restarts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.deploys._names import names_of
from workbench.deploys._settings import New
from workbench.deploys._versions import plural, some
from workbench.deploys._ways import close, put_back
from workbench.model.action import Announce, DeployAction, Pause
from workbench.units.settings import setting
from workbench.units.shapes import ReplicaFacts

TITLE = "Sever all"
SENTENCE = "Every connection ends at the same moment; the servers are down, then start again."
FAMILY = "sever"

STEPS = 3


@dataclass(frozen=True, slots=True)
class Settings(New):
    """Parameters of a sever-all deploy."""

    close_code: int | None = setting(
        1012,
        low=1000,
        high=4999,
        help="Close code sent to every client; none ends each connection by a bare FIN.",
    )
    down_time: float = setting(
        1.0, unit="s", low=0, high=3600, help="Time during which no server is there."
    )


def steps(replicas: Sequence[ReplicaFacts], settings: Settings) -> Iterator[DeployAction]:
    """The whole deploy: all down together, all up together."""
    names = names_of(some(replicas))
    clients = plural(sum(replica.links for replica in replicas), "client")
    yield Announce(f"ending {clients} on {plural(len(names), 'replica')}", 1, STEPS)
    yield from close(names, settings.close_code, settings.grace)
    yield Announce("everything is down", 2, STEPS)
    yield Pause(settings.down_time)
    yield Announce("starting again", 3, STEPS)
    yield from put_back(replicas, settings)
