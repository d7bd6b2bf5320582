"""Progress: a bar on a terminal, plain lines in a pipe, warnings alone when quiet.

All of it goes to standard error: standard output is for the result.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

from workbench.door.speech import error_of
from workbench.door.state import Mirror, Value

DEMO_STEPS = 4


class Progress:
    """Tells what the engine is doing while the block runs."""

    def __init__(self, mirror: Mirror, *, quiet: bool) -> None:
        self._mirror = mirror
        self._quiet = quiet
        self._console = Console(file=sys.stderr, highlight=False, markup=False)
        self._bar: Bar | None = None
        self._last = ""
        self._stop: Callable[[], None] = lambda: None

    def __enter__(self) -> Progress:
        self._stop = self._mirror.listen(self._hear)
        if not self._quiet and self._console.is_terminal:
            words = TextColumn("{task.description}", markup=False)
            columns = (SpinnerColumn(), BarColumn(20), words, TimeElapsedColumn())
            self._bar = Bar(*columns, console=self._console, transient=True)
            self._bar.add_task("Starting", total=None)
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._stop()
        if self._bar is not None:
            with contextlib.suppress(OSError):  # the terminal may have been closed
                self._bar.stop()

    def _hear(self, topic: str, key: str, value: Value | None) -> None:
        text = sentence(topic, value) if value else ""
        if text and text != self._last:
            self._last = text
            with contextlib.suppress(OSError):
                self._say(text, value or {})

    def _say(self, text: str, value: Value) -> None:
        urgent = text.startswith(("Warning", "Error"))
        if self._bar is not None and not urgent:
            done, total = share(value)
            self._bar.update(self._bar.task_ids[0], description=text, completed=done, total=total)
        if urgent or (self._bar is None and not self._quiet):
            self._console.print(Text(text), soft_wrap=True)


def share(value: Value) -> tuple[int, int | None]:
    """Steps done and steps in all (None: nobody knows) of a deploy, scenario or demo."""
    step, steps = value.get("step"), value.get("steps", DEMO_STEPS)
    if not isinstance(step, int) or not steps:
        return 0, None
    return max(0, step - 1), int(steps)


def sentence(topic: str, value: Value) -> str:
    """What a change says in one line, or nothing."""
    if topic == "deploy" and value.get("running"):
        steps = f"Step {value['step']} of {value['steps']}: " if value["steps"] else ""
        return f"Deploy: {steps}{value['text']}"
    if topic == "scenario" and value.get("running"):
        if not 0 < value["step"] <= value["steps"]:
            return str(value["text"])
        return f"Step {value['step']} of {value['steps']}: {value['text']}"
    if topic == "demo" and value.get("running"):
        names = ("", "Start", "Deploy", "Gap", "Verdict")
        return f"Demo: {names[value['step']]}"
    if topic == "session" and value.get("error"):
        return f"Error: {error_of(value['error'])}"
    if topic == "notice" and value["level"] != "info":
        word = "Error" if value["level"] == "error" else "Warning"
        error = value.get("error") or {}
        tail = " ".join(filter(None, (error.get("what"), error.get("why"), error.get("to_do"))))
        return f"{word}: {value['text']} {tail}".rstrip()
    return ""
