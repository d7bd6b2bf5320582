"""Small servers to start, and the truth about processes and ports."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.targets.replica import Replica
from workbench.targets.target import Target

PATIENCE = 20.0

LISTEN = """
import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
"""


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], Awaitable[None]]:
    """Wait until something becomes true."""

    async def wait(condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    return wait


@pytest.fixture
def server(tmp_path: Path) -> Callable[..., Target]:
    """A target whose program is the given Python text; it listens on the port it is given."""

    def make(text: str = "time.sleep(600)", *, listen: bool = True, **options: Any) -> Target:
        program = tmp_path / f"server-{len(list(tmp_path.iterdir()))}.py"
        program.write_text((LISTEN if listen else "import sys, time\n") + text)
        options.setdefault("grace", 10.0)
        return Target((sys.executable, str(program), "{port}", "{name}", "{version}"), **options)

    return make


@pytest.fixture
async def replica() -> AsyncIterator[Callable[..., Replica]]:
    """Make replicas; each is cut at the end."""
    made: list[Replica] = []

    def make(target: Target, name: str = "r1", **options: Any) -> Replica:
        made.append(Replica(target, name, **options))
        return made[-1]

    yield make
    for one in made:
        await one.cut()


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


@pytest.fixture(name="alive")
def _alive() -> Callable[[int], bool]:
    return alive


@pytest.fixture
def listens() -> Callable[[int], bool]:
    """Whether somebody accepts connections on a port."""

    def look(port: int) -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    return look
