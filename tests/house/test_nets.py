"""Each net of tests/conftest.py catches what it is there for, and nothing else.

One planted suite is run once in a process of its own, under this project's own configuration.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PLANTED = """
import asyncio, gc, logging, threading, warnings
import pytest


def test_warning():
    warnings.warn("planted", UserWarning)

def test_log_line():
    logging.getLogger("planted").warning("planted line")

def test_log_line_of_a_closed_logger():
    logger = logging.getLogger("planted.closed")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    logger.error("planted line")

def test_qt_message():
    from PySide6.QtCore import qWarning
    qWarning("planted message")

def test_qt_message_at_teardown(request):
    from PySide6.QtCore import qWarning
    request.addfinalizer(lambda: qWarning("planted message"))

async def forgotten():
    pass

def test_never_awaited():
    forgotten()

async def test_never_retrieved():
    async def fail():
        raise ValueError("planted")
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

async def test_task_left():
    test_task_left.task = asyncio.create_task(asyncio.sleep(1000))

@pytest.fixture
async def leaky():
    yield
    leaky.task = asyncio.create_task(asyncio.sleep(1000))

async def test_task_left_by_a_fixture(leaky):
    pass

class Cycle:
    def __init__(self):
        self.me = self
    def __del__(self):
        raise ValueError("planted")

def test_unraisable():
    Cycle()

def test_thread():
    def fail():
        raise ValueError("planted")
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()

def test_clean_after_all_that():
    logging.getLogger("planted").info("an information is no accident")

async def test_clean_expected_log_line(caplog):
    logging.getLogger("planted").warning("read by the test itself")
    assert caplog.messages == ["read by the test itself"]

async def test_clean_task_ended():
    await asyncio.create_task(asyncio.sleep(0))

def test_clean_offscreen_noise():
    from PySide6.QtCore import qWarning
    qWarning("This plugin does not support propagateSizeHints()")
"""

NAMES = re.findall(r"def (test_\w+)", PLANTED)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says about the planted suite, one line an outcome."""
    folder = tmp_path_factory.mktemp("planted")
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    (folder / "test_planted.py").write_text(PLANTED)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "--tb=no", "-p", "no:cacheprovider"]
        + ["-p", "no:xdist", "test_planted.py"],
        cwd=folder,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    return run.stdout


@pytest.mark.parametrize("name", [name for name in NAMES if "clean" not in name])
def test_caught(report: str, name: str) -> None:
    assert re.search(rf"^(FAILED|ERROR) test_planted.py::{name}( |$)", report, re.M), report


@pytest.mark.parametrize("name", [name for name in NAMES if "clean" in name])
def test_let_through(report: str, name: str) -> None:
    assert f"PASSED test_planted.py::{name}\n" in report
    assert not re.search(rf"^(FAILED|ERROR) test_planted.py::{name}( |$)", report, re.M), report
