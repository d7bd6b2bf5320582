"""One replica of a target: started under a guard, watched, drained, stopped or cut."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from functools import partial

from workbench.model.errors import Whose, WorkbenchError
from workbench.model.program import program_command
from workbench.targets.output import Line, Log, read_lines
from workbench.targets.readiness import free_port, read_line, until_port_is_ready
from workbench.targets.target import HttpPath, State, Target, TcpPort

MARK = "\x1e"  # begins the guard's own lines (guard.py)
# Seconds that the guard may need beyond the grace period before it is ended itself.
GUARD_PATIENCE = 5.0
# Seconds for the rest of the output after the guard has ended.
LAST_WORDS = 2.0

OnState = Callable[["Replica", State, str], None]
OnLine = Callable[["Replica", Line], None]


class Replica:
    """A named copy of a server. Not reusable concurrently: one act at a time.

    ``on_state(replica, state, reason)`` and ``on_line(replica, line)`` are called in the
    event loop's thread. ``clock`` gives moments in ns. With ``keep_port`` no other port will do.
    """

    def __init__(
        self,
        target: Target,
        name: str,
        version: str = "v1",
        *,
        port: int = 0,
        keep_port: bool = False,
        on_state: OnState | None = None,
        on_line: OnLine | None = None,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self.target = target
        self.name = name
        self.version = version
        self.port = port
        self._keep_port = keep_port
        self.state = State.DOWN
        self.pid: int | None = None
        self.exit_code: int | None = None
        self.log = Log(target.log_lines, clock)
        if on_line is not None:
            self.log.listeners.append(partial(on_line, self))
        self._on_state = on_state
        self._guard: Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._gone = asyncio.Event()
        self._gone.set()
        self._asked = False
        self._grace_over = False
        self._failure = ""

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens (port 0: not known yet)."""
        return self.target.host, self.port

    async def start(self, version: str | None = None) -> None:
        """Start the process; returns before it is ready. Raises when it runs already, or when
        its guard cannot be started."""
        if not self._gone.is_set():
            raise WorkbenchError(f"{self.name} is running already.", whose=Whose.OURS)
        self.version = version or self.version
        if self.target.wants_port:
            self.port = self._port_to_take()
        self._ready.clear()
        self._asked, self._failure, self.pid, self.exit_code = False, "", None, None
        self._grace_over = False
        self._guard = await self._spawn()
        self._gone.clear()
        self._become(State.STARTING, f"version {self.version}")
        self._watch = asyncio.create_task(self._watch_over(self._guard))

    async def ready(self, timeout: float = 30.0) -> None:
        """Return when it is ready; WorkbenchError when it ends before, or not within ``timeout``
        seconds (it is then still running)."""
        waits = [asyncio.create_task(w) for w in (self._until_ready(), self._gone.wait())]
        try:
            await asyncio.wait(waits, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if self._gone.is_set():
                raise self._error(f"{self.name} ended before it was ready.", self._how_it_ended())
            if not waits[0].done():
                raise self._error(
                    f"{self.name} was not ready within {timeout:g} s.",
                    "Its readiness condition did not come true.",
                )
            waits[0].result()
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        if self.state is State.STARTING:
            self._become(State.SERVING, "ready")

    def drain(self, signal: str = "") -> None:
        """Send the stop signal; returns at once. Without a :meth:`stop` no SIGKILL follows."""
        self._asked = True
        if self._order(f"signal {signal or self.target.stop_signal}"):
            self._become(State.DRAINING, f"SIG{signal or self.target.stop_signal}")

    async def stop(self, grace: float | None = None, signal: str = "") -> None:
        """Stop signal, ``grace`` seconds (the target's by default), SIGKILL; returns when down."""
        grace = self.target.grace if grace is None else grace
        self._asked = True
        if self._order(f"stop {signal or self.target.stop_signal} {grace}"):
            self._become(State.DRAINING, f"SIG{signal or self.target.stop_signal}, {grace:g} s")
            await self._until_gone(grace + GUARD_PATIENCE)

    async def cut(self) -> None:
        """SIGKILL the server and everything it started; returns when down."""
        self._asked = True
        if self._order("cut"):
            await self._until_gone(GUARD_PATIENCE)

    async def gone(self, timeout: float | None = None) -> bool:
        """Whether the process has ended, waiting up to ``timeout`` seconds (None: for ever)."""
        try:
            async with asyncio.timeout(timeout):
                await self._gone.wait()
        except TimeoutError:
            return False
        return True

    # -- starting ---------------------------------------------------------------------------

    def _port_to_take(self) -> int:
        free = free_port(self.target.host, self.port)
        if self._keep_port and free != self.port:
            raise WorkbenchError(
                f"{self.name} can't be started: port {self.port} is taken.",
                whose=Whose.USER,
                why="Another program listens on it.",
                to_do="End that program, or choose another port.",
            )
        return free

    async def _spawn(self) -> Process:
        try:
            guard = await asyncio.create_subprocess_exec(
                *program_command("guard"),
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                start_new_session=True,  # Ctrl-C in our terminal is for us, not for the server
            )
        except OSError as error:
            raise WorkbenchError(
                f"{self.name} can't be started: its guard process did not start.",
                whose=Whose.OURS,
                why=f"{error}.",
            ) from error
        assert guard.stdin is not None
        guard.stdin.write(json.dumps(self._start_order()).encode() + b"\n")
        return guard

    def _start_order(self) -> dict[str, object]:
        names = (self.port, self.name, self.version)
        command, extra = self.target.filled(*names)
        return {
            "command": command,
            "env": {"PYTHONUNBUFFERED": "1", **extra},  # or a Python server's log comes late
            "cwd": self.target.folder(*names),
            "signal": self.target.stop_signal,
            "grace": self.target.grace,
        }

    async def _until_ready(self) -> None:
        readiness = self.target.readiness
        if isinstance(readiness, TcpPort | HttpPath):
            if not self.port:
                raise self._error(
                    f"{self.name} has no port to look at.",
                    "Neither {port} is in its command nor is a fixed port given.",
                )
            await until_port_is_ready(readiness, *self.address)
        else:
            await self._ready.wait()

    # -- watching ---------------------------------------------------------------------------

    async def _watch_over(self, guard: Process) -> None:
        assert guard.stdout is not None
        assert guard.stderr is not None
        reading = asyncio.gather(
            read_lines(guard.stdout, partial(self._line, "stdout")),
            read_lines(guard.stderr, partial(self._line, "stderr")),
        )
        code = await guard.wait()
        # Everyone who could write is gone with the guard, but where there is no subreaper a
        # process that left the group may hold the pipe open for ever.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await reading
        if self.exit_code is None:
            self.exit_code = code
        if guard.stdin is not None:
            guard.stdin.close()
        self._gone.set()
        self._become(State.DOWN if self._asked else State.FAILED, self._how_it_ended())

    def _line(self, source: str, text: str) -> None:
        before, mark, fact = text.partition(MARK)
        if mark and source == "stderr":
            self._guard_says(fact)
            text = before
        if not text:
            return
        self.log.add(source, text)
        ready, port = read_line(self.target.readiness, source, text)
        if ready and not self._ready.is_set():
            self.port = port or self.port
            self._ready.set()

    def _guard_says(self, fact: str) -> None:
        try:
            facts = json.loads(fact)
        except ValueError:  # a server may write the mark too
            return
        match facts:
            case {"started": int(pid)}:
                self.pid = pid
            case {"ended": int(code)}:
                self.exit_code = code
            case {"failed": str(why)} | {"error": str(why)}:
                self._failure = why
            case {"grace_over": True}:
                self._grace_over = True
                self.log.add("stderr", "[workbench] grace period over: SIGKILL")

    def _how_it_ended(self) -> str:
        if self._failure:
            return f"{self._failure}."
        if self._grace_over:
            return "It ignored the stop signal: SIGKILL when the grace period was over."
        if self.exit_code is not None and self.exit_code < 0:
            return f"It was ended by signal {-self.exit_code}."
        return f"Exit code {self.exit_code}."

    def _error(self, what: str, why: str) -> WorkbenchError:
        self._become(State.FAILED, what)
        return WorkbenchError(
            what,
            whose=Whose.TARGET,
            why=why,
            to_do="Read what it wrote (details).",
            details=self.log.tail(),
        )

    def _become(self, state: State, reason: str) -> None:
        if state is not self.state:
            self.state = state
            if self._on_state is not None:
                self._on_state(self, state, reason)

    # -- ending -----------------------------------------------------------------------------

    def _order(self, order: str) -> bool:
        """Tell the guard; False when there is none any more."""
        if self._gone.is_set() or self._guard is None or self._guard.stdin is None:
            return False
        self._guard.stdin.write(f"{order}\n".encode())
        return True

    async def _until_gone(self, patience: float) -> None:
        if not await self.gone(patience) and self._guard is not None:
            # The guard itself is stuck. Its end takes the server along (PR_SET_PDEATHSIG).
            with contextlib.suppress(ProcessLookupError):
                self._guard.kill()
            await self._gone.wait()
        if self._watch is not None:
            await self._watch
