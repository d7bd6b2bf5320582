"""The engine is killed in the middle of 20,000 messages a second: nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.system.flood import Drinker
from workbench.door import commands
from workbench.door.start import start_engine
from workbench.engine.waiting import until
from workbench.journal.recording import Recording
from workbench.model.words import Kind

pytestmark = pytest.mark.slow

RATE = 20_000
ENOUGH = 40_000  # messages recorded before the end
LIMIT = 60.0


@pytest.fixture
def flood() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.system.flood", str(RATE)], stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


async def test_every_acknowledged_record_is_there(
    flood: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert flood.stdout is not None
    port = int(await asyncio.to_thread(flood.stdout.readline))
    door = await start_engine(str(tmp_path))
    told = await door.call(commands.StartProxy(to=f"ws://127.0.0.1:{port}"))
    folder = Path(door.mirror["session"]["current"]["folder"])
    drinker = Drinker(int(told["listen"].rpartition(":")[2]))
    session = door.mirror["session"]
    assert await until(lambda: session["current"]["acknowledged"] > ENOUGH, LIMIT)
    os.kill(door.hello["pid"], signal.SIGKILL)
    await asyncio.wait_for(door.closed.wait(), LIMIT)
    acknowledged = session["current"]["acknowledged"]
    drinker.close()
    await door.close()
    check_whole(folder, acknowledged)


def check_whole(folder: Path, acknowledged: int) -> None:
    """Every acknowledged record is there, in order, with its payload."""
    recording = Recording.open(folder)
    assert recording.count >= acknowledged
    headers = recording.headers(0, recording.count)
    numbers = [
        orjson.loads(recording.payload(i))["seq"]
        for i in (headers["kind"] == Kind.MESSAGE).nonzero()[0].tolist()
    ]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= ENOUGH - 100
