"""The workbench as its users start it: the command line in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.peers.lines import LineReader


def workbench(*words: str, limit: float = 120.0) -> subprocess.CompletedProcess[str]:
    """Run ``workbench WORDS`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "workbench", *words],
        capture_output=True,
        text=True,
        timeout=limit,
        env=dict(os.environ),
    )


def judged(recording: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """``workbench judge RECORDING WORDS --json``: exit code and object."""
    run = workbench("judge", str(recording), "--json", *words)
    assert run.stdout, run.stderr
    return run.returncode, json.loads(run.stdout)


class Recorder:
    """``workbench record`` in front of a server."""

    def __init__(self, to: str, out: Path) -> None:
        self.out = out
        self._process = subprocess.Popen(
            [sys.executable, "-m", "workbench", "record", "--to", to, "--out", str(out), "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self._lines = LineReader(self._process.stdout)
        self._lines.until(lambda: bool(self._told()), 30.0)
        self.listen: str = self._told()["listen"]

    def _told(self) -> dict[str, Any]:
        return next((json.loads(x) for x in self._lines.so_far if x.startswith("{")), {})

    def command(self, text: str) -> None:
        """A line for its standard input: ``cut``, ``close 1012``, ``stall 2``."""
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode() + b"\n")
        self._process.stdin.flush()

    def cut_client(self, name: str) -> None:
        """``cut @name``, again until the client is known by its name."""
        end = time.monotonic() + 60.0
        while True:
            said = len(self._lines.so_far)
            self.command(f"cut @{name}")
            self._lines.until(lambda said=said: len(self._lines.so_far) > said, 30.0)
            if self._lines.so_far[said].startswith("Done on 1 link"):
                return
            assert time.monotonic() < end, "\n".join(self._lines.so_far)
            time.sleep(0.1)

    def end(self) -> None:
        """Ctrl+C; the recording is whole afterwards."""
        self._process.send_signal(signal.SIGINT)
        assert self._process.wait(30) == 0, "\n".join(self._lines.so_far)
        self.close()

    def close(self) -> None:
        """End it where it has not ended; for the end of a test that failed."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        assert self._process.stdin is not None
        if not self._process.stdin.closed:
            self._process.stdin.close()
            self._lines.close()
