"""Words typed while ``workbench record`` runs: ``cut``, ``close 1012``, ``stall 2``, ``heal``.

A word is the name of a fault, then the values of its settings in order or as ``key=value``;
``for 5s`` heals it by itself; ``CLIENT`` after ``@`` breaks only that one:
``latency 120 30 for 5s @proxy-1``.  ``preset train-tunnel`` runs a preset, ``undo`` heals the
latest fault, ``heal`` all.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import orjson

from workbench.door import commands
from workbench.door.caller import Door
from workbench.engine.stdin import stdin_lines
from workbench.engine.units import all_units
from workbench.model.errors import Whose, WorkbenchError

HINT = "Type cut, close 1012, stall 2 or heal, with @client for one alone; Ctrl+C ends."


def command_of(line: str) -> Any:
    """The command that a typed line means; raises WorkbenchError (user)."""
    words = line.split()
    scope = ",".join(word[1:] for word in words if word.startswith("@"))
    words = [word for word in words if not word.startswith("@")]
    if words[:1] in (["heal"], ["undo"]) and len(words) <= 2:
        return commands.Heal("last" if words[0] == "undo" else "".join(words[1:]))
    units = all_units()
    if words[:1] == ["preset"] and len(words) == 2:
        return commands.RunPreset(words[1], scope)
    faults = units["faults"]
    if not words or words[0] not in faults:
        raise WorkbenchError(
            f"`{line.strip()[:80]}` is no word known here.",
            whose=Whose.USER,
            to_do=f"Known: {', '.join([*faults, 'heal', 'undo', 'preset'])}.",
        )
    given = _settings(words, [s["key"] for s in faults[words[0]]["settings"]])
    return commands.Inject(words[0], scope, orjson.dumps(given).decode())


def _settings(words: list[str], keys: list[str]) -> dict[str, str]:
    """Values in the order of the settings, ``key=value``, and ``for 5s`` at the end."""
    given, rest = {}, list(words[1:])
    if "for" in rest[-2:-1]:
        given["seconds"] = rest.pop()
        rest.pop()
    for word in [word for word in rest if "=" in word]:
        key, _, value = word.partition("=")
        given[key] = value
        rest.remove(word)
    if len(rest) > len(keys):
        raise WorkbenchError(
            f"`{words[0]}` takes at most {len(keys)} values.",
            whose=Whose.USER,
            to_do=f"They are, in order: {', '.join(keys) or 'none'}.",
        )
    return dict(zip(keys, rest, strict=False)) | given


async def obey(door: Door, line: str, say: Callable[[str], None]) -> None:
    """Carry out one typed line and say how it went."""
    try:
        command = command_of(line)
        told = await door.call(command)
        say(_said(command, told))
    except WorkbenchError as error:
        say(str(error))


def _said(command: Any, told: dict[str, Any]) -> str:
    if isinstance(command, commands.Heal):
        return "Healed."
    if isinstance(command, commands.RunPreset):
        return f"{told['name']} runs for {told['seconds']:g} s."
    return f"Done on {len(told.get('links', ()))} link(s)."


class TypedLines:
    """Reads standard input in a thread of its own and hands whole lines to the event loop."""

    def __init__(self, take: Callable[[str], None]) -> None:
        self._take = take
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in stdin_lines():
            text = line.decode("utf-8", "replace").strip()
            if text and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._take, text)
