"""What Recovery says while there is nothing to judge (UX section 4)."""

from __future__ import annotations

from typing import NamedTuple

from workbench.door.state import Mirror
from workbench.panels import wording


class Calm(NamedTuple):
    """A sentence, and what to do next."""

    text: str
    more: str


def calm(mirror: Mirror, *, span: int, broken: bool) -> Calm:
    """``span``: how long is recorded (ns); ``broken``: somebody has been away already."""
    connections = mirror["connection"].values()
    if broken:
        return Calm("An outage is being judged…", "")
    if not connections:
        return Calm("No outage yet.", "Connect clients first, or run the demo.")
    if not any(value["state"] == "open" for value in connections):
        return Calm(
            "No outage yet, and no client is open.",
            "The list at the left says why. A verdict needs a client that is open.",
        )
    return Calm(
        f"No outage yet. Clients have been connected for {wording.duration(span)} without a break.",
        "Use Cut now (F8) or Deploy… (F9) to make one.",
    )
