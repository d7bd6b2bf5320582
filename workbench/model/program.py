"""How one of our own programs is started, from a source tree and from a packaged program."""

from __future__ import annotations

import sys

#: Parts that are a module of their own, so that starting them loads nothing else.
MODULES = {"guard": "workbench.targets.guard"}


def program_command(*words: str) -> tuple[str, ...]:
    """The command line that runs ``workbench WORDS`` with this very program.

    A packaged program (PyInstaller) has no ``-m``: there its own executable takes the words,
    and ``__main__`` sends each to its part.
    """
    if getattr(sys, "frozen", False):
        return (sys.executable, *words)
    if words and words[0] in MODULES:
        return (sys.executable, "-m", MODULES[words[0]], *words[1:])
    return (sys.executable, "-m", "workbench", *words)
