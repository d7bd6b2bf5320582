"""Try ``./dev run`` and ``./dev test`` where nothing is: Debian with git and python3 alone.

    sudo packaging/fresh_tree.py [--suite bookworm] [--keep] [-- PYTEST ARGUMENTS]

The last commit is cloned into a new root folder made by debootstrap, from the mirror that this
machine's apt uses.  pip inside is configured as pip outside.  Everything runs in a mount and
process namespace of its own, so nothing stays mounted and nothing runs on when it ends.
Needs root, debootstrap and util-linux; the exit code is 0 when every step's was.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "/root/project"
PIP = (sys.executable, "-m", "pip", "config")
# Not where Debian keeps its own: installing ca-certificates would write over them.
CERTIFICATES = "/root/pip-certificates.pem"
INSIDE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}


def text_of(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def mirror(suite: str) -> str:
    """Return the address from which this machine's apt takes the suite's main packages."""
    listing = text_of("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)")
    for line in listing.splitlines():
        address, codename, component = line.split()
        if (codename, component) == (suite, "main"):
            return address
    sys.exit(f"apt on this machine knows no mirror of {suite}; add one, or name another --suite")


def pip_settings() -> dict[str, str]:
    """Return what pip is told by the environment, its certificates at their place inside."""
    settings = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    return {**settings, "PIP_CERT": CERTIFICATES} if pip_certificates() else settings


def pip_certificates() -> str | None:
    """Return the file of certificates that pip is told to trust outside, if any."""
    found = re.search(r"^(?:global|:env:)\.cert='(.+)'$", text_of(*PIP, "list"), re.M)
    return found[1] if found else None


def pip_paths() -> list[Path]:
    """Return pip's own configuration files and every file and folder that they name."""
    files = re.findall(r"^ *(/\S+), exists: True", text_of(*PIP, "debug"), re.M)
    named = re.findall(r"(?:file://|[\s'=])(/[^\s']+)", text_of(*PIP, "list"))
    wanted = [Path(path) for path in dict.fromkeys(files + named) if os.path.exists(path)]
    # The pages of an index on disk name files that lie beside them.
    return [path.parent if path.name == "simple" else path for path in wanted]


def prepare(tree: Path, suite: str) -> list[Path]:
    """Make the tree with the clone in it; return the folders that pip wants to see inside."""
    packages = "--include=git,python3"
    text_of("debootstrap", "--variant=minbase", packages, suite, str(tree), mirror(suite))
    shutil.rmtree(tree / "var/lib/apt/lists", ignore_errors=True)  # as a container image comes
    text_of("git", "clone", "--quiet", "--no-local", str(ROOT), str(tree) + PROJECT)
    folders = []
    for path in [Path("/etc/resolv.conf"), Path("/etc/hosts"), *pip_paths()]:
        inside = tree / path.relative_to("/")
        (inside if path.is_dir() else inside.parent).mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            folders.append(path)
        else:
            shutil.copy(path, inside)
    if certificates := pip_certificates():
        shutil.copy(certificates, str(tree) + CERTIFICATES)
    return folders


def run_inside(tree: Path, folders: list[Path], command: list[str]) -> int:
    """Run a command in the clone; return its exit code and say how long it took."""
    mounts = ["mount -t proc proc {tree}/proc", "mount --rbind /dev {tree}/dev"]
    mounts += [f"mount --bind -o ro {path} {{tree}}{path}" for path in map(str, folders)]
    words = shlex.join(["env", "-C", PROJECT, *command])
    lines = ["set -e", *mounts, f"exec chroot {{tree}} {words}"]
    script = "\n".join(lines).replace("{tree}", shlex.quote(str(tree)))
    print(f"\n== {shlex.join(command)}", flush=True)
    started = time.monotonic()
    code = subprocess.call(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", script],
        env={**INSIDE, **pip_settings()},
        stdin=subprocess.DEVNULL,
    )
    print(f"== exit code {code} after {time.monotonic() - started:.1f} s", flush=True)
    return code


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", default="bookworm")
    parser.add_argument("--keep", action="store_true", help="leave the tree for inspection")
    parser.add_argument("pytest", nargs="*", help="arguments of ./dev test")
    options = parser.parse_args()
    if os.geteuid() or not shutil.which("debootstrap"):
        sys.exit("This needs root and debootstrap (apt-get install debootstrap).")
    tree = Path(tempfile.mkdtemp(prefix="fresh-tree-"))
    try:
        folders = prepare(tree, options.suite)
        steps = [["./dev", "doctor"], ["./dev", "run"], ["./dev", "run"]]
        steps += [["env", "CI=true", ".ci/run", *options.pytest]]
        codes = [run_inside(tree, folders, step) for step in steps]
    finally:
        if options.keep:
            print(f"The tree is in {tree}")
        else:
            shutil.rmtree(tree)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
