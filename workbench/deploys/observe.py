"""Observe: something else deploys; the workbench changes nothing and watches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.model.action import Announce, DeployAction, Watch
from workbench.units.settings import setting
from workbench.units.shapes import ReplicaFacts

TITLE = "Observe"
SENTENCE = "Something else deploys: mark its beginning and its end, and judge who lost what."
FAMILY = "sever"
NEEDS_SERVERS = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Parameters of an observation."""

    seconds: float | None = setting(
        None, unit="s", low=0, high=86400, help="How long it takes; none: until it is stopped."
    )
    done_when: str = setting(
        "", help="When it is over: tcp host:port or http://…; empty: when time is up."
    )
    new_version: str = setting("", help="Version that is deployed, for the title.")


def steps(replicas: Sequence[ReplicaFacts], settings: Settings) -> Iterator[DeployAction]:
    """Watch until it is over."""
    yield Announce("something else deploys", 1, 1)
    yield Watch(settings.done_when, settings.seconds)
