"""``recording.json``: what is known of a recording as a whole.

Keys that this version does not know are kept through every rewrite.  ``crc`` is the CRC-32 of
the others, so that a flipped bit is not taken for a newer format or another clock.
"""

from __future__ import annotations

import json
import os
import zlib
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
    crc = value.pop("crc", None)
    if crc is not None and crc != checksum(value):
        raise ValueError("the checksum does not fit")
    if value["format"] > FORMAT:
        raise WorkbenchError(
            f"This recording has format {value['format']}; this program reads up to {FORMAT}.",
            whose=Whose.USER,
            why="A newer version of the workbench made it.",
            to_do="Update the workbench and open it again.",
        )
    return value


def checksum(value: dict[str, Any]) -> int:
    """CRC-32 of the keys in order, without spaces, all beyond ASCII escaped."""
    return zlib.crc32(json.dumps(value, sort_keys=True, separators=(",", ":")).encode())


def write_info(folder: Path, value: dict[str, Any]) -> None:
    """Replace ``recording.json`` in one step, so that a reader sees the old or the new one."""
    fresh = folder / f"{INFO}.{os.getpid()}.new"
    value = value | {"crc": checksum(value)}
    fresh.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(fresh, folder / INFO)


def update_info(folder: Path, **changes: Any) -> dict[str, Any]:
    """Change some keys and keep all others, also those unknown to this version."""
    value = parse_info((folder / INFO).read_bytes()) | changes
    write_info(folder, value)
    return value
