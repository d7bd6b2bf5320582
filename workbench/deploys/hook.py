"""Hook: the user's own command deploys, and says when it is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.model.action import Announce, DeployAction, RunHook
from workbench.model.errors import Whose, WorkbenchError
from workbench.units.settings import setting
from workbench.units.shapes import ReplicaFacts

TITLE = "Hook"
SENTENCE = "A shell command of yours deploys, for example `kubectl rollout restart`."
FAMILY = "sever"
NEEDS_SERVERS = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Parameters of a deploy by a command."""

    command: str = setting("", help="The shell command.")
    done_when: str = setting(
        "exit",
        help="exit: it ends with 0; then also tcp host:port, http://…; or log PATTERN in what "
        "it writes.",
    )
    timeout: float = setting(
        300.0, unit="s", low=0.1, high=86400, help="Time it gets; then it is ended."
    )
    new_version: str = setting("", help="Version it deploys, for the title.")


def steps(replicas: Sequence[ReplicaFacts], settings: Settings) -> Iterator[DeployAction]:
    """Run it and wait."""
    if not settings.command.strip():
        raise WorkbenchError(
            "The hook has no command.",
            whose=Whose.USER,
            to_do="Give the shell command that deploys.",
        )
    yield Announce(f"running {settings.command[:200]}", 1, 1)
    yield RunHook(settings.command, settings.done_when, settings.timeout)
