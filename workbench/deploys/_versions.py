"""The version label of what is deployed, when the user gives none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.model.errors import Whose, WorkbenchError
from workbench.units.shapes import ReplicaFacts


def next_version(version: str) -> str:
    """``v41`` becomes ``v42``, ``1.9`` becomes ``1.10``; a label without a number gets one."""
    match = re.search(r"(\d+)(\D*)$", version)
    if match is None:
        return f"{version}-2" if version else "v2"
    return f"{version[: match.start()]}{int(match[1]) + 1}{match[2]}"


def version_of(asked: str, replica: ReplicaFacts) -> str:
    """The version a replica gets: the one asked for, or the one after its own."""
    return asked or next_version(replica.version)


def some(replicas: Sequence[ReplicaFacts]) -> Sequence[ReplicaFacts]:
    """The replicas; WorkbenchError when there is none to deploy to."""
    if not replicas:
        raise WorkbenchError(
            "There is no server to deploy to.",
            whose=Whose.USER,
            why="The deploy was given no replica.",
            to_do="Start a target with one or more replicas first.",
        )
    return replicas


def plural(count: int, word: str) -> str:
    """``1 client``, ``3 clients``."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
