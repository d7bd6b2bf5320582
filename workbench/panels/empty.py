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
    "Lag is shown with each connection and message",
    "The list at the left shows the lag of every connection now, and the timeline that of every "
    "message. Percentiles over time are not in this version.",
    ("timeline", "recovery"),
)
SCENARIOS = Nothing(
    "scenarios",
    "Run a scenario file",
    "A scenario is a TOML file with steps and what must hold. It gives the same verdict here and "
    "with “workbench run FILE” in CI. The result is shown as an outage under Recovery.",
    ("run-scenario", "recovery"),
)
