"""Floor 6. The pytest plug-in and the Python API for test suites (docs/testing.md).

``Workbench`` is for plain functions, ``AsyncWorkbench`` for coroutines; both are proxies,
servers and faults of one engine that runs as a child process.  Nothing is imported before
one of the names is asked for: loading the plug-in costs nothing where it is not used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.model.errors import WorkbenchError
    from workbench.testing.aio import AsyncWorkbench
    from workbench.testing.sync import Workbench
    from workbench.testing.verdict import ClientResult, Verdict

__all__ = ["AsyncWorkbench", "ClientResult", "Verdict", "Workbench", "WorkbenchError"]

_PLACES = {
    "AsyncWorkbench": "workbench.testing.aio",
    "ClientResult": "workbench.testing.verdict",
    "Verdict": "workbench.testing.verdict",
    "Workbench": "workbench.testing.sync",
    "WorkbenchError": "workbench.model.errors",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
