"""Verdicts and units as text for a terminal or a pipe."""

from __future__ import annotations

from io import StringIO
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.door.told import MATRIX
from workbench.engine.reports.runs import count

STYLE = {"valid": "green", "invalid": "red", "unknown": "yellow"}
#: Below this many columns the headings are short and a position is its last part.
ROOMY = 120
SHORT = ("Client", "Away", "Asked", "Repl.", "Missed", "Twice", "Order", "Back in", "Verdict")
NUMBERS = {"Away for", "Replayed", "Missed", "Twice", "Out of order", "Time to recovered"}


def judgement_text(judged: dict[str, Any], width: int = 0) -> str:
    """Outages with a row per client, then why, the checks and the verdict."""
    out = StringIO()
    import sys

    terminal = sys.stdout.isatty()
    console = Console(
        file=out,
        force_terminal=terminal,
        width=width or (None if terminal else 140),
        highlight=False,
        markup=False,
        emoji=False,
    )
    for outage in judged["outages"]:
        _outage(console, outage)
    if not judged["outages"]:
        console.print("No outage: nothing was cut, stalled or deployed.")
    for check in judged.get("checks", ()):
        console.print(Text(f"{mark(check['verdict'])} {check['text']} (found {check['found']})"))
    for line in (*judged.get("reasons", ()), *judged.get("notes", ())):
        console.print(Text(f"Note: {line}"))
    if judged.get("recording"):
        console.print(Text(f"Recording: {judged['recording']}"))
    verdict = judged["verdict"]
    console.print(Text(f"Verdict: {verdict}   (seed {judged['seed']})", style=STYLE[verdict]))
    return out.getvalue()


def runs_text(judged: dict[str, Any]) -> str:
    """A line for each of several runs, and the worst verdict of them."""
    runs = judged["runs"]
    lines = [
        f"{mark(run['verdict'])} Run {i + 1} of {len(runs)}: {run['verdict']}   "
        f"(seed {run['seed']}, missed {count(run, 'missed')}, twice {count(run, 'duplicated')}, "
        f"out of order {count(run, 'out_of_order')})"
        for i, run in enumerate(runs)
    ]
    return "\n".join([*lines, f"Verdict: {judged['verdict']}, as in run {judged['run']}", ""])


def mark(verdict: str) -> str:
    """A sign that needs no colour."""
    return {"valid": "ok  ", "invalid": "FAIL", "unknown": "?   "}[verdict]


def _outage(console: Console, outage: dict[str, Any]) -> None:
    title = outage["title"] or outage["kind"]
    console.print(
        Text(f"Outage {outage['number']}: {title}, {outage['started']}, source: {outage['source']}")
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    roomy = console.width >= ROOMY
    for name, short in zip(MATRIX, SHORT, strict=True):
        side: Literal["left", "right"] = "right" if name in NUMBERS else "left"
        table.add_column(name if roomy else short, justify=side, no_wrap=name != "Verdict")
    for client in outage["clients"]:
        cells = _cells(client)
        if not roomy:
            cells[2] = cells[2].rpartition(":")[2]
        table.add_row(*[Text(cell) for cell in cells], style=_style(client))
    console.print(table)
    for client in outage["clients"]:
        _why(console, client)
    console.print()


def _style(client: dict[str, Any]) -> str:
    return STYLE[client["verdict"]] if client["affected"] else "dim"


def _cells(client: dict[str, Any]) -> list[str]:
    affected = client["affected"]
    return [
        client["name"],
        span(client["away_ms"]) if affected else "",
        (client["asked_from"] or "none sent") if affected else "",
        str(client["replayed"]),
        str(client["missed"]),
        str(client["duplicated"]),
        str(client["out_of_order"]),
        (span(client["time_to_recovered_ms"]) or "never") if affected else "",
        client["word"],
    ]


def span(ms: float | None) -> str:
    """Milliseconds as seconds with two digits."""
    return "" if ms is None else f"{ms / 1000:.2f} s"


def _why(console: Console, client: dict[str, Any]) -> None:
    explain = client.get("explain") or {}
    if client["verdict"] == "valid" or not explain.get("why"):
        return
    console.print(Text(f"  {client['name']}: {explain['why']}"))
    for change in explain.get("changes", ()):
        console.print(Text(f"    - {change}"))


def units_text(found: dict[str, Any]) -> str:
    """Every unit by kind, with its settings."""
    lines = []
    for kind, units in found.items():
        lines.append(f"{kind}:")
        for name, unit in units.items():
            lines.append(f"  {name:24} {unit['title']}")
            for s in unit["settings"]:
                value = (
                    "-" if s["default"] in (None, "") else f"{s['default']} {s['unit']}".rstrip()
                )
                lines.append(f"    {s['key']:22} {value}  {s['help']}")
    return "\n".join(lines) + "\n"
