"""The pytest plug-in: the fixture ``workbench``.

Loading it imports pytest alone; an engine is started when a test asks for the fixture, and
ends with the test.
"""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from workbench.testing.aio import AsyncWorkbench
    from workbench.testing.core import Core
    from workbench.testing.sync import Workbench

CORE = pytest.StashKey["Core"]()
FAILED = pytest.StashKey[bool]()
FOLDER = "workbench-recording"


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option: where recordings of failed tests are copied to."""
    parser.getgroup("workbench").addoption(
        "--workbench-keep",
        metavar="DIR",
        default="",
        help="copy the recording of each failed test to DIR (for a pipeline's artifacts)",
    )


@pytest.fixture(name="workbench")
def workbench_fixture(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Workbench | AsyncWorkbench]:
    """Proxies, servers, faults and verdicts; to be awaited in a coroutine (docs/testing.md)."""
    from workbench.testing.aio import AsyncWorkbench
    from workbench.testing.core import Core
    from workbench.testing.loop_thread import LoopThread
    from workbench.testing.sync import Workbench

    front = AsyncWorkbench if inspect.iscoroutinefunction(request.function) else Workbench
    loop = LoopThread()
    try:
        core = loop.wait(Core.open(tmp_path / FOLDER, request.node.name))
        request.node.stash[CORE] = core
        try:
            yield front(core, loop)
        finally:
            loop.wait(core.close())
            _keep(request.node, core.folder)
    finally:
        loop.close()


def _kept_at(item: pytest.Item, folder: Path) -> Path:
    keep = item.config.getoption("--workbench-keep")
    name = re.sub(r"[^\w.-]+", "_", item.nodeid)[-150:]
    return Path(keep).absolute() / name if keep else folder


def _keep(item: pytest.Item, folder: Path) -> None:
    target = _kept_at(item, folder)
    if target != folder and item.stash.get(FAILED, False):
        shutil.copytree(folder, target, dirs_exist_ok=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test names its recording, and its last verdict."""
    report = yield
    core = item.stash.get(CORE, None)
    if core is not None and report.failed:
        item.stash[FAILED] = True
        report.sections.append(("workbench", _section(core, _kept_at(item, core.folder))))
    return report


def _section(core: Core, folder: Path) -> str:
    lines = [f"The recording of this test: {folder}", f"Judge it: workbench judge {folder}"]
    if core.last_verdict is not None:
        lines.append(core.last_verdict.explain())
    return "\n".join(lines)


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """``assert verdict.value == "valid"`` fails with the reasons."""
    verdict: Any = getattr(left, "verdict", None)
    if type(verdict).__module__ != "workbench.testing.verdict":
        return None
    shown = list(left) if isinstance(left, list) else str(left)
    return [f"{shown!r} {op} {right!r}", *verdict.explain().splitlines()]
