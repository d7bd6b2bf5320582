"""Several runs of one scenario as one verdict: the worst wins, every run is listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.engine.reports import tables, words
from workbench.engine.reports.markup import Markup, el
from workbench.engine.reports.masking import Masker
from workbench.engine.reports.page import banner, document
from workbench.model.words import Value, worst

Run = dict[str, Any]


def together(runs: Sequence[Run]) -> Run:
    """The ``--json`` object of several runs: the first of the worst, with ``run`` (its number,
    from 1) and ``runs`` (all of them); a single run is told as it is."""
    if len(runs) == 1:
        return runs[0]
    verdict = worst([Value(run["verdict"]) for run in runs])
    number = next(i for i, run in enumerate(runs) if run["verdict"] == verdict)
    return {**runs[number], "run": number + 1, "runs": list(runs)}


def count(run: Run, name: str) -> int:
    """How many ``missed``, ``duplicated`` or ``out_of_order`` in all outages of a run."""
    return sum(int(client[name]) for outage in run["outages"] for client in outage["clients"])


def runs_page(value: Run, folders: Sequence[str]) -> bytes:
    """The page that lists the runs of ``together``; ``folders`` hold the page of each."""
    masker = Masker()
    title = masker.text(value.get("scenario") or "Scenario", 200)
    verdict, runs = str(value["verdict"]), value["runs"]
    good = sum(run["verdict"] == "valid" for run in runs)
    rows = [
        _row(i + 1, run, folder) for i, (run, folder) in enumerate(zip(runs, folders, strict=True))
    ]
    columns = ("Run", "Verdict", "Seed", "Missed", "Twice", "Out of order", "Report")
    chip = tables.chip(words.VERDICTS[verdict], tables.TONES[verdict], large=True)
    head = el("div", el("p", "Workbench report · Scenario", class_="over"), el("h1", title))
    body = [
        el("header", head, chip, class_="head"),
        banner(f"{good:,} of {words.many(len(runs), 'run')} valid", tables.TONES[verdict]),
        tables.table(columns, rows, 0, ""),
    ]
    return document(f"{words.VERDICTS[verdict]}: {title}", body).encode()


def _row(number: int, run: Run, folder: str) -> Markup:
    verdict = str(run["verdict"])
    figures = [
        el("td", f"{n:,}", class_=f"num {tone if n else 'grey'}")
        for n, tone in (
            (count(run, "missed"), "error"),
            (count(run, "duplicated"), "warn"),
            (count(run, "out_of_order"), "error"),
        )
    ]
    return el(
        "tr",
        el("td", f"{number}"),
        el("td", tables.chip(words.VERDICTS[verdict], tables.TONES[verdict])),
        el("td", f"{run['seed']}", class_="num"),
        figures,
        el("td", el("a", f"{folder}/report.html", href=f"{folder}/report.html")),
    )
