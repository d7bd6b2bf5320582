"""What a user says of a server to be started: command, readiness, how it stops."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.model.errors import Whose, WorkbenchError


class State(StrEnum):
    """What a replica is doing."""

    STARTING = "starting"
    SERVING = "serving"
    DRAINING = "draining"
    DOWN = "down"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JsonLine:
    """Ready when standard output has a JSON object with ``"ready": true``; its ``port`` counts."""


@dataclass(frozen=True, slots=True)
class TcpPort:
    """Ready when the port accepts a connection."""


@dataclass(frozen=True, slots=True)
class HttpPath:
    """Ready when ``GET path`` is answered with a status from 200 to 399."""

    path: str = "/"


@dataclass(frozen=True, slots=True)
class LogLine:
    """Ready when a line of output or errors matches; a group named ``port`` counts."""

    pattern: str


Readiness = JsonLine | TcpPort | HttpPath | LogLine

PLACEHOLDERS = ("port", "name", "version")


@dataclass(frozen=True, slots=True)
class Target:
    """A server command. Times are seconds.

    ``{port}``, ``{name}`` and ``{version}`` in ``command``, ``env`` and ``cwd`` are filled in
    for each replica; other braces stay as they are.
    """

    command: tuple[str, ...]
    readiness: Readiness = field(default_factory=TcpPort)
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: str = ""
    stop_signal: str = "TERM"
    grace: float = 10.0
    host: str = "127.0.0.1"
    log_lines: int = 2_000

    def __post_init__(self) -> None:
        if not self.command or not self.command[0]:
            raise WorkbenchError(
                "The target has no command.",
                whose=Whose.USER,
                to_do='Give one, for example "node server.js --port {port}".',
            )
        if isinstance(self.readiness, LogLine):
            compiled(self.readiness.pattern)

    @property
    def wants_port(self) -> bool:
        """Whether we choose the port: the command names it."""
        return any("{port}" in word for word in (*self.command, *self.env.values()))

    def filled(self, port: int, name: str, version: str) -> tuple[tuple[str, ...], dict[str, str]]:
        """Command and environment of one replica."""
        values = {"port": str(port), "name": name, "version": version}
        command = tuple(_fill(word, values) for word in self.command)
        return command, {key: _fill(text, values) for key, text in self.env.items()}

    def folder(self, port: int, name: str, version: str) -> str | None:
        """The working directory of one replica (None: ours)."""
        values = {"port": str(port), "name": name, "version": version}
        return _fill(self.cwd, values) if self.cwd else None


def split_command(text: str) -> tuple[str, ...]:
    """A command as a person writes it, in words (POSIX shell quoting, no shell is run)."""
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise WorkbenchError(
            f"The command can't be read: {text[:200]}",
            whose=Whose.USER,
            why=f"{error}.",
            to_do="Close the quotation mark.",
        ) from error


def _fill(text: str, values: Mapping[str, str]) -> str:
    # Not str.format: a command may hold JSON, whose braces mean something else.
    for name in PLACEHOLDERS:
        text = text.replace("{" + name + "}", values[name])
    return text


def compiled(pattern: str) -> re.Pattern[str]:
    """The expression of a log line; raises WorkbenchError (user)."""
    try:
        return re.compile(pattern)
    except re.error as error:
        raise WorkbenchError(
            f"The log line to wait for is no regular expression: {pattern[:200]}",
            whose=Whose.USER,
            why=f"{error}.",
        ) from error
