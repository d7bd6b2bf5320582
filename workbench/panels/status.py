"""What the toolbar and the status bar say (UX section 19), each part with its state."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from workbench.door.state import Mirror
from workbench.panels import words


@dataclass(frozen=True, slots=True)
class Part:
    """One field: ``strong`` is the figure, ``before`` and ``after`` the words around it.

    ``state`` is ok, warn, error or nothing; ``icon`` a drawing's name or nothing.
    """

    key: str
    before: str = ""
    strong: str = ""
    after: str = ""
    icon: str = ""
    state: str = ""
    tip: str = ""

    @property
    def text(self) -> str:
        """All words in a row."""
        return " ".join(filter(None, (self.before, self.strong, self.after)))


def session(mirror: Mirror) -> dict[str, Any] | None:
    """The open session, or None."""
    return mirror["session"].get("current")


def recording(mirror: Mirror, now: int, alive: bool = True) -> tuple[bool, str]:
    """Whether it records, and the running clock (``11:48``).  Without an engine (``alive``
    False) nothing is recorded, whatever was said last."""
    value = session(mirror)
    if value is None or not value["recording"] or not alive:
        return False, ""
    return True, words.elapsed(now - value["started"])


def parts(mirror: Mirror, now: int, folder: str = "", alive: bool = True) -> list[Part]:
    """The left side of the status bar.  ``folder`` is where recordings go, shown while no
    session is open."""
    value = session(mirror)
    if value is None:
        start = [Part("recording", "Not recording")]
        return [*start, Part("folder", f"Recordings: {folder}", icon="disk")] if folder else start
    rates = [
        Part("in", "In", words.rate(value["rate_in"]), tip="Messages towards the clients"),
        Part("out", "Out", words.rate(value["rate_out"]), tip="Messages towards the servers"),
    ]
    return [
        _recording(value, now, alive),
        *(rates if alive and value["live"] else ()),
        Part("messages", "", words.number(value["messages"]), _noun(value["messages"])),
        _dropped(value),
        _disk(value),
    ]


def _noun(n: int) -> str:
    return "message" if n == 1 else "messages"


def _recording(value: dict[str, Any], now: int, alive: bool) -> Part:
    if not alive:
        return Part("recording", "Not recording", state="warn", icon="warn", tip="No engine runs")
    if value["error"]:
        why = " ".join(filter(None, (value["error"]["what"], value["error"]["to_do"])))
        return Part("recording", "Not recording", state="error", icon="error", tip=why)
    if not value["live"]:
        return Part("recording", "Opened from a file", icon="doc")
    if not value["recording"]:
        return Part("recording", "Not recording")
    return Part(
        "recording", "Recording", words.elapsed(now - value["started"]), icon="record",
        state="live", tip=f"Into {value['folder']}",
    )  # fmt: skip


def _dropped(value: dict[str, Any]) -> Part:
    if value["dropped"]:
        tip = "Recording could not keep up; each loss is a row in the timeline."
        return Part(
            "dropped", "Dropped", words.number(value["dropped"]), icon="error", state="error",
            tip=tip,
        )  # fmt: skip
    return Part("dropped", "Dropped", "0", icon="check", tip="Everything that passed is recorded")


def _disk(value: dict[str, Any]) -> Part:
    limit = f"of {words.size(value['limit'])}" if value["limit"] else ""
    full = bool(value["limit"]) and value["bytes"] >= 0.9 * value["limit"]
    tip = "Nearly full: the oldest parts go first" if full else "Disk used by this recording"
    state = "warn" if full else ""
    return Part("disk", "", words.size(value["bytes"]), limit, "disk", state, tip)


def faults(mirror: Mirror) -> Part | None:
    """``1 fault active: c-overlap +120 ms``, or None."""
    active = list(mirror["fault"].values())
    if not active:
        return None
    first = active[0]
    where = words.names([words.shown(n, 40) for n in first["scope"]]) or "everything"
    more = f" and {len(active) - 1} more" if len(active) > 1 else ""
    text = f"{words.count(len(active), 'fault')} active: {where} {words.shown(first['chip'], 20)}"
    return Part("faults", (text + more).strip(), icon="faults", state="warn", tip=first["sees"])


def sentence(shown: list[Part]) -> str:
    """The whole status bar as one sentence for a screen reader."""
    return ", ".join(part.text for part in shown if part.text) + "."


def unseen_red(mirror: Mirror, seen: Collection[str]) -> int:
    """How many outages have a red verdict that nobody has looked at."""
    outages = mirror["outage"].items()
    return sum(v.get("verdict") == "invalid" and key not in seen for key, v in outages)
