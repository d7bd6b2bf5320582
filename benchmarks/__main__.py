"""List the benchmarks and run each with ``--quick``.  One alone: ``python -m benchmarks.NAME``."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def benchmarks() -> dict[str, str]:
    """Map the name of each benchmark to the first line of its docstring."""
    files = sorted(path for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    docs = {path.stem: ast.get_docstring(ast.parse(path.read_text("utf-8"))) for path in files}
    return {name: (text or "").partition("\n")[0] for name, text in docs.items()}


def main() -> int:
    found = benchmarks()
    for name, line in found.items():
        print(f"{name:20} {line}")
    codes = []
    for name in found:
        print(f"\n== {name} --quick", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", "--quick"]
        codes.append(subprocess.call(command, cwd=HERE.parent))
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main())
