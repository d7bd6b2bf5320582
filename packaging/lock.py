"""Make requirements/dev.txt again from pyproject.toml, keeping the versions it names already.

Arguments go to ``uv pip compile``: ``--upgrade`` takes the newest versions, ``--upgrade-package
NAME`` one of them.  uv is the tool that writes every system and Python into one file which names
no package index; it is fetched into a throw-away environment when it is not on the search path.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMPILE = (
    "pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 "
    "--extra window --extra redis --extra test pyproject.toml -o requirements/dev.txt"
)


def fetch_uv(folder: str) -> str:
    """Install uv into an environment made in the folder; return its path."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    scripts = Path(folder, "Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([scripts / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
    return str(scripts / "uv")


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        uv = shutil.which("uv") or fetch_uv(folder)
        return subprocess.call([uv, *COMPILE.split(), *arguments], cwd=ROOT)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        sys.exit(f"Could not fetch uv: {error}")
