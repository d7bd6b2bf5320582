"""``./dev`` sets up a folder once, safely, and says what is wrong when it cannot."""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what ``dev`` looks at."""
    folder = tmp_path / "clone"
    (folder / "requirements").mkdir(parents=True)
    for name in ("dev", "pyproject.toml", "requirements/dev.txt", "requirements/system.table"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def dev(clone: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script as a module, at home in the clone; it may run nothing until a test lets it."""
    monkeypatch.delenv("WORKBENCH_VENV", raising=False)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("dev_script", str(clone / "dev"))
    spec = spec_from_loader("dev_script", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    monkeypatch.setattr(module, "attempt", lambda command, **_: pytest.fail(f"ran {command}"))
    return module


def command(clone: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    kept = {key: value for key, value in os.environ.items() if key != "WORKBENCH_VENV"}
    return subprocess.Popen(
        [sys.executable, str(clone / "dev"), *arguments],
        env={**kept, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out + err


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    paths = [folder, *folder.rglob("*")]
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in paths}


def test_parses_under_an_old_python() -> None:
    ast.parse((ROOT / "dev").read_text("utf-8"), feature_version=(3, 6))


def test_too_old_a_python_is_named(dev: Any) -> None:
    with pytest.raises(dev.Stop, match=r"Python 3\.11 or newer is needed; this is 3\.9"):
        dev.need_python((3, 9, 2), find=lambda: None, start=None)


def test_a_newer_python_takes_over(dev: Any) -> None:
    started: list[list[str]] = []
    dev.need_python((3, 9, 2), find=lambda: "/opt/python3.12", start=started.append)
    assert [command[0] for command in started] == ["/opt/python3.12"]


def test_this_python_goes_on(dev: Any) -> None:
    dev.need_python((3, 11, 0), find=lambda: pytest.fail("looked for another"), start=None)


def test_help_names_every_command(dev: Any) -> None:
    for name in {*dev.ALONE, *dev.AFTER_SET_UP} - {"--help", "-h"}:
        assert f"./dev {name}" in dev.__doc__


def test_an_unknown_command_is_named(clone: Path) -> None:
    code, said = outcome(command(clone, "tset"))
    assert code == 1
    assert "'tset'" in said


def test_every_row_of_the_system_table_is_whole(dev: Any) -> None:
    rows = [*dev.system_table("qt"), *dev.system_table("test")]
    assert len(dev.system_table("qt")) == 12
    assert {len(row) for row in rows} == {6}


def test_second_run_does_no_work(dev: Any) -> None:
    python = Path(dev.PYTHON)
    python.parent.mkdir(parents=True)
    python.touch()
    Path(dev.STAMP).write_text(dev.wanted_stamp())
    dev.set_up()  # the fixture fails on any command that it would run
    assert not Path(dev.ROOT, "build").exists()


@pytest.mark.parametrize("changed", ["requirements/dev.txt", "pyproject.toml", "dev"])
def test_a_changed_source_makes_it_again(
    dev: Any, clone: Path, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = Path(dev.PYTHON)
    python.parent.mkdir(parents=True)
    python.touch()
    Path(dev.STAMP).write_text(dev.wanted_stamp())
    (clone / changed).write_text((clone / changed).read_text() + "\n# changed\n")
    steps: list[str] = []
    monkeypatch.setattr(dev, "need_qt_libraries", lambda: steps.append("libraries"))
    monkeypatch.setattr(dev, "make_environment", lambda: steps.append("environment"))
    monkeypatch.setattr(dev, "install_into", lambda _pip: steps.append("install"))
    dev.set_up()
    assert steps == ["libraries", "environment", "install"]
    dev.set_up()
    assert len(steps) == 3


def test_without_root_the_exact_command_is_printed(
    dev: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "as_root", lambda: None)
    monkeypatch.setattr(dev, "package_tool", lambda: "apt-get")
    monkeypatch.setattr(dev, "loads", lambda library: not library.startswith("libE"))
    with pytest.raises(
        dev.Stop, match=r"libEGL\.so\.1.*\n\n  sudo apt-get install -y .* libegl1\n"
    ):
        dev.need_qt_libraries()


def test_an_unknown_system_is_told_the_libraries(dev: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "package_tool", lambda: None)
    monkeypatch.setattr(dev, "loads", lambda library: library != "libGL.so.1")
    with pytest.raises(dev.Stop, match=r"Qt needs libGL\.so\.1; install what your system calls"):
        dev.need_qt_libraries()


def test_empty_package_lists_are_read_first(dev: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(dev, "as_root", list)
    monkeypatch.setattr(dev, "package_tool", lambda: "apt-get")
    monkeypatch.setattr(dev.glob, "glob", lambda _pattern: [])
    monkeypatch.setattr(dev, "attempt", lambda command, **_: ran.append(command) or (0, ""))
    dev.install_packages(["b", "a", "b"], "reason")
    assert [command[-1] for command in ran] == ["update", "b"]
    assert ran[1][-5:] == ["install", "-y", "--no-install-recommends", "a", "b"]


def test_missing_test_programs_do_not_stop_the_tests(
    dev: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "as_root", lambda: None)
    monkeypatch.setattr(dev, "missing_programs", lambda: dev.system_table("test")[:1])
    dev.want_test_programs()
    assert "Xvfb (package xvfb): a screen" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("display", "words"),
    [({"DISPLAY": ":0"}, ["window"]), ({}, ["demo", "--headless"])],
)
def test_run_shows_what_this_machine_can(
    dev: Any, monkeypatch: pytest.MonkeyPatch, display: dict[str, str], words: list[str]
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(dev.sys, "platform", "linux")
    monkeypatch.setattr(dev, "become", started.append)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in display.items():
        monkeypatch.setenv(name, value)
    dev.run(["--more"])
    assert started == [[dev.PYTHON, "-m", "workbench", *words, "--more"]]


def test_an_interrupted_set_up_starts_over(
    dev: Any, monkeypatch: pytest.MonkeyPatch, clone: Path
) -> None:
    def interrupt(_pip: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dev, "need_qt_libraries", lambda: None)
    monkeypatch.setattr(dev, "make_environment", lambda: Path(dev.VENV).mkdir())
    monkeypatch.setattr(dev, "install_into", interrupt)
    assert dev.main(["check"]) == 130
    assert not Path(dev.STAMP).exists()


def test_refuses_a_folder_that_is_no_environment(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.txt").write_text("years of work")
    code, said = outcome(command(clone, "check", WORKBENCH_VENV=str(tmp_path / "precious")))
    assert code == 1
    assert "is not a Python environment" in said
    assert (tmp_path / "precious" / "thesis.txt").read_text() == "years of work"


def test_a_second_call_waits_for_the_first(clone: Path, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / "precious").mkdir()  # where the second call ends once it gets its turn
    (clone / "build").mkdir()
    with (clone / "build" / "dev.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        second = command(clone, "check", WORKBENCH_VENV=str(tmp_path / "precious"))
        assert second.stderr is not None
        assert "waiting" in second.stderr.readline()
        assert second.poll() is None
        assert "running in another call" in outcome(command(clone, "doctor"))[1]
    code, said = outcome(second)
    assert code == 1
    assert "is not a Python environment" in said


def test_doctor_changes_nothing(clone: Path) -> None:
    before = tree(clone)
    code, said = outcome(command(clone, "doctor"))
    assert code == 0, said
    assert "not made yet" in said
    assert tree(clone) == before


def tiny_wheel(folder: Path) -> str:
    """Write the smallest wheel there is; return its hash."""
    folder.mkdir()
    path = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr(
            "tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
        )
        wheel.writestr(
            "tiny-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr("tiny-1.0.dist-info/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("tampered", [True, False])
def test_a_tampered_file_is_refused(clone: Path, tmp_path: Path, tampered: bool) -> None:
    """The counter-proof has the right hash: it comes past the lock, to the missing hatchling."""
    digest = tiny_wheel(tmp_path / "wheels")
    pin = f"tiny==1.0 --hash=sha256:{'0' * 64 if tampered else digest}\n"
    (clone / "requirements" / "dev.txt").write_text(pin)
    local = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "wheels")}
    code, said = outcome(command(clone, "check", **local))
    assert code == 1
    assert ("DO NOT MATCH THE HASHES" in said) == tampered
    assert ("Installing the workbench itself failed" in said) != tampered
    assert (clone / ".venv" / "pyvenv.cfg").exists()
    assert not (clone / ".venv" / "workbench-stamp").exists()
