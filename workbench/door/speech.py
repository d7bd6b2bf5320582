"""What goes over the control connection: JSON text messages, both ways.

A front first hears ``{"hello": {"protocol": 1, "pid": n}, "state": [[topic, key, value], ...]}``.
It asks ``{"id": n, "call": "start-proxy", "args": {...}}`` and hears
``{"id": n, "ok": {...}}`` or ``{"id": n, "error": {...}}``.  In between come changes:
``{"changed": [[topic, key, value or null], ...]}``, at most 30 batches a second.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import orjson

from workbench.door.commands import COMMANDS, name_of
from workbench.model.errors import Whose, WorkbenchError
from workbench.units.settings import build, unknown_key

PROTOCOL = 1
#: Longest message taken from a front (commands are small) and from the engine (its whole state).
MOST_FROM_FRONT = 1 << 20
MOST_FROM_ENGINE = 64 << 20


def dump(value: Any) -> str:
    """JSON text.  Numbers that JSON cannot hold become null."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def load(text: str | bytes) -> dict[str, Any]:
    """The JSON object in a message; raises WorkbenchError (peer) where it is none."""
    try:
        value = orjson.loads(text)
    except ValueError as bad:
        raise _refused("It is not JSON.", str(bad)) from None
    if not isinstance(value, dict):
        raise _refused("It is not a JSON object.")
    return value


def call_text(number: int, command: Any) -> str:
    """A call as it is sent."""
    return dump({"id": number, "call": name_of(command), "args": dataclasses.asdict(command)})


def command_of(message: dict[str, Any]) -> Any:
    """The command value that a call message names; raises WorkbenchError (user)."""
    name, args = message.get("call"), message.get("args", {})
    if not isinstance(name, str) or not isinstance(args, dict):
        raise _refused("A call needs `call` (text) and `args` (an object).")
    if name not in COMMANDS:
        raise unknown_key(name, sorted(COMMANDS), "the control connection")
    return build(COMMANDS[name], args, f"`{name}`")


def error_of(value: dict[str, Any]) -> WorkbenchError:
    """The error that an answer carries."""
    whose = value.get("whose", "ours")
    return WorkbenchError(
        str(value.get("what", "")),
        whose=Whose(whose) if whose in set(Whose) else Whose.OURS,
        why=str(value.get("why", "")),
        to_do=str(value.get("to_do", "")),
        details=str(value.get("details", "")),
    )


def _refused(why: str, details: str = "") -> WorkbenchError:
    return WorkbenchError(
        "The message on the control connection can't be read.",
        whose=Whose.PEER,
        why=why,
        to_do="See door/speech.py for the form.",
        details=details,
    )
