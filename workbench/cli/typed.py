"""Words typed while ``workbench record`` runs: ``cut``, ``close 1012``, ``stall 2``, ``heal``.

A word is the name of a fault, then the value of its first setting; ``CLIENT`` after ``@``
breaks only that one: ``cut @proxy-1``.
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
    if words == ["heal"]:
        return commands.Heal()
    faults = all_units()["faults"]
    if not words or words[0] not in faults:
        raise WorkbenchError(
            f"`{line.strip()[:80]}` is no word known here.",
            whose=Whose.USER,
            to_do=f"Known: {', '.join([*faults, 'heal'])}.",
        )
    keys = [s["key"] for s in faults[words[0]]["settings"]]
    if len(words) - 1 > len(keys):
        raise WorkbenchError(
            f"`{words[0]}` takes at most {len(keys)} values.",
            whose=Whose.USER,
            to_do=f"They are, in order: {', '.join(keys) or 'none'}.",
        )
    given = dict(zip(keys, words[1:], strict=False))
    return commands.Inject(words[0], scope, orjson.dumps(given).decode())


async def obey(door: Door, line: str, say: Callable[[str], None]) -> None:
    """Carry out one typed line and say how it went."""
    try:
        command = command_of(line)
        told = await door.call(command)
        count = len(told.get("links", ()))
        say("Healed." if isinstance(command, commands.Heal) else f"Done on {count} link(s).")
    except WorkbenchError as error:
        say(str(error))


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
