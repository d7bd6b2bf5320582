"""What the commands share: an engine for as long as one runs, and how a verdict is shown."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson

from workbench.cli.table import judgement_text, runs_text
from workbench.engine import local
from workbench.engine.main import recordings_folder


def emit(value: dict[str, Any]) -> None:
    """The one object of ``--json``."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")


@contextlib.asynccontextmanager
async def opened(options: argparse.Namespace) -> AsyncIterator[local.LocalDoor]:
    """An engine in this process that ends with the command, also when interrupted."""
    folder = Path(options.recordings) if getattr(options, "recordings", "") else recordings_folder()
    door = local.open_local(folder, getattr(options, "seed", None))
    try:
        yield door
    finally:
        await door.close()


def show(judged: dict[str, Any], options: argparse.Namespace) -> None:
    """The verdict as JSON or as a table."""
    if options.json:
        emit(judged)
    else:
        for run in judged.get("runs", ()):
            sys.stdout.write(judgement_text(run) + "\n")
        sys.stdout.write(runs_text(judged) if "runs" in judged else judgement_text(judged))
