"""The Faults dock without a screen: forms from declared settings, what is on, why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from workbench.door.state import Mirror
from workbench.engine.units import all_units
from workbench.model.errors import WorkbenchError
from workbench.panels import faults
from workbench.panels.faults import Fault, read_units, settings_of

NS = 1_000_000_000


def lasting(*settings: dict[str, Any], hooks: tuple[str, ...] = ("on_message",)) -> Fault:
    told = {
        "title": "Some",
        "says": "client sees it",
        "hooks": list(hooks),
        "settings": [*settings],
    }
    return read_units({"faults": {"some": told}})[0]


DELAY = {"key": "delay", "type": "float", "default": 100.0, "unit": "ms", "low": 0, "high": 600_000}
SHARE = {"key": "probability", "type": "float", "default": 0.02, "low": 0, "high": 1}
WAY = {"key": "direction", "type": "str", "default": "in", "choices": ["in", "out"]}
SPAN = {"key": "seconds", "type": "float", "default": None, "unit": "s", "low": 0.0}


@dataclass
class Found:
    units: list[Fault] = field(default_factory=lambda: read_units(all_units()))

    def named(self, name: str) -> Fault:
        return next(fault for fault in self.units if fault.name == name)


def test_every_unit_of_the_program_has_a_form_that_its_own_settings_take() -> None:
    from workbench import faults as room
    from workbench.units.discovery import discover
    from workbench.units.settings import build

    units = discover(room)
    for fault in Found().units:
        texts = {f.name: faults.shown_value(f, fault.default(f)) for f in fault.shown}
        made = settings_of(fault, texts, "both", "30")
        assert build(units[fault.name].Settings, made, fault.name)
        assert fault.sees.startswith("Client sees")
    assert {fault.name for fault in Found().units} == set(units)


def test_what_is_done_once_and_what_lasts() -> None:
    found = Found()
    assert not found.named("cut").lasts
    assert [f.name for f in found.named("stall").shown] == ["seconds"]
    assert found.named("stall").default(found.named("stall").shown[0]) == 5.0
    fault = lasting(DELAY, WAY, SPAN)
    assert fault.lasts
    assert [f.name for f in fault.shown] == ["delay"]


def test_way_and_span_are_set_for_all() -> None:
    fault = lasting(DELAY, WAY, SPAN)
    assert settings_of(fault, {"delay": "120 ms"}, "out", "30") == {
        "delay": 120.0, "direction": "out", "seconds": 30.0,
    }  # fmt: skip
    made = settings_of(fault, {"delay": "5"}, "both", "")
    assert made == {"delay": 5.0, "seconds": None}  # it has no "both": its own default stays


@pytest.mark.parametrize(("text", "value"), [("2 %", 0.02), ("0.5", 0.5), ("100%", 1.0)])
def test_shares_are_read_as_percent(text: str, value: float) -> None:
    assert settings_of(lasting(SHARE), {"probability": text}, "", "")["probability"] == value


@pytest.mark.parametrize("text", ["", "abc", "-1", "120 %", "x %"])
def test_what_can_not_be_used_is_told(text: str) -> None:
    with pytest.raises(WorkbenchError, match="`probability`"):
        settings_of(lasting(SHARE), {"probability": text}, "", "")


@pytest.mark.parametrize("told", [DELAY, SHARE, DELAY | {"type": "int", "default": 3, "unit": ""}])
def test_the_slider_goes_there_and_back(told: dict[str, Any]) -> None:
    fault = lasting(told)
    main = fault.main
    assert main is not None
    for place in (0, 250, 500, 1000):
        text = faults.slid(main, place)
        value = faults.read_value(main, text, "x")
        assert abs(faults.place_of(main, value) - place) < 80
    assert faults.place_of(main, 10**9) == 1000


def mirror(**changed: Any) -> Mirror:
    made = Mirror()
    value = {"name": "a", "state": "open", "ours": True} | changed
    made.put("connection", "a", value)
    return made


def test_what_is_on_and_when_it_ends() -> None:
    fault, there = lasting(DELAY), mirror()
    assert faults.on_value(there, fault, ["a"]) is None
    there.put("fault", "1", {"id": "1", "fault": "some", "scope": ["a"], "until": 24 * NS})
    on = faults.on_value(there, fault, ["a"])
    assert on is not None
    assert faults.on_value(there, fault, ["b"]) is None
    assert faults.on_value(there, fault, []) is on
    assert faults.ends(on, 0) == "Ends in 0:24"
    assert faults.ends(on, 23 * NS + 1) == "Ends in 0:01"
    assert faults.ends(on, 30 * NS) == "Ends in 0:00"
    assert faults.ends({"until": 0}, 0) == "On until it is switched off"


def test_what_can_not_be_had_and_the_way_to_it() -> None:
    fault = lasting(DELAY)
    assert faults.why_not(mirror(), fault, ["a"]) == ""
    assert faults.why_not(mirror(state="closed"), fault, ["a"]) == "a is not connected now."
    assert faults.why_not(Mirror(), fault, []) == "Nothing is connected now."
    door = lasting(DELAY, hooks=("on_opening",))
    assert faults.why_not(mirror(), door, ["a"]).startswith("Needs the proxy")
    proxied = mirror(ours=False)
    proxied.put("proxy", "p", {"name": "p"})
    assert faults.why_not(proxied, door, ["a"]) == ""


def test_nonsense_from_the_door_is_left_out() -> None:
    told = {"faults": {"x": 3, "y": {"settings": [{"key": "a", "type": "list"}]}}}
    assert [fault.name for fault in read_units(told)] == ["y"]
    assert read_units({}) == []
