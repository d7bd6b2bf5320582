"""States of the Scenarios view worth a picture; the window is handed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.gui import sample
from workbench.gui.scenarios.view import ScenariosView
from workbench.gui.screenshots import tell_all
from workbench.gui.views import add_scenarios
from workbench.gui.window import Window

NS = sample.NS
STARTED = sample.NOW - 84 * NS // 10
CHECKS = [
    {"text": "every client missed = 0", "verdict": "invalid", "found": "12"},
    {"text": "every client recovered within 10 s", "verdict": "unknown", "found": "no outage"},
]


def view_of(window: Window) -> ScenariosView:
    """The view with the rolling deploy chosen."""
    sample.fill(window.bridge.mirror)
    tell_all(window)
    view = add_scenarios(window)
    window.show_view("scenarios")
    paths = {path.stem: str(path) for path in view.desk.examples()}
    over(window, paths["naive-client"], "invalid", 12)
    over(window, paths["half-open"], "valid", 0)
    view.open(paths["rolling-deploy"])
    return view


def over(window: Window, path: str, verdict: str, missed: int, ago: int = 400) -> None:
    """A run that is over, as the engine tells of it."""
    bad = verdict == "invalid"
    checks = [{"text": "every client missed = 0", "verdict": verdict, "found": str(missed)}]
    checks.append(
        {"text": "every client recovered within 10 s", "verdict": "valid", "found": "1 s"}
    )
    client = {"name": "b-naive", "missed": missed, "affected": True}
    result = {"verdict": verdict, "checks": checks, "stopped": False, "recording": "/tmp/r",
              "outages": [{"number": 1, "clients": [client] if bad else []}]}  # fmt: skip
    started = sample.NOW - ago * NS
    put(window, path, running=False, started=started, ended=started + 108 * NS // 10, step=5,
        took=[300_000_000, 100_000_000, NS, 63 * NS // 10, NS], result=result)  # fmt: skip


def put(window: Window, path: str, **changed: Any) -> None:
    """The engine's value, and its word."""
    value: dict[str, Any] = {
        "running": True, "name": "rolling deploy", "path": path, "step": 4, "steps": 4,
        "text": "Wait: until recovered, timeout 20s", "started": STARTED, "since": sample.NOW,
        "took": [640_000_000, 100_000_000, NS, 63 * NS // 10], "ended": 0, "checks": [],
    }  # fmt: skip
    window.bridge.mirror.put("scenario", "current", value | changed)
    window.bridge.changed.emit(frozenset({("scenario", "current")}))


def running(window: Window) -> None:
    """Picture 08: at the wait for recovery, one check broken already."""
    view = view_of(window)
    for n, verdict in enumerate(("valid", "invalid", "valid")):
        over(window, view.path, verdict, 12 if verdict == "invalid" else 0, 900 - 200 * n)
    window.bridge.mirror.put("scenario", "checks", {"path": view.path, "checks": CHECKS})
    put(window, view.path)


def wrong(window: Window) -> None:
    """A line with a mistake, not saved; the file changed on disk besides."""
    view = view_of(window)
    text = view.source.text.replace("drain_time", "drian_time")
    view.source.take(text)
    view._typed(text)
    line = text[: text.index("drian_time")].count("\n") + 1
    view._asked += 1
    view._told(view._asked, {"line": line, "error": {
        "what": f"Unknown key `drian_time` in rolling-deploy.toml, line {line}.", "why": "",
        "to_do": "Did you mean `drain-time`?"}})  # fmt: skip
    assert view.desk.document is not None
    view.desk.document.other = text + "\n"
    view._disk()
    view.source.reveal(line)


def ready(window: Window) -> None:
    """Nothing runs."""
    view_of(window)


SCENES: dict[str, Callable[[Window], None]] = {
    "scenarios-running": running,
    "scenarios-wrong": wrong,
    "scenarios-ready": ready,
}
