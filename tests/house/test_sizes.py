"""Files and functions stay small enough to be read in one sitting."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES, FUNCTION_LINES = 400, 50


def too_long(source: str) -> list[str]:
    """Name what is longer than the house allows; the decorators of a function count with it."""
    lines = len(source.splitlines())
    found = [f"file: {lines} lines"] if lines > FILE_LINES else []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            length = (node.end_lineno or node.lineno) - first + 1
            if length > FUNCTION_LINES:
                found.append(f"{node.name}: {length} lines")
    return found


def test_program() -> None:
    files = [*(ROOT / "workbench").rglob("*.py"), ROOT / "dev"]
    long = {str(path.relative_to(ROOT)): too_long(path.read_text("utf-8")) for path in files}
    assert len(files) > 15
    assert not {path: found for path, found in long.items() if found}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = 1\n" * 400, []),
        ("x = 1\n" * 401, ["file: 401 lines"]),
        ("def f():\n" + "    x = 1\n" * 49, []),
        ("def f():\n" + "    x = 1\n" * 50, ["f: 51 lines"]),
        ("class A:\n  @d\n  async def f(self):\n" + "    x = 1\n" * 49, ["f: 51 lines"]),
    ],
)
def test_measure(source: str, found: list[str]) -> None:
    assert too_long(source) == found
