"""The part that keeps a worker process on the open recording, and asks it for verdicts."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from workbench.door.commands import Judge, Report
from workbench.door.speech import error_of
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.program import program_command

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine

LINE_LIMIT = 64 << 20  # one line holds a whole judgement
END_LIMIT = 20.0


class JudgePart:
    """Owns the worker of the open recording (see engine/worker.py)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._asked = 0
        self.last: dict[str, Any] = {}  # the ``--json`` object judged last, for reports
        self.dialects: dict[int, str] = {}
        self.clients: dict[str, list[int]] = {}
        self.keys: dict[tuple[str, str], str] = {}  # of a session → its client
        self.changed = asyncio.Event()  # set at each new verdict, cleared by who waits

    def answers(self) -> dict[type, Answer]:
        """Judge again, and write it down."""
        return {Judge: self.judge, Report: self.report}

    async def follow(self, folder: Path) -> None:
        """Put a worker on this recording; the one before ends."""
        await self.close()
        self.last = {}
        self._process = await asyncio.create_subprocess_exec(
            *program_command("worker", str(folder), str(self._engine.seed)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=LINE_LIMIT,
            env=dict(os.environ),
            start_new_session=True,  # Ctrl+C in a terminal is for the engine to handle
        )
        self._reader = asyncio.create_task(self._listen(self._process))

    async def _listen(self, process: Process) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            self._take(orjson.loads(line))
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(_ended())
        self._waiting.clear()

    def _take(self, message: dict[str, Any]) -> None:
        if "judgement" in message:
            self._show(message["judgement"])
        if "clients" in message:
            self.dialects = {int(link): name for link, name in message["dialects"].items()}
            self.clients = message["clients"]
            keys = message.get("keys", {}).items()
            self.keys = {tuple(key): name for name, own in keys for key in own}
        if "failed" in message:
            error = error_of(message["failed"])
            self._engine.tell("error", error.what, error)
        answer = self._waiting.pop(message.get("id", 0), None)
        if answer is not None and not answer.done():
            if "error" in message:
                answer.set_exception(error_of(message["error"]))
            else:
                answer.set_result(message["ok"])

    def _show(self, judgement: dict[str, Any]) -> None:
        mirror = self._engine.mirror
        now = {str(outage["number"]): outage for outage in judgement["outages"]}
        for gone in set(mirror["outage"]) - set(now):
            mirror.put("outage", gone, None)
        for number, outage in now.items():
            if mirror["outage"].get(number) != outage:
                mirror.put("outage", number, outage)
        self.changed.set()

    async def judge(self, command: Judge) -> dict[str, Any]:
        """The verdict on everything acknowledged by now; the ``--json`` object."""
        self.last = await self._ask({"judge": dataclasses.asdict(command)})
        return self.last

    async def report(self, command: Report) -> dict[str, Any]:
        """Let the worker write reports of what was judged last, or of the object handed in."""
        verdict = command.verdict or orjson.dumps(self.last or await self.judge(Judge())).decode()
        return await self._ask(
            {"report": dataclasses.asdict(dataclasses.replace(command, verdict=verdict))}
        )

    async def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The worker's answer; raises WorkbenchError."""
        process = self._process
        if process is None or process.returncode is not None:
            raise WorkbenchError(
                "There is no recording to judge.",
                whose=Whose.USER,
                to_do="Open one, or record something first.",
            )
        if self._engine.session is not None:
            self._engine.session.flush()
        self._asked += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[self._asked] = answer
        assert process.stdin is not None
        asked = {"id": self._asked, **question}
        process.stdin.write(orjson.dumps(asked, option=orjson.OPT_APPEND_NEWLINE))
        await process.stdin.drain()
        return await answer

    async def close(self) -> None:
        """End the worker; its verdicts leave the mirror."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), END_LIMIT)
        except TimeoutError:
            process.kill()
            await process.wait()
        if self._reader is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        for number in list(self._engine.mirror["outage"]):
            self._engine.mirror.put("outage", number, None)


def _ended() -> WorkbenchError:
    return WorkbenchError(
        "The process that reads the recording ended.",
        whose=Whose.OURS,
        why="It was stopped or made a mistake.",
        to_do="Open the recording again; nothing recorded is lost.",
    )
