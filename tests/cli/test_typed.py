"""Words typed while a proxy records mean commands."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from workbench.cli.typed import command_of
from workbench.door.commands import Heal, Inject, RunPreset
from workbench.model.errors import WorkbenchError


@pytest.mark.parametrize(
    ("line", "fault", "scope", "given"),
    [
        ("cut", "cut", "", {}),
        ("close 1012 moving @a", "close", "a", {"code": "1012", "reason": "moving"}),
        ("latency 120 30 for 5s", "latency", "", {"delay": "120", "jitter": "30", "seconds": "5s"}),
        (
            "latency jitter=30 120 @a @b",
            "latency",
            "a,b",
            {"delay": "120", "jitter": "30"},
        ),
        ("drop probability=0.1 for 2min", "drop", "", {"probability": "0.1", "seconds": "2min"}),
        ("refuse 429 retry-after=3", "refuse", "", {"status": "429", "retry-after": "3"}),
    ],
)
def test_faults(line: str, fault: str, scope: str, given: dict[str, Any]) -> None:
    command = command_of(line)
    assert isinstance(command, Inject)
    assert (command.fault, command.scope) == (fault, scope)
    assert orjson.loads(command.settings) == given


def test_heal_undo_and_presets() -> None:
    assert command_of("heal") == Heal()
    assert command_of("heal 3") == Heal("3")
    assert command_of("undo") == Heal("last")
    assert command_of("preset train-tunnel @a") == RunPreset("train-tunnel", "a")


@pytest.mark.parametrize(
    ("line", "said"), [("", "no word"), ("cutt", "no word"), ("cut a b", "at most 1")]
)
def test_what_is_not_understood(line: str, said: str) -> None:
    with pytest.raises(WorkbenchError, match=said):
        command_of(line)
