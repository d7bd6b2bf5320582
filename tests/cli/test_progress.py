"""Progress: a bar on a terminal, plain lines in a pipe, warnings alone when quiet."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.cli.progress import Progress, share
from workbench.door.state import Mirror

STEP = {"running": True, "step": 2, "steps": 3, "text": "draining r2"}


def told(capsys: pytest.CaptureFixture[str], *, quiet: bool) -> str:
    mirror = Mirror()
    with Progress(mirror, quiet=quiet):
        mirror.put("deploy", "current", dict(STEP))
        mirror.put("notice", "1", {"level": "warn", "text": "Nobody is there."})
    out = capsys.readouterr()
    assert out.out == ""
    return out.err


def test_a_pipe_gets_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, quiet=False)
    assert text == "Deploy: Step 2 of 3: draining r2\nWarning: Nobody is there.\n"


def test_quiet_says_warnings_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, quiet=True) == "Warning: Nobody is there.\n"


def test_a_terminal_gets_a_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    text = told(capsys, quiet=False)
    assert "━" in text
    assert "draining r2" in text
    assert "Nobody is there." in text


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        (STEP, (1, 3)),
        ({"running": True, "step": 3}, (2, 4)),
        ({"step": 0, "steps": 0}, (0, None)),
        ({}, (0, None)),
    ],
)
def test_what_the_bar_shows(value: dict[str, Any], parts: tuple[int, int | None]) -> None:
    assert share(value) == parts
