"""Each fault asks for what its name says, and only from the closed list."""

from __future__ import annotations

from typing import get_args

import pytest

from workbench import faults
from workbench.faults import close, cut, stall
from workbench.model.action import Close, FaultAction, Release, Reset, Stall
from workbench.model.errors import WorkbenchError
from workbench.model.words import Direction
from workbench.units.applied import lasts
from workbench.units.discovery import discover
from workbench.units.settings import build, fields_of

UNITS = discover(faults)


@pytest.mark.parametrize("name", UNITS)
def test_every_fault_has_its_shape(name: str) -> None:
    unit = UNITS[name]
    assert unit.TITLE
    assert unit.CLIENT_SEES.startswith("client sees")
    assert all(field.help for field in fields_of(unit.Settings))
    given = build(unit.Settings, {}, name)
    for action in (*unit.inject(given), *unit.heal(given)):
        assert isinstance(action, get_args(FaultAction))
    if lasts(unit):
        # A fault that lasts can end by itself, and does nothing to the link as a whole.
        assert "seconds" in {field.name for field in fields_of(unit.Settings)}
        assert unit.inject(given) == ()


@pytest.mark.parametrize(
    ("leg", "action"),
    [
        ("both", Reset(True, True)),
        ("client", Reset(True, False)),
        ("server", Reset(False, True)),
    ],
)
def test_cut(leg: str, action: Reset) -> None:
    assert cut.inject(cut.Settings(leg)) == (action,)
    assert cut.heal(cut.Settings()) == ()


def test_close() -> None:
    assert close.inject(close.Settings()) == (Close(1012, "", True),)
    both = close.inject(close.Settings(1001, "moving", "both"))
    assert both == (Close(1001, "moving", True), Close(1001, "moving", False))
    assert close.heal(close.Settings()) == ()


def test_stall() -> None:
    given = build(stall.Settings, {"seconds": "250ms", "direction": "in"}, "stall")
    assert stall.inject(given) == (Stall(Direction.IN, 0.25),)
    assert stall.inject(stall.Settings()) == (Stall(Direction.NONE, None),)
    assert stall.heal(given) == (Release(),)


@pytest.mark.parametrize(
    ("unit", "values"),
    [(cut, {"leg": "left"}), (close, {"code": 70000}), (stall, {"seconds": -1.0})],
)
def test_settings_have_limits(unit: object, values: dict[str, object]) -> None:
    with pytest.raises(WorkbenchError):
        build(unit.Settings, values, "fault")
