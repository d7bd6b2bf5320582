"""``workbench worker FOLDER``: the one process that reads an open recording.

It follows the journal, writes the interpreted columns, judges and writes reports; neither the
engine's loop nor the window does.  JSON lines on standard input: ``{"id", "judge": {...}}`` with
the fields of door.commands.Judge, or ``{"id", "report": {...}}`` with those of Report; on
standard output ``{"judgement": {...}}`` whenever the verdict changed,
``{"clients": {name: [link, ...]}, "dialects": {link: name}}``, and
``{"id", "ok"/"error": ...}``.  It ends when its standard input does.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import orjson

from workbench.door.commands import Judge, Report
from workbench.engine.histories import Options
from workbench.engine.interpret import Choice
from workbench.engine.judging import Judging, choice_of, judgement_value, options_of
from workbench.engine.stdin import stdin_lines
from workbench.journal.recording import Recording
from workbench.model.errors import Whose, WorkbenchError
from workbench.units.settings import build

BEAT = 0.05  # seconds between looks at the journal
JUDGE_EVERY = 0.25  # seconds between verdicts, at the least
#: Judging may take at most this share of the worker's time.
JUDGE_SHARE = 0.25


class Worker:
    """Follows one recording until its input ends."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._recording = Recording.open(folder)
        self._seed = seed
        self._choice, self._options = Choice(), Options()
        self._judging = Judging(self._recording, self._choice)
        self._asked: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._told: Any = None
        self._told_links: Any = None
        self._due = 0.0
        self._failed = ""
        self._stale = False

    def run(self) -> None:
        """Until standard input ends."""
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            try:
                asked = self._asked.get(timeout=BEAT)
            except Empty:
                self._follow_or_say()
                continue
            if asked is None:
                return
            self._answer(asked)

    def _listen(self) -> None:
        for line in stdin_lines():
            try:
                self._asked.put(orjson.loads(line))
            except ValueError:
                continue  # our own engine writes whole lines: a broken one means it is ending
        self._asked.put(None)

    def _follow_or_say(self) -> None:
        """A verdict that cannot be made is said once; what is recorded goes on being read."""
        try:
            self._follow()
        except Exception as bad:
            told = f"{type(bad).__name__}: {bad}"
            if told != self._failed:
                self._failed = told
                details = "".join(traceback.format_exception(bad))
                mistake = WorkbenchError(
                    "The verdict could not be made.", whose=Whose.OURS, why=told, details=details
                )
                say({"failed": mistake.as_dict()})

    def _follow(self) -> None:
        self._stale |= self._judging.interpreter.step() > 0
        # A verdict may change with time alone (patience passes), so it is looked at again
        # as long as anything is open; the cost is bounded by JUDGE_SHARE.
        now = time.monotonic()
        if now >= self._due and (self._stale or self._told is not None):
            self._stale = False
            self._tell(self._judge(final=False))
            cost = time.monotonic() - now
            self._due = now + max(JUDGE_EVERY, cost / JUDGE_SHARE)

    def _judge(self, *, final: bool) -> dict[str, Any]:
        return judgement_value(self._judging.judge(self._options, final=final), self._seed)

    def _tell(self, value: dict[str, Any]) -> None:
        if value != self._told:
            self._told = value
            say({"judgement": value})
        chosen, clients = self._judging.interpreter.chosen, self._judging.clients
        links = {link for numbers in clients.values() for link in numbers}
        seen = (clients, {str(link): chosen[link] for link in sorted(links & set(chosen))})
        if seen != self._told_links:
            self._told_links = seen
            say({"clients": clients, "dialects": seen[1], "keys": self._judging.keys})

    def _answer(self, asked: dict[str, Any]) -> None:
        try:
            say({"id": asked.get("id"), "ok": self._answered(asked)})
        except WorkbenchError as error:
            say({"id": asked.get("id"), "error": error.as_dict()})
        except Exception as bad:  # the engine must hear of it, and the worker goes on
            mistake = WorkbenchError(
                "The recording's worker failed.",
                whose=Whose.OURS,
                why=f"{type(bad).__name__}: {bad}",
            )
            say({"id": asked.get("id"), "error": mistake.as_dict()})

    def _answered(self, asked: dict[str, Any]) -> dict[str, Any]:
        if "report" in asked:
            return self._report(build(Report, asked["report"], "`report`"))
        value = self._judge_as(build(Judge, asked.get("judge", {}), "`judge`"))
        self._tell(value)
        return value

    def _report(self, command: Report) -> dict[str, Any]:
        from workbench.engine.reports.command import write_reports  # most workers write none

        if self._judging.history is None:
            self._judging.judge(self._options, final=True)
        assert self._judging.history is not None
        return write_reports(command, self._recording, *self._judging.history)

    def _judge_as(self, command: Judge) -> dict[str, Any]:
        choice, self._options = choice_of(command), options_of(command)
        if choice != self._choice:
            self._judging.close()
            self._choice, self._judging = choice, Judging(self._recording, choice)
        return self._judge(final=True)


def say(value: dict[str, Any]) -> None:
    """One JSON line to the engine."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def main(argv: list[str]) -> int:
    """``workbench worker FOLDER SEED``."""
    Worker(Path(argv[0]), int(argv[1])).run()
    return 0
