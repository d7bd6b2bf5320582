"""``workbench service``: one gateway replica of the reference real-time service."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence

from workbench.model.errors import Whose, WorkbenchError
from workbench.service.backplane import BackplaneError
from workbench.service.backplane.choice import UnknownBackplaneError, choose_backplane
from workbench.service.gateway import Gateway, Options
from workbench.service.messages import RequestError, close_code_of

EXAMPLE = """\
example: two replicas of one service, on one machine
  workbench service --port 8001 --name r1 --backplane sqlite:///tmp/prices.db
  workbench service --port 8002 --name r2 --backplane sqlite:///tmp/prices.db
  curl -d '{"stream": "prices", "payload": {"bid": 1.5}}' localhost:8001/publish
  curl -N 'localhost:8002/events?stream=prices'
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="workbench service",
        description="One gateway replica of the reference real-time service.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add("--port", type=_port, default=0, help="TCP port; 0 takes a free one (default)")
    add("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    add("--name", default="r1", help="name of this replica, sent with every update")
    add("--version-label", default="v1", help="version shown for this replica")
    add(
        "--backplane",
        required=True,
        metavar="URL",
        help="sqlite:///path/to/file, or redis://host:port/0 (as durable as that server is set)",
    )
    add("--history", type=_count, default=1000, help="updates kept per stream (default 1000)")
    add("--drain-code", type=_code, default=1012, help="close code when draining; 0 sends none")
    add("--drain-time", type=_seconds, default=0.0, help="seconds over which clients are closed")
    add("--ping-interval", type=_seconds, default=20.0, help="seconds between pings; 0: none")
    add("--queue", type=_count, default=1000, help="messages a slow client may fall behind")
    return made


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 10_000_000:
        raise argparse.ArgumentTypeError("a number from 1 to 10000000 is needed")
    return value


def _code(text: str) -> int | None:
    try:
        return close_code_of(int(text))
    except RequestError as refusal:
        raise argparse.ArgumentTypeError(str(refusal)) from refusal


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 86_400:
        raise argparse.ArgumentTypeError("seconds from 0 to 86400 are needed")
    return value


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; 0 after a drain, 3 when it could not start."""
    try:
        given = parser().parse_args(argv)
    except SystemExit as ending:  # argparse's own 2 means "usage": 3 here (house rule 7)
        return 3 if ending.code else 0
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(message)s")
    try:
        asyncio.run(serve(given))
    except WorkbenchError as error:
        print(f"workbench service: {error}", file=sys.stderr)
        return 3
    return 0


async def serve(given: argparse.Namespace) -> None:
    """Run the replica; raises :class:`WorkbenchError` when it cannot start."""
    gateway = _gateway(given)
    try:
        port = await gateway.open()
    except BackplaneError as error:
        raise WorkbenchError(
            "The backplane can't be used.",
            whose=Whose.TARGET,
            why=f"{error}.",
            to_do=f"Check --backplane {given.backplane}.",
        ) from error
    except OSError as error:
        await gateway.backplane.close()
        raise WorkbenchError(
            f"Can't listen on {given.host}:{given.port}.",
            whose=Whose.USER,
            why=f"{error.strerror or error}.",
            to_do="Choose another --port, or 0 for a free one.",
        ) from error
    leave = _leave_on_signals(gateway)
    _say_ready(given, port)
    await leave.wait()
    await gateway.close()


def _gateway(given: argparse.Namespace) -> Gateway:
    options = Options(
        name=given.name,
        version_label=given.version_label,
        host=given.host,
        port=given.port,
        drain_code=given.drain_code,
        drain_time=given.drain_time,
        ping_interval=given.ping_interval,
        queue=given.queue,
    )
    try:
        return Gateway(options, choose_backplane(given.backplane, given.history))
    except UnknownBackplaneError as error:
        raise WorkbenchError(
            "The backplane can't be used.", whose=Whose.USER, why=f"{error}."
        ) from error


def _leave_on_signals(gateway: Gateway) -> asyncio.Event:
    """Set when the drain that a signal asks for has ended; a second signal does not wait."""
    leave = asyncio.Event()
    loop = asyncio.get_running_loop()
    leaving: list[asyncio.Task[None]] = []

    async def drain() -> None:
        gateway.start_drain(gateway.options.drain_code, gateway.options.drain_time)
        await gateway.drained.wait()
        leave.set()

    def stop() -> None:
        if leaving:
            leave.set()
        leaving.append(loop.create_task(drain()))

    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
    return leave


def _say_ready(given: argparse.Namespace, port: int) -> None:
    facts = {
        "ready": True,
        "port": port,
        "name": given.name,
        "version": given.version_label,
        "pid": os.getpid(),
    }
    print(json.dumps(facts), flush=True)
