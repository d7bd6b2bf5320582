"""The scenarios of a folder, how each run of this session went, and how the running one does."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from workbench.panels import words
from workbench.panels.scenarios import Item

MOST_FILES, MOST_RUNS = 500, 200
PASSED = {"valid": "Passed", "invalid": "Failed", "unknown": "Unknown"}
#: state of a run → icon, and the theme's state
SIGNS = {
    "Passed": ("check", "ok"),
    "Failed": ("error", "error"),
    "Unknown": ("info", "warn"),
    "Stopped": ("stop", "warn"),
    "Could not run": ("warn", "error"),
    "Running now": ("record", "info"),
    "Not run yet": ("minus", ""),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run that is over."""

    path: str
    number: int
    started: int
    took: int  # nanoseconds
    state: str  # Passed, Failed, Unknown, Stopped, Could not run
    passed: int = 0
    checks: int = 0
    missed: int = 0
    recording: str = ""
    why: str = ""

    def words(self, zone: tzinfo | None = None) -> str:
        """``Passed 13:40, 6.2 s``; ``Failed 13:44, 1 of 5 checks``."""
        when = words.clock(self.started, zone)[:5]
        if self.state == "Failed" and self.checks:
            bad = self.checks - self.passed
            return f"Failed {when}, {bad} of {words.count(self.checks, 'check')}"
        return f"{self.state} {when}, {words.duration(self.took)}"


class Runs:
    """The runs of this session, oldest first; ``take`` each ScenarioValue."""

    def __init__(self) -> None:
        self.all: list[Run] = []
        self._count = 0

    def take(self, value: Mapping[str, Any]) -> Run | None:
        """Note a run that is over; None: it is not, or it is noted already."""
        started, path = int(value.get("started") or 0), str(value.get("path") or "")
        if value.get("running") or not started:
            return None
        if any(run.started == started and run.path == path for run in self.all):
            return None
        self._count += 1
        run = _run(value, path, self._count, started)
        self.all = [*self.all, run][-MOST_RUNS:]
        return run

    def of(self, path: str, most: int = 20) -> list[Run]:
        """The runs of a file, newest first."""
        return [run for run in reversed(self.all) if run.path == path][:most]

    def last(self, path: str) -> Run | None:
        """The newest run of a file."""
        return next(iter(self.of(path, 1)), None)

    def about(self, path: str) -> int:
        """How long it took the last time it ran to its end, in ns; 0: not known."""
        over = [run for run in self.of(path) if run.state in PASSED.values()]
        return over[0].took if over else 0


def _run(value: Mapping[str, Any], path: str, number: int, started: int) -> Run:
    took = max(0, int(value.get("ended") or started) - started)
    result = value.get("result")
    if not isinstance(result, Mapping):
        error = value.get("error") or {}
        why = " ".join(str(error.get(k) or "") for k in ("what", "why", "to_do")).strip()
        return Run(path, number, started, took, "Could not run", why=why)
    checks = list(result.get("checks", ()))
    state = (
        "Stopped" if result.get("stopped") else PASSED.get(str(result.get("verdict")), "Unknown")
    )
    missed = sum(
        int(client.get("missed") or 0)
        for outage in result.get("outages", ())
        for client in outage.get("clients", ())
        if client.get("affected", True)
    )
    passed = sum(check.get("verdict") == "valid" for check in checks)
    recording = str(result.get("recording") or "")
    return Run(path, number, started, took, state, passed, len(checks), missed, recording)


@dataclass(frozen=True, slots=True)
class File:
    """A scenario file in the list."""

    path: str
    name: str
    state: str
    words: str


def files_in(folder: Path) -> list[Path]:
    """The scenario files of a folder by name; none where it can't be read."""
    try:
        return sorted(p for p in folder.glob("*.toml") if p.is_file())[:MOST_FILES]
    except OSError:
        return []


def listed(
    paths: Sequence[Path], runs: Runs, now: Mapping[str, Any], zone: tzinfo | None = None
) -> list[File]:
    """Each file with its state; ``now`` is the ScenarioValue."""
    return [_file(path, runs, now, zone) for path in paths]


def _file(path: Path, runs: Runs, now: Mapping[str, Any], zone: tzinfo | None) -> File:
    name = words.shown(path.name, 60)
    if now.get("running") and now.get("path") == str(path):
        return File(str(path), name, "Running now", "Running now")
    run = runs.last(str(path))
    if run is None:
        return File(str(path), name, "Not run yet", "Not run yet")
    return File(str(path), name, run.state, run.words(zone))


@dataclass(frozen=True, slots=True)
class Progress:
    """The line above the steps while a scenario runs; ``share`` is between 0 and 1."""

    step: str
    text: str
    times: str
    share: float


def progress(value: Mapping[str, Any], about: int, now: int) -> Progress | None:
    """How far the running scenario is; None: none is running."""
    if not value.get("running"):
        return None
    step, steps = int(value["step"]), int(value["steps"])
    passed = max(0, now - int(value["started"]))
    inside = 0 < step <= steps
    head = f"Step {step} of {steps}" if inside else ("Judging" if step else "Setting up")
    text = words.shown(str(value["text"]), 160) if inside else ""
    times = words.ticking(passed)
    if about:
        times += f" of about {words.ticking(about)}"
    share = passed / about if about else step / (steps + 2)
    return Progress(head, text, times, min(0.99, share))


def state_of(item: Item, value: Mapping[str, Any]) -> tuple[str, str]:
    """done, running, waiting, failed or skipped; and what it took in words.  ``value`` is the
    ScenarioValue of this file, or empty."""
    if not value:
        return "waiting", ""
    at, took = int(value.get("step", 0)), list(value.get("took", ()))
    if item.step < at:
        known = item.step < len(took) and (item.step > 0 or item.kind == "client")
        return "done", words.duration(int(took[item.step])) if known else ""
    if item.step > at:
        return ("waiting" if value.get("running") else "skipped"), ""
    if value.get("running"):
        return "running", ""
    return ("failed" if value.get("error") else "done"), ""


def ci_command(path: str) -> str:
    """The line that runs the file without a window; the same runner, so the same verdict."""
    return f"workbench run {shlex.quote(path)}"


TEMPLATE = """\
# What this scenario shows.
name = "{name}"

[service]
replicas = 3
version = "v42"
publish_rate = 6.5

[[client]]
name = "a-resume"
to = "service"
stream = "prices"
resume = "position"

[[step]]
do = "wait"
until = "open"
timeout = "15s"

[[step]]
do = "cut"

[[step]]
do = "wait"
until = "recovered"
timeout = "20s"

[[expect]]
client = "*"
missed = 0
"""


def new_file(folder: Path) -> Path:
    """A name that is free in a folder, for a scenario to begin with."""
    names = (f"scenario{n or ''}.toml" for n in [0, *range(2, 1000)])
    return next(path for path in (folder / name for name in names) if not path.exists())
