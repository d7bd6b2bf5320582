"""Check everything: lint, format, types and floors, then pytest with the arguments given.

Run by ``./dev test`` and ``./dev check``; the exit code is 0 only when all of them pass.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STEPS = {
    "lint": [sys.executable, "-m", "ruff", "check", "--quiet", ".", "dev"],
    "format": [sys.executable, "-m", "ruff", "format", "--check", "--quiet", ".", "dev"],
    "types": [sys.executable, "-m", "mypy", "--no-error-summary"],
    "floors": [str(Path(sysconfig.get_path("scripts"), "lint-imports"))],
}


def passes(name: str, command: list[str]) -> bool:
    """Run one step; show what it said only when it complains."""
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    print(f"{name}: {'failed' if done.returncode else 'ok'}", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    failed = [name for name, command in STEPS.items() if not passes(name, command)]
    tests = subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=ROOT)
    if failed:
        print(f"Before the tests, these failed: {', '.join(failed)}", file=sys.stderr)
    return tests or (1 if failed else 0)


if __name__ == "__main__":
    os.environ.update(LC_ALL="C.UTF-8", QT_QPA_PLATFORM="offscreen")
    sys.exit(main(sys.argv[1:]))
