"""Words for views that have nothing to show (UX section 4)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why there is nothing here, and which commands lead on."""

    icon: str
    title: str
    words: str
    offers: tuple[str, ...] = ()


LATENCY = Nothing(
    "latency",
    "Latency over time",
    "Lag, round trips and silences of every connection, as percentiles and one by one. They are "
    "shown as soon as the view is ready.",
    ("timeline", "recovery"),
)
SCENARIOS = Nothing(
    "scenarios",
    "Run a scenario file",
    "A scenario is a TOML file with steps and what must hold. It gives the same verdict here and "
    "with “workbench run FILE” in CI. The result is shown as an outage under Recovery.",
    ("run-scenario", "recovery"),
)
