"""Which commands can be carried out now, and if not, why (shown where the command is)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.door.state import Mirror
from workbench.panels import demo

#: commands that the engine carries out
ENGINE = frozenset(
    {
        "new-session", "open-recording", "toggle-recording", "connect", "add-proxy", "stop-proxy",
        "connect-again", "disconnect", "remove", "cut-selected", "cut-everything",
        "close-selected", "close-everything", "stall-selected", "clear-faults", "deploy",
        "abort-deploy", "run-scenario", "stop-scenario", "run-demo", "stop-demo",
        "make-b-naive-resume",
    }
)  # fmt: skip


def why_not(name: str, mirror: Mirror, selected: str, proxy: str, alive: bool) -> str:
    """Why a command cannot be done; nothing: it can.  ``selected`` is the chosen connection,
    ``proxy`` the chosen (or only) proxy, ``alive`` whether an engine answers."""
    if name in ENGINE and not alive:
        return "The engine is not running."
    check = _CHECKS.get(name)
    return check(mirror, selected, proxy) if check else ""


Check = Callable[[Mirror, str, str], str]


def _chosen(mirror: Mirror, selected: str) -> dict[str, Any] | None:
    return mirror["connection"].get(selected)


def _some(mirror: Mirror, selected: str, proxy: str) -> str:
    return "" if _chosen(mirror, selected) else "Select a connection first."


def _ours(mirror: Mirror, selected: str, proxy: str) -> str:
    value = _chosen(mirror, selected)
    if value is None:
        return "Select a connection first."
    return "" if value["ours"] else "This client is another program: it decides for itself."


def _leave(mirror: Mirror, selected: str, proxy: str) -> str:
    value = _chosen(mirror, selected)
    if value is not None and value["ours"] and value["state"] == "closed":
        return "It is disconnected already."
    return _ours(mirror, selected, proxy)


def _breakable(mirror: Mirror, selected: str, proxy: str) -> str:
    value = _chosen(mirror, selected)
    if value is None:
        return "Select a connection first."
    return "" if value["state"] in ("open", "silent") else "It is not connected now."


def _any_open(mirror: Mirror, selected: str, proxy: str) -> str:
    states = [value["state"] for value in mirror["connection"].values()]
    return "" if {"open", "silent"} & set(states) else "Nothing is connected now."


def _active(mirror: Mirror, selected: str, proxy: str) -> str:
    return "" if mirror["fault"] else "No fault is active."


def _deploying(mirror: Mirror) -> bool:
    value = mirror["deploy"].get("current")
    return bool(value and value["running"])


def _deploy(mirror: Mirror, selected: str, proxy: str) -> str:
    if not mirror["service"]:
        return "There is no service to deploy: run the demo or connect to the built-in service."
    return "A deploy is running." if _deploying(mirror) else ""


def _abort(mirror: Mirror, selected: str, proxy: str) -> str:
    return "" if _deploying(mirror) else "No deploy is running."


def _run_demo(mirror: Mirror, selected: str, proxy: str) -> str:
    value = mirror["demo"].get("current")
    return "The demo is running." if value and value["running"] else ""


def _stop_demo(mirror: Mirror, selected: str, proxy: str) -> str:
    value = mirror["demo"].get("current")
    shown = value and (value["running"] or value["finished"] or value["error"])
    return "" if shown else "The demo is not running."


def _resume(mirror: Mirror, selected: str, proxy: str) -> str:
    return "" if demo.resuming(mirror) else "There is no client b-naive."


def _record(mirror: Mirror, selected: str, proxy: str) -> str:
    value = mirror["session"].get("current")
    if value is None:
        return "Recording starts with the first connection."
    return "" if value["live"] else "A recording opened from a file is not written to."


def _proxy(mirror: Mirror, selected: str, proxy: str) -> str:
    return "" if proxy in mirror["proxy"] else "Select a proxy first."


def _stop_scenario(mirror: Mirror, selected: str, proxy: str) -> str:
    value = mirror["scenario"].get("current")
    return "" if value and value.get("running") else "No scenario is running."


def _run_scenario(mirror: Mirror, selected: str, proxy: str) -> str:
    return "" if _stop_scenario(mirror, selected, proxy) else "A scenario is running."


_CHECKS: dict[str, Check] = {
    "run-scenario": _run_scenario,
    "stop-scenario": _stop_scenario,
    "show-only-this": _some,
    "copy-address": _some,
    "remove": _some,
    "connect-again": _ours,
    "disconnect": _leave,
    "cut-selected": _breakable,
    "close-selected": _breakable,
    "stall-selected": _breakable,
    "cut-everything": _any_open,
    "close-everything": _any_open,
    "clear-faults": _active,
    "deploy": _deploy,
    "abort-deploy": _abort,
    "run-demo": _run_demo,
    "stop-demo": _stop_demo,
    "make-b-naive-resume": _resume,
    "toggle-recording": _record,
    "copy-proxy-address": _proxy,
    "stop-proxy": _proxy,
}
