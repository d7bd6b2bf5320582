"""Start an engine as a child process and go through its door.

The token goes through the child's standard input, never an argument; the child says
where it listens in one JSON line on its standard output.  It ends with its last front.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from asyncio.subprocess import DEVNULL, PIPE, Process

from websockets.asyncio.client import ClientConnection

from workbench.door import speech
from workbench.door.socket import SocketDoor, dial
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.program import program_command

START_LIMIT = 20.0


class ChildDoor(SocketDoor):
    """A door whose engine is a child of this process."""

    def __init__(self, connection: ClientConnection, process: Process) -> None:
        super().__init__(connection)
        self.process = process

    async def close(self) -> None:
        """Leave, and wait until the engine has written everything and ended."""
        await super().close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), START_LIMIT)


async def start_engine(recordings: str = "") -> ChildDoor:
    """An engine of our own.  Raises WorkbenchError (ours) when it does not start."""
    words = ["engine", "--child"]
    if recordings:
        words += ["--recordings", recordings]
    token = secrets.token_urlsafe(32)
    process = await asyncio.create_subprocess_exec(
        *program_command(*words), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=dict(os.environ)
    )
    assert process.stdin is not None
    process.stdin.write(token.encode() + b"\n")
    process.stdin.close()
    address = await _address(process)
    door = ChildDoor(await dial(address, token), process)
    await door.begin()
    return door


async def _address(process: Process) -> str:
    assert process.stdout is not None
    line = b""
    with contextlib.suppress(TimeoutError):
        line = await asyncio.wait_for(process.stdout.readline(), START_LIMIT)
    if not line:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        code = await process.wait()
        raise WorkbenchError(
            "The engine did not start.",
            whose=Whose.OURS,
            why=f"Its process ended with {code} before it said where it listens.",
            to_do="Run `workbench engine` in a terminal to see what it says.",
        )
    return str(speech.load(line)["listen"])
