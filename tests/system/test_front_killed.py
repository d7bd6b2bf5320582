"""A front that is killed takes nothing along: its engine writes everything, and ends by itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.journal.recording import Recording
from workbench.model.words import Kind

pytestmark = pytest.mark.slow

LIMIT = 60.0
FRONT = """
import asyncio, json, sys
from workbench.door import commands
from workbench.door.start import start_engine

async def main():
    door = await start_engine(sys.argv[1])
    await door.call(commands.RunDemo())
    while door.mirror["session"].get("current", {}).get("acknowledged", 0) < 40:
        await asyncio.sleep(0.02)
    folder = door.mirror["session"]["current"]["folder"]
    print(json.dumps({"pid": door.hello["pid"], "folder": folder}), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def alive(pid: int) -> bool:
    """A process that runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def family(pid: int) -> set[int]:
    """All living descendants of a process."""
    found: set[int] = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == pid:
                found |= {int(entry.name)} | family(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_a_killed_front_leaves_a_whole_recording_and_no_process(tmp_path: Path) -> None:
    front = subprocess.Popen(
        [sys.executable, "-c", FRONT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert front.stdout is not None
    told = json.loads(front.stdout.readline())
    started = family(told["pid"]) | {told["pid"]}
    assert len(started) > 4  # the engine, its worker, guards and replicas
    os.kill(front.pid, signal.SIGKILL)
    front.wait()
    front.stdout.close()
    assert until(lambda: not any(map(alive, started))), [p for p in started if alive(p)]
    recording = Recording.open(told["folder"])
    assert recording.verify() == []
    kinds = recording.headers(0, recording.count)["kind"]
    last = [recording.payload(i) for i in (kinds == Kind.NOTE).nonzero()[0].tolist()]
    assert b'{"event":"ending"}' in last  # it was ended in order, not cut off


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_a_killed_engine_leaves_no_process(tmp_path: Path) -> None:
    front = subprocess.Popen(
        [sys.executable, "-c", FRONT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert front.stdout is not None
    told = json.loads(front.stdout.readline())
    started = family(told["pid"])
    os.kill(told["pid"], signal.SIGKILL)
    assert until(lambda: not any(map(alive, started))), [p for p in started if alive(p)]
    front.kill()
    front.wait()
    front.stdout.close()
