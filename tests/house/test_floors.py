"""The floor contracts of pyproject.toml hold, and each kind of them catches a planted violation."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SANS_IO = {
    "datastructures", "exceptions", "extensions", "frames", "headers", "http11", "protocol",
    "client", "server", "streams", "typing", "uri", "utils", "speedups", "version",
}  # fmt: skip
PLANTS = {
    "model knows units": ("model", "import workbench.units"),
    "floor 2 looks sideways": ("faults", "import workbench.checks"),
    "a dialect opens a socket": ("protocols/dialects", "import socket"),
    "a check reads the clock": ("checks", "def f():\n    from time import monotonic"),
    "a deploy rolls dice": ("deploys", "import random"),
    "units read resources": ("units", "import workbench.resources"),
    "a decoder knows websockets": ("decoders", "import websockets"),
    "the wire knows a fault": ("wire", "import workbench.faults"),
    "the journal knows units": ("journal", "import workbench.units"),
    "the door knows protocols": ("door", "import workbench.protocols"),
    "panels load the engine": ("panels", "import workbench.engine"),
    "the window maps the journal": ("gui", "import workbench.journal"),
    "the command line opens sockets": ("cli", "import workbench.wire"),
    "the test front knows panels": ("testing", "import workbench.panels"),
    "the command line loads Qt": ("cli", "import PySide6.QtCore"),
    "a panel draws": ("panels", "import pyqtgraph"),
    "the engine starts the service": ("engine", "import workbench.service"),
    "the service knows the wire": ("service", "import workbench.wire"),
    "the command line imports __main__": ("cli", "import workbench.__main__"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sysconfig.get_path("scripts"), "lint-imports")
    return subprocess.run(
        [command, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house in which something can be broken."""
    shutil.copytree(
        ROOT / "workbench", tmp_path / "workbench", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_floors_hold() -> None:
    run = lint_imports(ROOT)
    assert run.returncode == 0, run.stdout + run.stderr


def test_planted_violations_are_caught(house: Path) -> None:
    """All at once, each in a file of its own; the report must name every file."""
    for number, (room, line) in enumerate(PLANTS.values()):
        (house / "workbench" / room / f"planted{number}.py").write_text(line + "\n")
    run = lint_imports(house)
    assert run.returncode == 1, run.stdout + run.stderr
    report = "".join(run.stdout.split())
    missed = [name for number, name in enumerate(PLANTS) if f"planted{number}->" not in report]
    assert not missed, run.stdout


def test_a_room_without_a_floor_is_caught(house: Path) -> None:
    (house / "workbench" / "attic").mkdir()
    (house / "workbench" / "attic" / "__init__.py").touch()
    run = lint_imports(house)
    assert run.returncode == 1
    assert "attic" in run.stdout


def test_every_room_is_named_in_the_qt_contract() -> None:
    """The layers contract is exhaustive by itself; this one is a list."""
    rooms = {path.parent.name for path in (ROOT / "workbench").glob("*/__init__.py")}
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contract = text[text.index('id = "qt"') :].partition("forbidden_modules")[0]
    assert {room for room in rooms if f'"workbench.{room}"' not in contract} == {"gui"}


def imported_parts_of_websockets(source: str) -> set[str]:
    """Name what a file takes from websockets, ``*`` standing for the package itself."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            parts = [f"{module}.{alias.name}" for alias in node.names]
            names = parts if module == "websockets" else [module]
        else:
            continue
        found |= {f"{name}.*".split(".")[1] for name in names if name.split(".")[0] == "websockets"}
    return found


def test_protocols_take_only_the_sans_io_part_of_websockets() -> None:
    """Import-linter does not look inside a package from elsewhere."""
    for path in (ROOT / "workbench" / "protocols").rglob("*.py"):
        taken = imported_parts_of_websockets(path.read_text(encoding="utf-8"))
        assert taken <= SANS_IO, f"{path} takes {taken - SANS_IO} from websockets"


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("import websockets.asyncio.client", "asyncio"),
        ("from websockets.sync import client", "sync"),
        ("from websockets import connect", "connect"),
        ("import websockets", "*"),
        ("from websockets.frames import Frame", "frames"),
    ],
)
def test_parts_of_websockets_are_recognised(line: str, part: str) -> None:
    assert imported_parts_of_websockets(line) == {part}


def test_linter_runs_on_this_python() -> None:
    assert Path(sysconfig.get_path("scripts"), "lint-imports").exists(), sys.executable
