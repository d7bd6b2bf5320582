"""Latency: everything is passed on later, in its order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import goes, nothing, way, window
from workbench.model.action import ByteAction, Hold
from workbench.model.passing import Bytes
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Latency"
CLIENT_SEES = "client sees everything later, unevenly with jitter"


@dataclass(frozen=True, slots=True)
class Settings:
    """How much later, how unevenly, which way."""

    delay: float = setting(100.0, help="How much later.", unit="ms", low=0.0, high=600_000.0)
    jitter: float = setting(0.0, help="How uneven.", unit="ms", low=0.0, high=600_000.0)
    direction: str = way()
    distribution: str = setting(
        "uniform",
        help="uniform: delay ± jitter; normal: jitter is the deviation; pareto: a long tail.",
        choices=("uniform", "normal", "pareto"),
    )
    seconds: float | None = window()


inject = heal = nothing


def on_bytes(settings: Settings, piece: Bytes, luck: Luck) -> Sequence[ByteAction]:
    """Each piece by its own luck; none overtakes another."""
    if not goes(settings.direction, piece.direction):
        return ()
    return (Hold(max(0.0, settings.delay + _jitter(settings, luck)) / 1000),)


def _jitter(settings: Settings, luck: Luck) -> float:
    if settings.distribution == "normal":
        return luck.gauss(0.0, settings.jitter)
    if settings.distribution == "pareto":
        # Shape 3: finite variance, one in a thousand waits nine times the jitter.
        return settings.jitter * (luck.paretovariate(3.0) - 1.0)
    return settings.jitter * (2.0 * luck.random() - 1.0)
