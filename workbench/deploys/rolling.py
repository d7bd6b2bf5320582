"""Rolling: so many replicas at a time, each taken away in one of the four ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.deploys._names import listed, names_of
from workbench.deploys._settings import Leaving
from workbench.deploys._versions import plural, some, version_of
from workbench.deploys._ways import leave, put_back
from workbench.model.action import Announce, DeployAction, Pause
from workbench.units.settings import setting
from workbench.units.shapes import ReplicaFacts

TITLE = "Rolling"
SENTENCE = "A few replicas at a time: closed, drained, terminated or killed, then replaced."
FAMILY = "sever"


@dataclass(frozen=True, slots=True)
class Settings(Leaving):
    """Parameters of a rolling deploy."""

    max_unavailable: int = setting(1, low=1, high=64, help="Replicas that are away at a time.")
    pause: float = setting(
        1.0, unit="s", low=0, high=3600, help="Pause after replicas are back, before the next."
    )


def steps(replicas: Sequence[ReplicaFacts], settings: Settings) -> Iterator[DeployAction]:
    """The whole deploy, group by group in the order given."""
    size = settings.max_unavailable
    groups = [some(replicas)[i : i + size] for i in range(0, len(replicas), size)]
    for number, group in enumerate(groups, 1):
        names = names_of(group)
        clients = plural(sum(replica.links for replica in group), "client")
        one = names[0] if len(names) == 1 else ""
        yield Announce(f"{settings.way} {listed(names)}, {clients}", number, len(groups), one)
        yield from leave(names, settings)
        version = version_of(settings.new_version, group[0])
        yield Announce(f"starting {listed(names)} as {version}", number, len(groups), one)
        yield from put_back(group, settings)
        if number < len(groups):
            yield Pause(settings.pause)
