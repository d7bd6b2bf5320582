"""What ``./dev test`` runs, and what a wheel carries."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PASS, FAIL = ([sys.executable, "-c", f"raise SystemExit({code})"] for code in (0, 1))


@pytest.mark.parametrize(("lint", "code"), [(PASS, 0), (FAIL, 1)])
def test_a_failed_linter_fails_the_whole(
    lint: list[str], code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    checks = runpy.run_path(str(ROOT / "packaging" / "checks.py"))
    checks["STEPS"].clear()
    checks["STEPS"]["lint"] = lint
    assert checks["main"](["--version"]) == code
    said = capfd.readouterr()
    assert said.out.startswith("lint: failed" if code else "lint: ok")
    assert ("these failed: lint" in said.err) == bool(code)


def test_benchmarks_are_listed_by_their_first_line() -> None:
    found = runpy.run_path(str(ROOT / "benchmarks" / "__main__.py"))["benchmarks"]()
    assert all(found.values()), f"a benchmark without a docstring: {found}"


@pytest.mark.slow
def test_wheel_carries_the_resources(tmp_path: Path) -> None:
    build = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert build.returncode == 0, build.stdout + build.stderr
    (wheel,) = tmp_path.glob("workbench-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    shown = subprocess.run(
        [sys.executable, "-c", "from workbench.resources import resources_dir as r; print(r())"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    folder = tmp_path / "site" / "workbench" / "resources"
    assert shown.stdout.strip() == str(folder), shown.stderr
    carried = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    sources = {p.relative_to(ROOT / "resources") for p in (ROOT / "resources").rglob("*")}
    assert carried == {path for path in sources if (ROOT / "resources" / path).is_file()}
