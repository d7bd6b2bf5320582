"""The guard: a small process between the workbench and one server, so that none is left behind.

Standard input is the lifeline: its end, for whatever reason, means "stop". Its first line is the
order to start (JSON: command, env, cwd, signal, grace; not an argument, where others could read
it); then come ``stop SIGNAL GRACE``, ``signal SIGNAL``, ``cut``. Output and errors belong to the
server;
the guard adds lines to the errors that begin with the record separator (RFC 7464 section 2.2).
Only the standard library is imported: a guard starts with every server.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import IO, Any

from workbench.targets import descendants

MARK = "\x1e"
BEAT = 0.5  # seconds between looks for adopted processes that have ended
LEFTOVER_GRACE = 1.0  # seconds for what outlives the server's own process
WINDOWS = sys.platform == "win32"


def say(**facts: Any) -> None:
    """One line for the workbench, among the server's errors; nobody may be there to read it."""
    with contextlib.suppress(OSError, ValueError):
        os.write(2, f"\n{MARK}{json.dumps(facts)}\n".encode())


def start(order: dict[str, Any]) -> subprocess.Popen[bytes]:
    """The server, in a session of its own; OSError when it cannot be started."""
    command, cwd = order["command"], order.get("cwd")
    env = {**os.environ, **order.get("env", {})}
    if WINDOWS:
        flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, env=env, cwd=cwd, creationflags=flags
        )
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        env=env,
        cwd=cwd,
        start_new_session=True,
        # No thread runs yet, so nothing can hold a lock in the child.
        preexec_fn=descendants.die_with_parent(),
    )


@dataclass
class Guard:
    """Watches one started server until it, and all it started, has ended."""

    server: subprocess.Popen[bytes]
    signal_name: str
    grace: float
    deadline: float | None = None
    orders: queue.SimpleQueue[list[str]] = field(default_factory=queue.SimpleQueue)

    def run(self, lifeline: IO[str]) -> int:
        """Serve orders until the server has ended; its exit code (128 + signal number)."""
        threading.Thread(target=self._listen, args=(lifeline,), daemon=True).start()
        threading.Thread(target=self._wait, daemon=True).start()
        while True:
            try:
                order = self.orders.get(timeout=self._patience())
            except queue.Empty:
                self._tick()
                continue
            if order == ["ended"]:
                break
            self.obey(order)
        sweep(self.server.pid)
        code = self.server.returncode
        say(ended=code)
        return code if code >= 0 else 128 - code

    def obey(self, order: list[str]) -> None:
        """Carry out one order; one that makes no sense is answered and ignored."""
        try:
            match order:
                case ["stop"]:
                    self._stop(self.signal_name, self.grace)
                case ["stop", name, grace]:
                    self._stop(name, float(grace))
                case ["signal", name]:
                    self._send(name)
                case ["cut"]:
                    self._cut()
                case _:
                    say(error=f"not an order: {' '.join(order)[:80]}")
        except (ValueError, OSError) as error:
            say(error=f"cannot {' '.join(order)[:80]}: {error}")

    def _stop(self, name: str, grace: float) -> None:
        self.deadline = time.monotonic() + max(0.0, grace)
        self._send(name)

    def _send(self, name: str) -> None:
        if WINDOWS:
            self.server.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))
            return
        number = getattr(signal, f"SIG{name}", None)
        if not isinstance(number, signal.Signals):
            raise ValueError(f"no signal is called {name}")
        # To the server's own process: what it does with its children is part of the test.
        self.server.send_signal(number)

    def _cut(self) -> None:
        self.deadline = None
        if WINDOWS:
            self.server.kill()
        else:
            descendants.signal_group(self.server.pid, signal.SIGKILL)
            descendants.signal_descendants(signal.SIGKILL)

    def _patience(self) -> float:
        if self.deadline is None:
            return BEAT
        return min(BEAT, max(0.001, self.deadline - time.monotonic()))

    def _tick(self) -> None:
        if not WINDOWS:
            descendants.reap_orphans(self.server.pid)
        if self.deadline is not None and time.monotonic() >= self.deadline:
            say(grace_over=True)
            self._cut()

    def _listen(self, lifeline: IO[str]) -> None:
        for line in lifeline:
            self.orders.put(line.split())
        self.orders.put(["stop"])

    def _wait(self) -> None:
        self.server.wait()
        self.orders.put(["ended"])


def sweep(leader: int) -> None:
    """End what the server left behind: asked first, killed after a second."""
    if WINDOWS:  # the job object does it when this process ends
        return
    descendants.signal_group(leader, signal.SIGTERM)
    descendants.signal_descendants(signal.SIGTERM)
    deadline = time.monotonic() + LEFTOVER_GRACE
    while _left(leader) and time.monotonic() < deadline:
        time.sleep(0.02)
    # Twice, for one that was forked between the look and the signal.
    for _ in range(2):
        descendants.signal_group(leader, signal.SIGKILL)
        descendants.signal_descendants(signal.SIGKILL)
        descendants.reap_orphans(leader)


def _left(leader: int) -> bool:
    descendants.reap_orphans(leader)
    try:
        os.killpg(leader, 0)
    except (ProcessLookupError, PermissionError):
        return descendants.signal_descendants(0) > 0
    return True


def main() -> int:
    """Guard one server from start to end; 127 when it cannot be started."""
    first = sys.stdin.readline()
    if not first:  # whoever started us is gone already
        return 0
    if WINDOWS:
        descendants.bind_to_job(_kernel())
    descendants.adopt_orphans()
    order = json.loads(first)
    try:
        server = start(order)
    except (OSError, ValueError) as error:
        say(failed=str(error))
        return 127
    say(started=server.pid)
    guard = Guard(server, order.get("signal", "TERM"), order.get("grace", 10.0))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: guard.orders.put(["stop"]))
    return guard.run(sys.stdin)


def _kernel() -> Any:
    import ctypes

    return getattr(ctypes, "windll").kernel32  # noqa: B009  (Windows only: unknown to mypy here)


if __name__ == "__main__":
    sys.exit(main())
