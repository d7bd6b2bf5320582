"""``recording.json``: what is known of a recording as a whole.

Keys that this version does not know are kept through every rewrite.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from workbench.journal.layout import FORMAT, INFO
from workbench.model.errors import Whose, WorkbenchError

#: A larger recording.json is not ours.
MAX_BYTES = 4 * 1024 * 1024


def parse_info(data: bytes) -> dict[str, Any]:
    """The object in ``data``.  ValueError: it holds none; WorkbenchError: a newer format."""
    try:
        value = json.loads(data[: MAX_BYTES + 1])
    except RecursionError as e:
        raise ValueError("nested too deeply") from e
    if not isinstance(value, dict) or not isinstance(value.get("format"), int):
        raise ValueError("no recording information")
    if value["format"] > FORMAT:
        raise WorkbenchError(
            f"This recording has format {value['format']}; this program reads up to {FORMAT}.",
            whose=Whose.USER,
            why="A newer version of the workbench made it.",
            to_do="Update the workbench and open it again.",
        )
    return value


def write_info(folder: Path, value: dict[str, Any]) -> None:
    """Replace ``recording.json`` in one step, so that a reader sees the old or the new one."""
    fresh = folder / f"{INFO}.{os.getpid()}.new"
    fresh.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(fresh, folder / INFO)


def update_info(folder: Path, **changes: Any) -> dict[str, Any]:
    """Change some keys and keep all others, also those unknown to this version."""
    value = parse_info((folder / INFO).read_bytes()) | changes
    write_info(folder, value)
    return value
