"""How units are found: by walking a package (house rule 4).  No list is kept by hand."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def typed_name(module_name: str) -> str:
    """``workbench.deploys.rolling_drain`` is typed ``rolling-drain``."""
    return module_name.rpartition(".")[2].replace("_", "-")


def discover(package: ModuleType) -> dict[str, ModuleType]:
    """Every unit of a package by the name a user types, sorted.

    Modules and packages whose name begins with ``_`` and sub-packages are not units.
    Raises RuntimeError when nothing is found: a program packaged without its units
    must not pass for one that has none.
    """
    found = {
        typed_name(info.name): importlib.import_module(f"{package.__name__}.{info.name}")
        for info in pkgutil.iter_modules(package.__path__)
        if not info.name.startswith("_") and not info.ispkg
    }
    if not found:
        raise RuntimeError(f"no units found in {package.__name__}")
    return dict(sorted(found.items()))
