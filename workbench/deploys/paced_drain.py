"""Paced drain: clients leave a replica no faster than the others can take them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.deploys._settings import Draining
from workbench.deploys._versions import plural, some, version_of
from workbench.deploys._ways import drain, put_back
from workbench.model.action import Announce, DeployAction, Pause
from workbench.units.settings import setting
from workbench.units.shapes import ReplicaFacts

TITLE = "Paced drain"
SENTENCE = "One replica after another: advise, overlap, close in batches, cut what is left."
FAMILY = "sever"


@dataclass(frozen=True, slots=True)
class Settings(Draining):
    """Parameters of a paced drain."""

    pause: float = setting(
        1.0, unit="s", low=0, high=3600, help="Pause after a replica is back, before the next one."
    )


def steps(replicas: Sequence[ReplicaFacts], settings: Settings) -> Iterator[DeployAction]:
    """The whole deploy, replica by replica in the order given."""
    total = len(some(replicas))
    for number, replica in enumerate(replicas, 1):
        name = replica.name
        text = f"draining {name}, {plural(replica.links, 'client')}, {settings.batch} at a time"
        yield Announce(text, number, total, name)
        yield from drain(name, settings)
        version = version_of(settings.new_version, replica)
        yield Announce(f"starting {name} as {version}", number, total, name)
        yield from put_back([replica], settings)
        if number < total:
            yield Pause(settings.pause)
