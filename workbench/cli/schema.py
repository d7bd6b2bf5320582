"""``workbench scenario-schema``: the format of scenario files, for editors and for the manual."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Print, or renew a document."""
    parser.add_argument(
        "--verdict", action="store_true", help="the schema of --json and verdict.json instead"
    )
    parser.add_argument(
        "--document", default="", metavar="FILE.md", help="renew the tables in a document"
    )


def scenario_schema(options: argparse.Namespace) -> int:
    """Print a JSON Schema, or renew the tables of docs/scenarios.md."""
    from workbench.cli.opened import emit
    from workbench.engine.reports.json_schema import verdict_schema
    from workbench.engine.scenario_document import renew
    from workbench.engine.units import own_scenario_schema

    if options.document:
        renew(Path(options.document))
    else:
        emit(verdict_schema() if options.verdict else own_scenario_schema())
    return 0
