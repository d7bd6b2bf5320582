"""Writes reports to files, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from workbench.engine.reports.facts import Facts
from workbench.engine.reports.junit import junit
from workbench.engine.reports.masking import Masker, masked
from workbench.engine.reports.page import page
from workbench.model.errors import Whose, WorkbenchError


def json_report(value: Mapping[str, Any]) -> bytes:
    """The ``--json`` object with its secrets masked (``masked`` lists what was)."""
    masker = Masker()
    told = masked(dict(value), masker)
    if masker.found:
        told["masked"] = masker.listed()
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def junit_report(value: Mapping[str, Any]) -> bytes:
    """JUnit XML."""
    return junit(value, Masker())


def html_report(value: Mapping[str, Any], facts: Facts) -> bytes:
    """The page."""
    return page(value, facts, Masker()).encode()


def write_file(path: Path, data: bytes) -> None:
    """Write a file, replacing one that is there; its folder is made.

    Raises WorkbenchError (user) where that cannot be done; an older file is then kept.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as bad:
        raise WorkbenchError(
            f"The report {path} can't be written.",
            whose=Whose.USER,
            why=f"{bad.strerror or bad}.",
            to_do="Choose another file, or make room.",
        ) from None
