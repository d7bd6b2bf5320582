"""The lock names no host, pins everything by hash, and fits pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)(?: ; .+)? \\$", re.M)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall((ROOT / "requirements" / "dev.txt").read_text("utf-8")):
        found.setdefault(canonical(name), set()).add(version)
    return found


def test_no_host_is_named() -> None:
    assert LOCKS
    for lock in LOCKS:
        text = lock.read_text("utf-8")
        assert "://" not in text, lock
        assert not re.search(r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted)", text, re.M)


def test_every_line_is_a_pin_a_hash_or_a_comment() -> None:
    for lock in LOCKS:
        for line in lock.read_text("utf-8").splitlines():
            assert PIN.match(line) or re.match(r"^ +(--hash=sha256:[0-9a-f]{64}( \\)?|#.*)$", line)


def test_all_that_the_project_asks_for_is_pinned_within_its_limits() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    pins = pinned()
    for line in [*project["dependencies"], *extras["window"], *extras["redis"], *extras["test"]]:
        asked = Requirement(line)
        versions = pins[canonical(asked.name)]
        assert all(asked.specifier.contains(version) for version in versions), line


def test_qt_stays_below_the_release_that_aborts() -> None:
    for version in pinned()["pyside6-essentials"]:
        assert (6, 8) <= tuple(map(int, version.split(".")[:2])) < (6, 12)
