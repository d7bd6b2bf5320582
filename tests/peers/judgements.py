"""What a judgement says, as the peer tests ask for it."""

from __future__ import annotations

from typing import Any


def missed_ids(judgement: dict[str, Any], client: str = "") -> list[int]:
    """The offsets named as missed, of one client or of all."""
    return sorted(
        position["offset"]
        for outage in judgement["outages"]
        for each in outage["clients"]
        if client in ("", each["name"])
        for finding in each["findings"]
        if finding["name"] in ("lost", "skipped")
        for position in finding["positions"]
    )


def findings(judgement: dict[str, Any]) -> set[str]:
    """The names of all findings."""
    return {
        finding["name"]
        for outage in judgement["outages"]
        for client in outage["clients"]
        for finding in client["findings"]
    }
