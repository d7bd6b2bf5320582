"""Starting the program loads no more than it runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"PySide6", "pyqtgraph", "qasync", "numpy", "asyncio", "rich", "websockets", "tomlkit"}


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def loaded_by(code: str) -> set[str]:
    """Name the top-level modules that are loaded after the code, beyond a bare interpreter's."""
    run = python(
        f"import sys; before = set(sys.modules)\n{code}\n"
        "print('\\n'.join({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import workbench",
        "import workbench.__main__",
        "import workbench.resources",
        "from workbench.__main__ import main; main(['--version'])",
    ],
)
def test_import_is_light(code: str) -> None:
    assert not loaded_by(code) & HEAVY


def test_what_a_heavy_import_looks_like() -> None:
    assert loaded_by("import numpy") & HEAVY == {"numpy"}


@pytest.mark.parametrize("package", ["PySide6", "qasync", "pyqtgraph"])
def test_window_without_its_packages_says_so(package: str) -> None:
    """A gui package stands in that asks for the missing one at once."""
    code = (
        "import sys, types\n"
        f"sys.modules[{package!r}] = None\n"
        "room = types.ModuleType('workbench.gui.main')\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'workbench.gui.main':\n"
        "            from importlib.machinery import ModuleSpec\n"
        "            return ModuleSpec(name, self)\n"
        "    def create_module(self, spec): return None\n"
        f"    def exec_module(self, module): import {package}\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from workbench.__main__ import main\n"
        "sys.exit(main(['window']))\n"
    )
    run = python(code, QT_QPA_PLATFORM="offscreen")
    assert run.returncode == 3, run.stderr
    assert f"needs the Python package {package}" in run.stderr
    assert "Traceback" not in run.stderr


def test_window_without_a_display_says_so() -> None:
    from workbench.__main__ import _has_display

    assert not _has_display("linux", {})
    assert not _has_display("linux", {"DISPLAY": ""})
    assert _has_display("linux", {"WAYLAND_DISPLAY": "wayland-0"})
    assert _has_display("darwin", {})


def test_resources_are_found() -> None:
    from workbench.resources import resources_dir

    assert (resources_dir() / "icons" / "record.svg").is_file()


def test_resources_of_a_frozen_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from workbench import resources

    (tmp_path / "resources" / "icons").mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources.resources_dir() == tmp_path / "resources"


def test_missing_resources_are_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from workbench import resources

    monkeypatch.setattr(resources, "_candidates", lambda: [tmp_path])
    with pytest.raises(FileNotFoundError, match="packaging is at fault"):
        resources.resources_dir()
