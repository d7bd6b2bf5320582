"""The workbench is killed in the middle of a deploy: no process and no port is left."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import orjson
import pytest

from tests.engine.servers import own, ticker
from workbench.door import commands
from workbench.door.start import start_engine
from workbench.engine.waiting import until
from workbench.targets.descendants import descendants

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

LIMIT = 60.0

#: Where in a deploy: the strategy, its settings, and the words of the step at which it is killed.
MOMENTS = [
    ("rolling", {"way": "drain", "overlap": 60}, "drain r1"),
    ("termination", {"pre_stop": 60}, "terminating r1"),
    ("rolling", {"way": "kill", "pause": 60}, "starting r1"),
    ("kill-and-restart", {"down_time": 60}, "everything is down"),
    ("blue-green", {"hold": 60}, "new connections go"),
    ("canary", {"hold": 60}, "of new connections go"),
    ("hook", {"command": "sleep 600 & sleep 600"}, "running sleep"),
]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ports_of(pids: list[int]) -> set[int]:
    """The TCP ports that these processes listen on (proc(5): net/tcp, state 0A)."""
    inodes = set()
    for pid in pids:
        for fd in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = os.readlink(fd)
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(r[1].split(":")[1], 16) for r in rows if r[3] == "0A" and r[9] in inodes}


@pytest.mark.parametrize(("strategy", "settings", "words"), MOMENTS)
async def test_nothing_is_left(
    strategy: str, settings: dict[str, object], words: str, tmp_path: Path
) -> None:
    door = await start_engine(str(tmp_path / "recordings"))
    pid = door.hello["pid"]
    try:
        await door.call(own(ticker(tmp_path), ready="log listening"))
        await door.call(commands.Deploy(strategy, orjson.dumps(settings).decode()))
        assert await until(lambda: words in door.mirror["deploy"]["current"]["text"], LIMIT)
        family = descendants(pid)
        ports = ports_of([pid, *family])
    finally:
        os.kill(pid, signal.SIGKILL)
        await asyncio.wait_for(door.closed.wait(), LIMIT)
        await door.close()
    everything_down = strategy == "kill-and-restart"
    assert len(family) > (0 if everything_down else 2)
    assert len(ports) > (1 if everything_down else 2)  # balancer and control port, replicas
    assert await until(lambda: not any(map(alive, family)), LIMIT), family
    assert not [port for port in ports if listens(port)]
