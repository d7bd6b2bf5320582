"""What a replica of a service runs: the reference service, or the user's own command."""

from __future__ import annotations

from pathlib import Path

from workbench.door.commands import StartService
from workbench.model.errors import Whose, WorkbenchError
from workbench.targets.conditions import readiness_of
from workbench.targets.reference import reference_service
from workbench.targets.target import Target, split_command


def target_of(command: StartService, backplane: Path, drain_time: float) -> Target:
    """The target of every replica.  Raises WorkbenchError (user)."""
    if not command.command:
        return reference_service(
            backplane, history=command.history, drain_time=drain_time, grace=command.grace
        )
    if command.publish_rate:
        raise WorkbenchError(
            "`publish-rate` can't be used with a command.",
            whose=Whose.USER,
            why="Only the reference service takes updates from the workbench.",
            to_do="Let your server publish, or leave the command out.",
        )
    return Target(
        split_command(command.command),
        readiness=readiness_of(command.ready),
        env=environment(command.env),
        cwd=command.cwd,
        stop_signal=command.stop_signal,
        grace=command.grace,
    )


def environment(text: str) -> dict[str, str]:
    """``NAME=value`` lines.  Raises WorkbenchError (user)."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            raise WorkbenchError(
                f"`{line[:100]}` is no environment variable.",
                whose=Whose.USER,
                to_do="Write one NAME=value a line.",
            )
        found[name.strip()] = value.strip()
    return found


def client_path(command: StartService, protocol: str) -> str:
    """The path that a client of the service takes."""
    if command.path or command.command:
        return "/" + command.path.lstrip("/")
    return "/events" if protocol == "sse" else "/ws"
