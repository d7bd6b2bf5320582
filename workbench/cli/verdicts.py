"""``workbench run`` and ``workbench judge``: the verdict, its artefacts, and the exit code."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from workbench.cli.opened import opened, show
from workbench.cli.output import Output, report
from workbench.cli.progress import Progress
from workbench.door import commands
from workbench.engine.local import LocalDoor
from workbench.engine.reports.runs import together
from workbench.model.errors import WorkbenchError

EXIT = {"valid": 0, "invalid": 1, "unknown": 2}


async def run(options: argparse.Namespace) -> int:
    """Run a scenario as often as asked; exit by the worst verdict."""
    output = Output(options.out, options.repeat, quiet=options.json)
    runs: list[dict[str, Any]] = []
    unkept: WorkbenchError | None = None
    async with opened(options) as door:
        with Progress(door.mirror, quiet=options.json):
            for i in range(options.repeat):
                value = await _run(door, options, i, output.recording(i), runs)
                runs.append(value)
                try:
                    await output.keep(door, i, value)
                except WorkbenchError as bad:  # the verdict is not lost with its report
                    unkept = bad
    judged = together(runs)
    show(judged, options)
    if unkept is not None:
        raise unkept
    output.keep_together(runs)
    return EXIT[judged["verdict"]]


async def _run(
    door: LocalDoor, options: argparse.Namespace, i: int, folder: str, runs: list[dict[str, Any]]
) -> dict[str, Any]:
    """Each run after the first has a seed of its own, one more than the run before: with
    ``--seed`` it can be had again alone."""
    seed = runs[-1]["seed"] + 1 if runs else options.seed
    value = await door.call(commands.RunScenario(options.scenario, seed, folder))
    if not options.json and options.repeat > 1:
        print(f"Run {i + 1} of {options.repeat}: {value['verdict']}", file=sys.stderr, flush=True)
    return value


async def judge(options: argparse.Namespace) -> int:
    """Exit by the verdict."""
    fields = {name: getattr(options, name) for name in commands.Judge.__dataclass_fields__}
    options.recordings = ""
    async with opened(options) as door:
        await door.call(commands.OpenRecording(options.recording))
        damage = [notice["text"] for notice in door.mirror["notice"].values()]
        judged = await door.call(commands.Judge(**fields))
        judged["recording"] = options.recording
        judged["notes"] = list(dict.fromkeys([*judged.get("notes", []), *damage]))
        if options.report or options.junit:
            await report(door, judged, html=options.report, junit=options.junit, quiet=options.json)
    show(judged, options)
    return EXIT[judged["verdict"]]
