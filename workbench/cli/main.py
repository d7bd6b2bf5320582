"""``workbench COMMAND``: the headless front.

Exit codes: 0 valid, 1 invalid, 2 unknown (``run`` and ``judge``), 3 could not run,
130 interrupted.  argparse's own 2 is mapped to 3: only a verdict returns 2.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from workbench import __version__
from workbench.cli import commands
from workbench.model.errors import Whose, WorkbenchError

COULD_NOT_RUN = 3
INTERRUPTED = 130
FAULT = {
    Whose.OURS: "a fault of the workbench",
    Whose.PEER: "a fault of the other side",
    Whose.TARGET: "a fault of the server",
    Whose.USER: "a fault in what was asked",
}


class Parser(argparse.ArgumentParser):
    """argparse, with exit code 3 for usage errors."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.print_usage(sys.stderr)
        self.exit(COULD_NOT_RUN, f"{self.prog}: {message}\n")


def parser() -> Parser:
    """Every command with its words and an example."""
    top = Parser(
        prog="workbench",
        description="Which client missed what, and why, when the server went away?",
        epilog="`workbench COMMAND --help` shows an example of each. `workbench window` opens "
        "the window.",
    )
    top.add_argument("--version", action="version", version=f"workbench {__version__}")
    subs = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    for command in commands.ALL:
        sub = subs.add_parser(
            command.name,
            help=command.help,
            description=command.help,
            epilog=f"example:\n  {command.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add(sub)
        sub.set_defaults(run=command.run)
    return top


def main(argv: Sequence[str]) -> int:
    """Run one command; the exit code."""
    try:
        options = parser().parse_args(list(argv))
    except SystemExit as end:
        return int(end.code or 0)
    try:
        result = options.run(options)
        return int(asyncio.run(result) if asyncio.iscoroutine(result) else result)
    except WorkbenchError as error:
        print(f"workbench: {error} ({FAULT[error.whose]})", file=sys.stderr)
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return COULD_NOT_RUN
