"""Where icons, fonts, style, sample scenarios and sample targets lie on disk."""

from __future__ import annotations

import sys
from pathlib import Path


def resources_dir() -> Path:
    """Return the folder of the program's data files, whichever way it was installed.

    Raises FileNotFoundError when the program was installed without them.
    """
    for folder in _candidates():
        if (folder / "icons").is_dir():
            return folder
    raise FileNotFoundError(
        "The workbench was installed without its resources folder (icons, fonts, samples); "
        "the packaging is at fault. Install it again from a release or with ./dev."
    )


def _candidates() -> list[Path]:
    package = Path(__file__).resolve().parent
    installed = [package / "resources", package.parent / "resources"]  # wheel, source tree
    frozen = getattr(sys, "_MEIPASS", None)  # set by PyInstaller's start-up code
    return installed if frozen is None else [Path(frozen) / "resources", *installed]
