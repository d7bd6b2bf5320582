"""What each command does."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import subprocess
import sys

import orjson

from workbench.cli.opened import emit, opened, show
from workbench.cli.progress import Progress
from workbench.cli.table import units_text
from workbench.cli.typed import HINT, TypedLines, obey
from workbench.door import commands
from workbench.door.speech import error_of
from workbench.engine import local
from workbench.engine.main import run as run_engine
from workbench.engine.units import all_units
from workbench.model.errors import WorkbenchError
from workbench.model.program import program_command


async def demo(options: argparse.Namespace) -> int:
    """Exit 0 when the demonstration itself worked, whatever its verdict."""
    async with opened(options) as door:
        with Progress(door.mirror, quiet=options.json):
            await door.call(commands.RunDemo())
            await door.engine.parts.demo.wait()
        state = door.mirror["demo"]["current"]
        if state["error"]:
            raise WorkbenchError(**{**state["error"], "whose": "ours"})
        judged = await door.call(commands.Judge())
        judged["recording"] = door.mirror["session"]["current"]["folder"]
        show(judged, options)
        return 0 if state["finished"] else 3


async def record(options: argparse.Namespace) -> int:
    """Until interrupted or ``--for`` has passed."""
    all_units()  # found before traffic flows: the first typed word must not hold it up
    stop = _asked_to_stop()
    async with opened(options) as door:
        if options.out:
            await door.call(commands.NewSession(folder=options.out, title="record"))
        told = await door.call(
            commands.StartProxy(
                to=options.to, listen=options.listen, rewrite_host=options.rewrite_host
            )
        )
        session = door.mirror["session"].get("current") or {}
        folder = session.get("folder") or str(door.engine.session and door.engine.session.folder)
        told["recording"] = folder
        if options.json:
            print(orjson.dumps(told).decode(), flush=True)
        else:
            print(f"Listening on {told['listen']}, passing on to {options.to}")
            print(f"Recording into {folder}.\n{HINT}", flush=True)
        acts: set[asyncio.Task[None]] = set()

        def take(line: str) -> None:
            act = asyncio.create_task(obey(door, line, lambda text: print(text, file=sys.stderr)))
            acts.add(act)
            act.add_done_callback(acts.discard)

        TypedLines(take)
        with Progress(door.mirror, quiet=options.json), contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), options.seconds or None)
        await asyncio.gather(*acts)
        _must_be_whole(door)
    return 0


def _asked_to_stop() -> asyncio.Event:
    """Set by Ctrl+C, by SIGTERM, and when the terminal is closed (not under nohup)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is None or signal.getsignal(number) == signal.SIG_IGN:
            continue
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    return stop


def _must_be_whole(door: local.LocalDoor) -> None:
    """Raises what keeps the recording from being written, such as a full disk."""
    session = door.engine.session
    error = session.value()["error"] if session is not None else None
    if error is not None:
        raise error_of(dict(error))


def units(options: argparse.Namespace) -> int:
    """Every unit the program finds, by kind."""
    found = all_units()
    if options.json:
        emit(found)
    else:
        sys.stdout.write(units_text(found))
    return 0


def service(options: argparse.Namespace) -> int:
    """The service is a program of its own, started by ``workbench.__main__``."""
    return subprocess.call(program_command("service", *options.words))


async def engine(options: argparse.Namespace) -> int:
    """Until stopped, or as a child until its last front has left."""
    await run_engine(options)
    return 0


def worker_arguments(parser: argparse.ArgumentParser) -> None:
    """Folder and seed."""
    parser.add_argument("folder")
    parser.add_argument("seed", nargs="?", default="0")


def worker(options: argparse.Namespace) -> int:
    """Until standard input ends."""
    from workbench.engine.worker import main

    return main([options.folder, options.seed])
