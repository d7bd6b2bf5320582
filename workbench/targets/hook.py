"""A shell command of the user's, run under a guard until it is done, or until time is up."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Callable
from functools import partial

from workbench.model.errors import Whose, WorkbenchError
from workbench.targets.conditions import Reached, done_of
from workbench.targets.output import Line
from workbench.targets.replica import Replica
from workbench.targets.target import LogLine, Target

END_GRACE = 2.0  # seconds for a command that is ended by us


def shell(text: str, platform: str = sys.platform) -> tuple[str, ...]:
    """The words that run ``text`` in the system's shell."""
    return ("cmd", "/c", text) if platform == "win32" else ("/bin/sh", "-c", text)


async def run_hook(
    command: str,
    done_when: str,
    timeout: float,
    on_line: Callable[[Line], None] = lambda _: None,
    clock: Callable[[], int] = time.time_ns,
) -> None:
    """Return when it is done: it ended with 0 and what ``done_when`` names answers, or it wrote
    the line.  The command and all it started have ended when this returns.

    Raises WorkbenchError: the command (user), its exit code or the time (target).
    """
    done = done_of(done_when)
    # The replica's own readiness is not used: a hook is judged by its end or by its lines.
    hook = Replica(Target(shell(command), grace=END_GRACE), "hook", "", clock=clock)
    hook.log.listeners.append(on_line)
    said = asyncio.Event()
    if isinstance(done, LogLine):
        hook.log.listeners.append(partial(_listen, re.compile(done.pattern), said))
    await hook.start()
    try:
        async with asyncio.timeout(timeout):
            if isinstance(done, LogLine):
                await _until_said(hook, said, done.pattern)
            else:
                await hook.gone()
                _judge(hook)
            if isinstance(done, Reached):
                await done.wait()
    except TimeoutError:
        raise _too_late(hook, command, done_when, timeout) from None
    finally:
        await hook.stop(END_GRACE)


def _listen(pattern: re.Pattern[str], said: asyncio.Event, line: Line) -> None:
    if pattern.search(line.text):
        said.set()


async def _until_said(hook: Replica, said: asyncio.Event, pattern: str) -> None:
    waits = [asyncio.create_task(said.wait()), asyncio.create_task(hook.gone())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
    if said.is_set():
        return
    _judge(hook)
    raise _failed(hook, "The hook ended without its line.", f"Nothing matched {pattern[:200]}.")


def _judge(hook: Replica) -> None:
    if hook.exit_code:
        how = f"by signal {-hook.exit_code}" if hook.exit_code < 0 else f"with {hook.exit_code}"
        raise _failed(hook, f"The hook ended {how}.", "0 is what says that it is done.")


def _too_late(hook: Replica, command: str, done_when: str, timeout: float) -> WorkbenchError:
    what = f"The hook was not done within {timeout:g} s."
    if hook.exit_code is None:
        return _failed(hook, what, f"`{command[:200]}` was still running, and has been ended.")
    return _failed(hook, what, f"`{command[:200]}` ended, but not: {done_when[:200]}.")


def _failed(hook: Replica, what: str, why: str) -> WorkbenchError:
    return WorkbenchError(
        what,
        whose=Whose.TARGET,
        why=why,
        to_do="Read what it wrote (details).",
        details=hook.log.tail(),
    )
