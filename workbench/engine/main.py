"""``workbench engine``: the engine as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import secrets
import signal
import sys
from pathlib import Path

import platformdirs

from workbench.door import speech
from workbench.engine.addresses import host_and_port
from workbench.engine.engine import Engine
from workbench.engine.serve import ControlServer
from workbench.model.errors import Whose, WorkbenchError

FIRST_FRONT = 30.0  # seconds a child engine waits for the front that started it
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def recordings_folder() -> Path:
    """Where recordings go when nobody says otherwise (the platform's own data folder)."""
    return Path(platformdirs.user_data_dir("workbench", appauthor=False)) / "recordings"


def token_file() -> Path:
    """Where ``workbench engine`` keeps the token that other fronts read."""
    return Path(platformdirs.user_runtime_dir("workbench", appauthor=False)) / "engine.token"


def keep_token(token: str) -> Path:
    """Write the token where only this user can read it."""
    path = token_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(token)
    return path


async def run(options: argparse.Namespace) -> None:
    """Serve until the last front has left (child) or until stopped."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: the default ends us
            loop.add_signal_handler(number, stop.set)
    token = sys.stdin.readline().strip() if options.child else secrets.token_urlsafe(32)
    engine = Engine(Path(options.recordings), options.seed)
    server = ControlServer(engine, token)
    host, port = host_and_port(options.listen, "listen on")
    if host not in LOOPBACK:
        raise WorkbenchError(
            f"The control connection does not listen on {host}.",
            whose=Whose.USER,
            why="Whoever reaches it can start programs here.",
            to_do="Listen on 127.0.0.1, and forward the port by SSH where that is needed.",
        )
    address = await server.start(host, port)
    told = {"listen": address, "pid": os.getpid(), "protocol": speech.PROTOCOL}
    if not options.child:
        told["token_file"] = str(keep_token(token))
    print(speech.dump(told), flush=True)
    await _until(stop, server, options.child)
    await server.close()
    await engine.close()


async def _until(stop: asyncio.Event, server: ControlServer, child: bool) -> None:
    if not child:
        await stop.wait()
        return
    waiting = [asyncio.create_task(event.wait()) for event in (stop, server.idle, server.met)]
    stopped, left, met = waiting
    await asyncio.wait(waiting, timeout=FIRST_FRONT, return_when=asyncio.FIRST_COMPLETED)
    if met.done():  # from here on the fronts decide
        await asyncio.wait([stopped, left], return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of ``workbench engine``."""
    parser.add_argument("--listen", default="127.0.0.1:0", help="address of the control connection")
    parser.add_argument(
        "--recordings", default=str(recordings_folder()), help="folder for recordings"
    )
    parser.add_argument("--seed", type=int, default=None, help="seed of everything left to luck")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
