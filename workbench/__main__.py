"""Picks the front: the command line, the window, or the reference service beside them.

Each is imported only when it is asked for, so that the command line runs where Qt is not
installed, and ``workbench --version`` loads nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

COULD_NOT_RUN = 3
_HEADLESS = frozenset({"--headless", "--json", "--help", "-h"})
INTERRUPTED = 130
_WINDOW_PACKAGES = frozenset({"PySide6", "pyqtgraph", "qasync", "shiboken6"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``workbench ARGUMENTS`` (the process's own by default) and return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _front(words)
    except KeyboardInterrupt:
        return INTERRUPTED


def _front(words: list[str]) -> int:
    if words[:1] == ["--version"]:
        return _version()
    if words[:1] == ["window"]:
        return window(words[1:])
    if words[:1] == ["service"]:
        return _service(words[1:])
    if words[:1] == ["demo"] and not _HEADLESS & set(words):
        return window(["--demo", *words[1:]])
    if words[:1] == ["guard"]:
        return _guard()
    return _command_line(words)


def window(arguments: Sequence[str] | None = None) -> int:
    """Open the window; return its exit code, 3 when this machine cannot show one."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not _has_display(sys.platform, os.environ):
        return _refuse(
            "There is no display here (DISPLAY, WAYLAND_DISPLAY and QT_QPA_PLATFORM are unset). "
            "Start it in a graphical session, or run `workbench demo --headless`."
        )
    try:
        from workbench.gui.main import main as open_window
    except ImportError as error:
        sentence = _what_is_missing(error)
        if sentence is None:
            raise
        return _refuse(sentence)
    code: int = open_window(words)
    return code


def _command_line(words: list[str]) -> int:
    from workbench.cli.main import main as run

    code: int = run(words)
    return code


def _service(words: list[str]) -> int:
    from workbench.service.main import main as serve

    code: int = serve(words)
    return code


def _guard() -> int:
    """The process between us and a server (a packaged program has no ``-m`` to start it with)."""
    from workbench.targets.guard import main as guard

    return guard()


def _version() -> int:
    from workbench import __version__

    print(f"workbench {__version__}")
    return 0


def _has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Qt aborts the process without a display before Python can react: ask first."""
    if platform in ("win32", "darwin"):
        return True
    return any(map(environment.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")))


def _what_is_missing(error: ImportError) -> str | None:
    """Say which part of the window's set-up is missing; None when the error is our own."""
    package = (error.name or "").partition(".")[0]
    if isinstance(error, ModuleNotFoundError):
        if package not in _WINDOW_PACKAGES:
            return None
        return (
            f"The window needs the Python package {package}, which is not installed. "
            'Install it with `pip install "workbench[window]"`, or use the command line: '
            "`workbench --help`."
        )
    if "cannot open shared object file" in str(error):
        library = str(error).partition(":")[0]
        return (
            f"The window needs the system library {library}, which this machine lacks. "
            "`./dev doctor` names the package to install; the command line works without it."
        )
    return None


def _refuse(sentence: str) -> int:
    print(f"workbench: {sentence}", file=sys.stderr)
    return COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main())
