"""Carries out door.commands.Report, in the worker of the recording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from workbench.door.commands import Report
from workbench.engine.identity import Joined
from workbench.engine.reports.gather import gather
from workbench.engine.reports.write import html_report, json_report, junit_report, write_file
from workbench.journal.recording import Recording
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.history import History


def write_reports(
    command: Report, recording: Recording, history: History, joined: Sequence[Joined]
) -> dict[str, Any]:
    """Write the files asked for; {"files": their paths}.  Raises WorkbenchError (user)."""
    value = verdict_in(command.verdict)
    files: list[str] = []
    if command.json:
        write_file(Path(command.json), json_report(value))
        files.append(command.json)
    if command.junit:
        write_file(Path(command.junit), junit_report(value))
        files.append(command.junit)
    if command.html:
        facts = gather(value, recording, history, joined)
        write_file(Path(command.html), html_report(value, facts))
        files.append(command.html)
    return {"files": files}


def verdict_in(text: str) -> dict[str, Any]:
    """The ``--json`` object in a text."""
    try:
        value = orjson.loads(text)
    except ValueError as bad:
        raise _no_verdict(str(bad)) from None
    if not isinstance(value, dict) or not {"verdict", "seed", "outages"} <= set(value):
        raise _no_verdict("It has no `verdict`, `seed` and `outages`.")
    return value


def _no_verdict(why: str) -> WorkbenchError:
    return WorkbenchError(
        "This is no verdict to report.",
        whose=Whose.USER,
        why=why,
        to_do="Hand in what `--json` printed, or nothing.",
    )
