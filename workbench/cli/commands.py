"""The commands of ``workbench``: their words, their example, and what they run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from workbench.cli import actions, schema, verdicts
from workbench.engine.main import add_arguments as engine_arguments
from workbench.units.settings import fields_of

Run = Callable[[argparse.Namespace], int | Coroutine[Any, Any, int]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command."""

    name: str
    help: str
    example: str
    add: Callable[[argparse.ArgumentParser], None]
    run: Run


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no time to wait: give seconds from 0 up")
    return seconds


def _recordings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recordings", default="", metavar="FOLDER", help="where recordings go")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object and nothing else"
    )


def _seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=None, help="seed of everything left to luck")


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--headless", action="store_true", help="without a window")
    for add in (_json, _seed, _recordings):
        add(parser)


def _record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--listen", default="127.0.0.1:0", help="address to put into the app")
    parser.add_argument("--to", required=True, metavar="URL", help="the server: ws://host:port")
    parser.add_argument("--out", default="", metavar="FOLDER", help="folder of the recording")
    parser.add_argument("--rewrite-host", action="store_true", help="send the server's own name")
    parser.add_argument(
        "--for", dest="seconds", type=_seconds, default=0.0, help="stop after so many seconds"
    )
    for add in (_json, _recordings):
        add(parser)


def _times(text: str) -> int:
    """A count from 1 to 10,000, for argparse."""
    if not text.isdigit() or not 1 <= int(text[:9]) <= 10_000:
        raise argparse.ArgumentTypeError("it must be a whole number from 1 to 10000")
    return int(text)


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", help="the scenario file (TOML)")
    parser.add_argument(
        "--out",
        default="",
        metavar="DIR",
        help="keep the recording, verdict.json, junit.xml and report.html there",
    )
    parser.add_argument(
        "--repeat",
        type=_times,
        default=1,
        metavar="N",
        help="run it so often, each time with the next seed; the worst verdict wins",
    )
    for add in (_json, _seed, _recordings):
        add(parser)


def _judge(parser: argparse.ArgumentParser) -> None:
    from workbench.door.commands import Judge

    parser.add_argument("recording", help="the recording: a folder or a .wbrec file")
    for field in fields_of(Judge):
        choices = [c for c in field.choices if c] or None
        parser.add_argument(
            f"--{field.key}", default=field.default, help=field.help, choices=choices
        )
    parser.add_argument("--report", default="", metavar="FILE.html", help="write a page")
    parser.add_argument("--junit", default="", metavar="FILE.xml", help="write JUnit XML")
    _json(parser)


def _units(parser: argparse.ArgumentParser) -> None:
    _json(parser)


def _service(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, help="see `workbench service --help`")


ALL = (
    Command(
        "demo",
        "Ten seconds that show what the program is for.",
        "workbench demo --headless",
        _demo,
        actions.demo,
    ),
    Command(
        "record",
        "Stand between an app and its server, and record both directions.",
        "workbench record --listen 127.0.0.1:9001 --to ws://127.0.0.1:8000",
        _record,
        actions.record,
    ),
    Command(
        "run",
        "Run a scenario; exit 0 valid, 1 invalid, 2 unknown, 3 could not run.",
        "workbench run resources/scenarios/rolling-deploy.toml --out artefacts --repeat 3",
        _run,
        verdicts.run,
    ),
    Command(
        "judge",
        "Judge a recording; exit 0 valid, 1 invalid, 2 unknown, 3 could not run.",
        "workbench judge my-recording --id json.1.seq --report verdict.html",
        _judge,
        verdicts.judge,
    ),
    Command(
        "units",
        "List every fault, strategy, check and dialect with its settings.",
        "workbench units",
        _units,
        actions.units,
    ),
    Command(
        "scenario-schema",
        "Print the format of scenario files as a JSON Schema.",
        "workbench scenario-schema > scenario.schema.json",
        schema.add_arguments,
        schema.scenario_schema,
    ),
    Command(
        "service",
        "Run a gateway of the reference service.",
        "workbench service --port 8000 --backplane sqlite:///tmp/updates.db",
        _service,
        actions.service,
    ),
    Command(
        "engine",
        "Run the engine for other programs to speak to.",
        "workbench engine --listen 127.0.0.1:8700",
        engine_arguments,
        actions.engine,
    ),
    Command(
        "worker",
        "Follow and judge one recording (started by the engine).",
        "workbench worker FOLDER 0",
        actions.worker_arguments,
        actions.worker,
    ),
)
