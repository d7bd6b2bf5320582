"""The nets under every test: whatever a program says or forgets by accident fails the test.

Caught here: a message from Qt, a log line at WARNING or above, an asyncio task that is still
pending when its test ends.  Caught by pytest itself under ``-W error`` and made prompt by the
collection below: warnings, coroutines never awaited, exceptions nobody could catch.
``tests/house/test_nets.py`` shows each net catching something.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
import os
import shutil
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

# The offscreen platform says this once per window; it says nothing about the program.
OFFSCREEN_NOISE = "This plugin does not support propagateSizeHints()"

HERE = Path(__file__).parent
#: Rooms that ``./dev check`` leaves to ``./dev test``: it must end within a minute.
LIVE = frozenset({"gui", "service", "targets", "testing", "wire"})

_heard: list[str] = []


# -- what is heard --------------------------------------------------------------------------------
def _listening(factory: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    """A record factory sees every record of every logger, also of those that do not propagate."""

    def listen(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = factory(*args, **kwargs)
        if record.levelno >= logging.WARNING:
            _heard.append(f"log: {record.name} {record.levelname}: {record.getMessage()}")
        return record

    return listen


def _hear_qt(_kind: object, _context: object, message: str) -> None:
    if message != OFFSCREEN_NOISE:
        _heard.append(f"Qt: {message}")


def _install_qt_net() -> None:
    try:
        from PySide6.QtCore import qInstallMessageHandler
    except ImportError:  # the command line is also tested where Qt is not installed
        return
    qInstallMessageHandler(_hear_qt)


def pytest_configure() -> None:
    logging.setLogRecordFactory(_listening(logging.getLogRecordFactory()))
    _install_qt_net()


def pytest_collection_finish() -> None:
    """Take what imports left behind out of the collector's sight: it makes each sweep cheap."""
    gc.collect()
    gc.freeze()


# -- when it fails the test -----------------------------------------------------------------------
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    result = yield
    heard, _heard[:] = list(_heard), []
    if "caplog" in getattr(item, "fixturenames", ()):  # the test reads its log lines itself
        heard = [line for line in heard if not line.startswith("log: ")]
    if heard:
        pytest.fail("Said by accident during this test:\n  " + "\n  ".join(heard), pytrace=False)
    return result


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put the nets first among the fixtures, so that they are the last to be torn down; and mark
    the rooms whose tests open sockets, processes or windows."""
    if LIVE & set(item.path.relative_to(HERE).parts):
        item.add_marker(pytest.mark.live)
    if isinstance(item, pytest.Function):
        if inspect.iscoroutinefunction(item.obj):
            item.fixturenames.insert(0, "no_task_left")
        item.fixturenames.insert(0, "swept")


@pytest.fixture
def swept() -> Iterator[None]:
    """Collect garbage, so that what a test forgot is found in this test and not in a later one."""
    yield
    gc.collect()


@pytest.fixture
async def no_task_left() -> AsyncIterator[None]:
    """Fail when a task is pending after the test and all its fixtures have ended."""
    yield
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        names = ", ".join(sorted(f"{task.get_name()} ({task.get_coro()!r})" for task in left))
        pytest.fail(f"Left pending by this test: {names}", pytrace=False)


# -- what a test may ask for ----------------------------------------------------------------------
@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """Give the path of a program of the system; without it the test skips, and fails under CI.

    ``./dev test`` installs, as root, what requirements/system.table lists.
    """

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is not None:
            return path
        reason = f"{name} is not installed; requirements/system.table names its package"
        if os.environ.get("CI"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)

    return find
