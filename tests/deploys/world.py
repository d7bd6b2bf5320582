"""A paper world that a playbook is played against: what stands where after each step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from workbench.model.action import (
    AddReplica,
    Advise,
    CloseBatches,
    CloseLinks,
    CutProcess,
    DeployAction,
    RemoveReplica,
    ResumeRouting,
    RouteAlike,
    RouteShare,
    StartReplica,
    StopRouting,
    Terminate,
    WaitGone,
    WaitReady,
)


class World:
    """Replicas by name; each step must be possible in what the ones before have left."""

    def __init__(self, versions: dict[str, str]) -> None:
        self.version = dict(versions)
        self.up = set(versions)
        self.ready = set(versions)
        self.routed = set(versions)
        self.share: tuple[tuple[str, ...], float] | None = None
        self.fewest = len(versions)

    def play(self, steps: Iterable[DeployAction]) -> World:
        for step in steps:
            assert isinstance(step, get_args(DeployAction))
            self.carry_out(step)
            self.fewest = min(self.fewest, len(self.routed & self.ready))
        return self

    def carry_out(self, step: DeployAction) -> None:
        match step:
            case Terminate(name) | CutProcess(name):
                self.up.remove(name)
                self.ready.discard(name)
            case WaitGone(name):
                assert name not in self.up
            case StartReplica(name, version):
                assert name in self.version
                assert name not in self.up
                self._start(name, version)
            case AddReplica(name, version):
                assert name not in self.version
                self._start(name, version)
            case RemoveReplica(name):
                assert name not in self.up
                del self.version[name]
                self.routed.discard(name)
            case WaitReady(name):
                assert name in self.up
                self.ready.add(name)
            case ResumeRouting(name):
                assert name in self.ready
                self.routed.add(name)
            case StopRouting(name):
                assert name in self.version
                self.routed.discard(name)
            case CloseLinks(name) | CloseBatches(name) | Advise(name):
                assert name in self.up
            case RouteShare(names, share):
                assert share == 0 or set(names) <= self.ready
                self.share = (names, share)
                self.routed |= set(names)
            case RouteAlike():
                self.share = None

    def _start(self, name: str, version: str) -> None:
        self.up.add(name)
        self.version[name] = version

    def whole(self, count: int) -> bool:
        """Every replica is up, ready and routed, nothing is shared out, and there are so many."""
        alike = self.up == self.ready == self.routed == set(self.version)
        return alike and self.share is None and len(self.up) == count
