"""``--out DIR``: where a run keeps its recording, verdict.json, junit.xml and report.html."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import orjson

from workbench.door import commands
from workbench.engine.local import LocalDoor
from workbench.engine.reports.runs import runs_page, together
from workbench.engine.reports.write import json_report, junit_report, write_file
from workbench.model.errors import Whose, WorkbenchError

VERDICT, JUNIT, PAGE, RECORDING = "verdict.json", "junit.xml", "report.html", "recording"


class Output:
    """A folder for the artefacts of ``repeat`` runs; without a folder nothing is kept.

    One run lies in the folder itself, of several each in ``run-1``, ``run-2``, ... beside what
    says it together.  Raises WorkbenchError (user) before anything has run where the folder
    can't be used.
    """

    def __init__(self, folder: str, repeat: int, *, quiet: bool) -> None:
        self._folder = Path(folder) if folder else None
        self._quiet = quiet
        self._names = [f"run-{i + 1}" for i in range(repeat)] if repeat > 1 else [""]
        if self._folder is not None:
            self._check(self._folder)

    def _check(self, folder: Path) -> None:
        for name in self._names:
            if (folder / name / RECORDING).exists():
                raise WorkbenchError(
                    f"{folder / name} holds a recording already.",
                    whose=Whose.USER,
                    why="A run never writes into an older one.",
                    to_do="Choose another folder for --out, or remove that one.",
                )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            usable, why = os.access(folder, os.W_OK | os.X_OK), "It is not writable."
        except OSError as bad:
            usable, why = False, f"{bad.strerror or bad}."
        if not usable:
            raise WorkbenchError(
                f"The folder {folder} can't be used for --out.",
                whose=Whose.USER,
                why=why,
                to_do="Choose another one.",
            )

    def recording(self, run: int) -> str:
        """Where the recording of a run (from 0) goes; empty: the recordings folder."""
        return str(self._folder / self._names[run] / RECORDING) if self._folder else ""

    async def keep(self, door: LocalDoor, run: int, value: dict[str, Any]) -> None:
        """Write what a run came to."""
        if self._folder is None:
            return
        folder = self._folder / self._names[run]
        html, junit, json = (str(folder / name) for name in (PAGE, JUNIT, VERDICT))
        await report(door, value, html=html, junit=junit, json=json, quiet=self._quiet)

    def keep_together(self, runs: list[dict[str, Any]]) -> None:
        """Write what several runs came to together."""
        if self._folder is None or len(runs) < 2:
            return
        value = together(runs)
        write_file(self._folder / VERDICT, json_report(value))
        write_file(self._folder / JUNIT, junit_report(value))
        write_file(self._folder / PAGE, runs_page(value, self._names))
        if not self._quiet:
            say([str(self._folder / name) for name in (VERDICT, JUNIT, PAGE)])


async def report(
    door: LocalDoor, value: dict[str, Any], *, html: str, junit: str, json: str = "", quiet: bool
) -> None:
    """Write reports of a verdict on the recording that is open, and say where they are."""
    verdict = orjson.dumps(value).decode()
    told = await door.call(commands.Report(html=html, junit=junit, json=json, verdict=verdict))
    if not quiet:
        say(told["files"])


def say(files: list[str]) -> None:
    """Which files were written, on standard error: standard output is for the verdict."""
    for file in files:
        print(f"Wrote {file}", file=sys.stderr)
