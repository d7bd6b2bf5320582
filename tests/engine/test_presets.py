"""Presets are data: each that comes with the program can be read, and errors name the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.engine.presets import all_presets, find, read_preset
from workbench.engine.units import all_units
from workbench.model.errors import WorkbenchError

NAMES = {"train-tunnel", "mobile-handover", "overloaded-server", "wifi-sleep", "flaky-proxy"}


def test_all_of_them_can_be_read_and_are_listed() -> None:
    presets = all_presets()
    assert set(presets) == NAMES
    for preset in presets.values():
        assert preset.title
        assert preset.sees.startswith("client sees")
        assert preset.seconds > 0
        assert [t.at for t in preset.faults] == sorted(t.at for t in preset.faults)
    assert set(all_units()["presets"]) == NAMES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = 1", "title"),
        ("", "names no faults"),
        ('[[fault]]\ndo = "latencie"', "latency"),
        ('[[fault]]\ndo = "latency"\ndelai = 3', "delai"),
        ('[[fault]]\ndo = "latency"\nat = -1', "`at`"),
        ('[[fault]]\ndo = "latency"\nat = true', "`at`"),
        ('[[fault]]\ndo = "latency"\nat = "soon"', "`at`"),
        ("fault = 3", "names no faults"),
        ("x = [", "can't be read"),
    ],
)
def test_bad_presets_are_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(WorkbenchError, match=said):
        read_preset(path)


def test_unknown_names_are_told_with_those_there_are() -> None:
    with pytest.raises(WorkbenchError, match="train-tunnel"):
        find("tunnel")
