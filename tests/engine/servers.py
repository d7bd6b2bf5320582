"""Servers of "the user's own", as one would write them, and an engine to deploy them with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson

from workbench.door import commands
from workbench.engine.engine import Engine
from workbench.journal.recording import Recording
from workbench.model.words import Kind

#: A plain `websockets` server.  The number of an update is the time in units of 50 ms, so that
#: every replica says the same; the first message may name the number after which to go on.
TICKER = """
import asyncio, json, signal, sys, time
from websockets.asyncio.server import serve

async def talk(ws):
    asked = json.loads(await ws.recv())
    number = asked.get("after") or int(time.time() * 20)
    while True:
        while number < int(time.time() * 20):
            number += 1
            await ws.send(json.dumps({"seq": number, "v": sys.argv[2]}))
        await asyncio.sleep(0.01)

async def quietly(ws):
    try:
        await talk(ws)
    except Exception:
        pass

async def main():
    EXTRA
    async with serve(quietly, "127.0.0.1", int(sys.argv[1])) as server:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ON_TERM)
        print("listening", flush=True)
        await server.wait_closed()

asyncio.run(main())
"""


def ticker(folder: Path, *, extra: str = "pass", on_term: str = "server.close") -> str:
    """The command of such a server; ``extra`` runs first, ``on_term`` at SIGTERM."""
    file = folder / "server.py"
    file.write_text(TICKER.replace("EXTRA", extra).replace("ON_TERM", on_term))
    return f"{sys.executable} {file} {{port}} {{version}}"


def own(command: str, replicas: int = 2, **more: Any) -> commands.StartService:
    """The command ``start-service`` for it."""
    more.setdefault("version", "v1")
    more.setdefault("grace", 2.0)
    return commands.StartService(replicas=replicas, command=command, **more)


def deploy(strategy: str, **settings: Any) -> commands.Deploy:
    """The command ``deploy``."""
    return commands.Deploy(strategy, orjson.dumps(settings).decode())


def versions(engine: Engine) -> dict[str, str]:
    """Replica → version, as a front sees it."""
    return {name: value["version"] for name, value in engine.mirror["replica"].items()}


def states(engine: Engine) -> set[str]:
    """The states of all replicas."""
    return {value["state"] for value in engine.mirror["replica"].values()}


def told(folder: Path, event: str) -> list[dict[str, Any]]:
    """The DEPLOY records of one kind of event."""
    recording = Recording.open(folder)
    headers = recording.headers(0, recording.count)
    rows = (headers["kind"] == Kind.DEPLOY).nonzero()[0].tolist()
    values = [orjson.loads(recording.payload(row)) for row in rows]
    return [value for value in values if value["event"] == event]
