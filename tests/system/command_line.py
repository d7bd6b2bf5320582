"""``workbench`` as a process, always within a time limit."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

LIMIT = 120.0
FAULT = re.compile(r"\(a fault (of the (workbench|other side|server)|in what was asked)\)$")


def workbench(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run it to its end; a hang fails the test."""
    return subprocess.run(
        command(*words),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        env=environment(),
    )


def environment() -> dict[str, str]:
    """Ours, with the workbench found from every folder."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "workbench", *map(str, words)]


def could_not_run(done: subprocess.CompletedProcess[str]) -> str:
    """It exited with 3 and one line that says what, what to do, and whose fault; that line."""
    assert done.returncode == 3, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("workbench: ")
    assert FAULT.search(line), line
    assert line.count(". ") + line.count("? ") >= 2, line  # what it is, and what to do
    return line


class Running:
    """``workbench WORDS`` that goes on until it is ended; output into files."""

    def __init__(self, folder: Path, *words: str | Path, **given: object) -> None:
        self._out, self._err = folder / "stdout", folder / "stderr"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                command(*words),
                stdin=subprocess.DEVNULL,
                env=environment(),
                stdout=out,
                stderr=err,
                **given,
            )

    @property
    def out(self) -> str:
        return self._out.read_text("utf-8", "replace")

    @property
    def err(self) -> str:
        return self._err.read_text("utf-8", "replace")

    def until(self, holds: Callable[[], object]) -> None:
        end = time.monotonic() + LIMIT
        while not holds():
            assert self.process.poll() is None, (self.out, self.err)
            assert time.monotonic() < end, (self.out, self.err)
            time.sleep(0.05)

    def listen(self) -> int:
        """The port of ``record``, once it listens."""
        self.until(lambda: "Listening on " in self.out and "Recording into" in self.out)
        found = re.search(r"Listening on \w+://127\.0\.0\.1:(\d+)", self.out)
        assert found is not None
        return int(found[1])

    def end(self, number: int = signal.SIGINT) -> int:
        """Signal it; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(LIMIT)

    def close(self) -> None:
        """For the end of a test: by its id, where it has not ended."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def peak_memory(pid: int) -> int:
    """Highest resident memory (bytes) of a process and its children so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = int(found[1]) * 1024 if found else 0
    return own + sum(peak_memory(int(child)) for child in children if alive(int(child)))


def alive(pid: int) -> bool:
    return os.path.exists(f"/proc/{pid}/status")
