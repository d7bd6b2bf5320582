"""Hooks with a real shell: done, failed, too late; nothing of them is left."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from workbench.model.errors import WorkbenchError
from workbench.targets.hook import run_hook, shell

pytestmark = pytest.mark.slow

LIMIT = 20.0


async def test_done_at_its_end(tmp_path):
    lines = []
    await run_hook(f"echo hello && touch {tmp_path}/done", "exit", LIMIT, lines.append)
    assert (tmp_path / "done").exists()
    assert [line.text for line in lines] == ["hello"]


async def test_another_end_than_0_is_said_with_what_it_wrote():
    with pytest.raises(WorkbenchError, match="The hook ended with 3") as caught:
        await run_hook("echo no such cluster >&2; exit 3", "exit", LIMIT)
    assert "no such cluster" in caught.value.details


async def test_one_that_hangs_is_ended_with_all_it_started(tmp_path):
    file = tmp_path / "pid"
    with pytest.raises(WorkbenchError, match=r"not done within 1 s\..*still running"):
        await run_hook(f"sleep 600 & echo $! > {file}; wait", "exit", 1.0)
    with pytest.raises(ProcessLookupError):
        _alive(int(file.read_text()))


def _alive(pid: int) -> None:
    os.kill(pid, 0)


async def test_done_at_its_line_while_it_goes_on():
    await run_hook("echo waiting; echo rollout complete; sleep 600", "log rollout .*te", LIMIT)


async def test_the_line_that_never_came():
    with pytest.raises(WorkbenchError, match="ended without its line"):
        await run_hook("echo nothing", "log rollout", LIMIT)


async def test_done_when_a_port_answers_after_its_end():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        await run_hook("true", f"tcp 127.0.0.1:{port}", LIMIT)
    with pytest.raises(WorkbenchError, match="but not: tcp"):
        await run_hook("true", f"tcp 127.0.0.1:{port}", 0.7)


async def test_cancelled_it_is_ended_too(tmp_path):
    file = tmp_path / "pid"
    task = asyncio.create_task(run_hook(f"echo $$ > {file}; exec sleep 600", "exit", LIMIT))
    async with asyncio.timeout(LIMIT):
        while not (file.exists() and file.read_text().strip()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        _alive(int(file.read_text()))


def test_the_systems_own_shell():
    assert shell("x y", "linux") == ("/bin/sh", "-c", "x y")
    assert shell("x y", "win32") == ("cmd", "/c", "x y")
