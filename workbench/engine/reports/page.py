"""The report as one HTML page that needs nothing else: no script, no file, no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from workbench import __version__
from workbench.door.told import TRUTHS
from workbench.engine.reports import tables, words
from workbench.engine.reports.chart import chart_svg
from workbench.engine.reports.facts import Facts, Picture
from workbench.engine.reports.lanes import lanes_svg, pattern
from workbench.engine.reports.look import style
from workbench.engine.reports.markup import Content, Markup, el
from workbench.engine.reports.masking import Masker

#: Outages written in full, and clients explained in each; the rest is counted.
OUTAGES, EXPLAINED = 50, 20
SHAPES = {
    "error": "M6 1h6l5 5v6l-5 5H6l-5-5V6z",
    "warn": "M9 1l8.5 15.5h-17z",
    "ok": "M9 1a8 8 0 1 0 0 16a8 8 0 1 0 0-16z",
    "info": "M9 1a8 8 0 1 0 0 16a8 8 0 1 0 0-16zm0 3a5 5 0 1 1 0 10a5 5 0 1 1 0-10z",
}
INSIDE = {
    "error": "M6 6l6 6M12 6l-6 6",
    "warn": "M9 6.5v5M9 13v1.5",
    "ok": "M5.5 9.5l2.5 2.5l4.5-5.5",
}


def page(value: Mapping[str, Any], facts: Facts, masker: Masker) -> str:
    """The page of a ``--json`` object and what its recording says."""
    title = masker.text(value.get("scenario") or _name(value) or "Recording", 200)
    outages = value["outages"]
    body = [
        _head(value, title),
        _first_words(value, masker),
        _facts(value, facts, masker),
        _expectations(value, masker),
        [_outage(o, facts.pictures.get(o["number"]), masker) for o in outages[:OUTAGES]],
        _left_out(len(outages) - OUTAGES, "outages"),
        _clients(facts, masker),
        _remarks(value, facts, masker),
    ]
    body += [_masked(masker), _foot()]  # last: by now everything has been masked
    return document(f"{words.VERDICTS[value['verdict']]}: {title}", body)


def _name(value: Mapping[str, Any]) -> str:
    return PurePath(str(value.get("recording") or "")).name


def document(title: str, body: Content) -> str:
    """A whole document around its main part."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        # Nothing may be loaded and no script may run, whatever a payload would like.
        el(
            "meta",
            http_equiv="Content-Security-Policy",
            content="default-src 'none'; style-src 'unsafe-inline'",
        ),
        el("title", title),
        el("style", style()),
    )
    page = el("html", head, el("body", pattern(), el("main", body)), lang="en")
    return f"<!DOCTYPE html>\n{page}\n"


def _head(value: Mapping[str, Any], title: str) -> Markup:
    verdict = str(value["verdict"])
    kind = "Scenario" if value.get("scenario") else "Recording"
    words_ = el("div", el("p", f"Workbench report · {kind}", class_="over"), el("h1", title))
    chip = tables.chip(words.VERDICTS[verdict], tables.TONES[verdict], large=True)
    return el("header", words_, chip, class_="head")


def banner(text: str, tone: str, details: str = "") -> Markup:
    """A sentence in its tone, with a sign that needs no colour."""
    inside = INSIDE.get(tone)
    sign = el(
        "svg",
        el("path", d=SHAPES[tone], fill="currentColor"),
        el("path", d=inside, fill="none", stroke="var(--panel)", stroke_width=2)
        if inside
        else None,
        viewBox="0 0 18 18",
        width=22,
        height=22,
        aria_hidden="true",
    )
    below = el("p", details) if details else None
    return el("div", sign, el("div", el("b", text), below), class_=f"banner tone-{tone}")


def _first_words(value: Mapping[str, Any], masker: Masker) -> Markup | None:
    """Where there is no outage to speak for itself, or the run says more than its outages."""
    if not value["outages"]:
        why = masker.text(words.reasons(value.get("reasons") or ()))
        tone = tables.TONES[value["verdict"]]
        return banner(
            "No outage: nothing was cut, stalled or deployed.",
            tone,
            f"{words.VERDICTS[value['verdict']]}: {why}.",
        )
    if value.get("stopped"):
        return banner("The scenario was stopped before its end.", "warn")
    return None


def _facts(value: Mapping[str, Any], facts: Facts, masker: Masker) -> Markup:
    truths = dict.fromkeys(TRUTHS.get(o["source"], o["source"]) for o in value["outages"])
    told = {
        "Duration": words.seconds((facts.end - facts.start) / 1e6) or "–",
        "Clients": f"{len(facts.clients):,}",
        "Outages": f"{sum(o['number'] > 0 for o in value['outages']):,}",
        "Source of truth": ", ".join(truths) or "none",
        "Published": f"{facts.published:,}" if facts.published else "not known",
        "Messages": f"{facts.messages:,}",
        "Records": f"{facts.records:,}",
        "Begun (UTC)": facts.created[:19].replace("T", " ") or "not known",
        "Seed": f"{value['seed']}",
        "Program": f"Workbench {__version__}",
        "Recording": str(value.get("recording") or "not kept"),
    }
    parts = [
        el("div", el("dt", name), el("dd", masker.text(text, 200))) for name, text in told.items()
    ]
    return el("div", el("dl", parts, class_="facts"), class_="facts-row")


def _expectations(value: Mapping[str, Any], masker: Masker) -> Markup | None:
    if not value.get("checks"):
        return None
    return el("section", el("h2", "Expectations"), tables.expectations(value["checks"], masker))


def _outage(outage: Mapping[str, Any], picture: Picture | None, masker: Masker) -> Markup:
    title = masker.text(words.title(outage), 120) or "Outside of any outage"
    title = f"Outage {outage['number']} · {title}" if outage["number"] else title
    text, tone = words.headline(outage)
    truth = TRUTHS.get(outage["source"], outage["source"])
    started = f"{outage['started'][:19].replace('T', ' ')} UTC"
    when = f"{started} · source of truth: {truth}" if outage["number"] else ""
    return el(
        "section",
        el("h2", title),
        el("p", masker.text(when), class_="over"),
        banner(masker.text(text), tone, masker.text(_details(outage), 1_000)),
        tables.matrix(outage, masker),
        _figures(outage, picture, masker) if picture is not None else None,
        _whys(outage, picture, masker),
        class_="outage",
        id=f"outage-{outage['number']}",
    )


def _details(outage: Mapping[str, Any]) -> str:
    disagree = str(outage.get("disagree") or "")
    return " ".join(part for part in (words.details(outage), disagree) if part)


def _figures(outage: Mapping[str, Any], picture: Picture, masker: Masker) -> Content:
    parts: list[Content] = []
    if picture.lanes:
        more = sum(bool(c["affected"]) for c in outage["clients"]) - len(picture.lanes)
        caption = el("figcaption", _legend(), _left_out(more, "clients without a lane"))
        lanes = el("div", lanes_svg(outage, picture, masker), class_="scroll")
        parts.append(el("figure", lanes, caption, class_="card"))
    return parts


def _legend() -> Markup:
    def sign(*shapes: Markup) -> Markup:
        return el(
            "svg",
            *shapes,
            viewBox="0 0 14 14",
            width=14,
            height=14,
            aria_hidden="true",
            style="width:14px",
        )

    box = {"x": 1, "y": 2, "width": 12, "height": 10}
    hatched = (
        el("rect", **box, class_="under"),
        el("rect", **box, class_="gap", fill="url(#hatch)"),
    )
    items = (
        (sign(el("path", d="M6 2h2v10h-2z", class_="in")), "received (above the line)"),
        (sign(el("path", d="M6 2h2v10h-2z", class_="out")), "sent (below)"),
        (sign(*hatched), "gap"),
        (sign(el("path", d="M7 2l5 5l-5 5l-5-5z", class_="diamond")), "replayed"),
        (sign(el("path", d="M3 2h9l-3 4l3 4h-9z", class_="flag")), "deploy"),
        (sign(el("path", d="M3 2h9l-3 4l3 4h-9z", class_="fault")), "fault"),
    )
    return el("div", [el("span", svg, text) for svg, text in items], class_="legend")


def _whys(outage: Mapping[str, Any], picture: Picture | None, masker: Masker) -> Content:
    clients = outage["clients"]
    told = [c for c in clients if c["affected"] and (c["verdict"] != "valid" or c["findings"])]
    parts: list[Content] = []
    for client in told[:EXPLAINED]:
        chart, proof = _shown(outage, client, picture, masker)
        why = el("div", _why(client, masker))
        both = el("div", chart, why, class_="beside") if chart is not None else why
        parts.append(el("article", _why_head(client, masker), both, proof, class_="card pad why"))
    return [*parts, _left_out(len(told) - EXPLAINED, "clients not explained here")]


def _shown(
    outage: Mapping[str, Any], client: Mapping[str, Any], picture: Picture | None, masker: Masker
) -> tuple[Markup | None, Markup | None]:
    """The chart of a client that lost something, and the records that prove its verdict."""
    if picture is None:
        return None, None
    name = client["name"]
    zero = int(outage["started_ns"]) if outage["number"] else picture.start
    curve, records = picture.curves.get(name), picture.evidence.get(name)
    chart = proof = None
    if curve is not None:
        svg = chart_svg(client, curve, picture, zero, masker.text(name, 80))
        chart = el("figure", el("h4", "Published and received"), svg)
    if records:
        summary = el("summary", f"{words.many(len(records), 'record')} as evidence")
        proof = el("details", summary, tables.evidence(records, zero, masker))
    return chart, proof


def _why_head(client: Mapping[str, Any], masker: Masker) -> Markup:
    name = masker.text(client["name"], 120)
    heading = f"Why {name} lost updates" if client["missed"] else f"What happened to {name}"
    chip = tables.chip(masker.text(client["word"], 80), words.tone(client))
    return el("div", el("h3", heading), chip, class_="why-head")


def _why(client: Mapping[str, Any], masker: Masker) -> Content:
    changes = [el("li", masker.text(each, 500)) for each in words.changes(client)]
    missed = masker.text(words.missed_ranges(client), 2_000)
    found = [_finding(f, masker) for f in client["findings"]]
    return [
        el("p", masker.text(words.why(client), 1_000)),
        [el("h4", "What to change"), el("ul", changes)] if changes else None,
        [el("h4", "Missed"), el("p", el("code", missed), class_="close")] if missed else None,
        [el("h4", "Findings"), el("ul", found)] if found else None,
    ]


def _finding(finding: Mapping[str, Any], masker: Masker) -> Markup:
    records = finding["records"]
    more = f" and {len(records) - 24} more" if len(records) > 24 else ""
    shown = ", ".join(map(str, records[:24])) + more
    note = f" ({masker.text(finding['note'], 200)})" if finding["note"] else ""
    where = f", records {shown}" if records else ""
    return el("li", f"{masker.text(finding['name'], 60)}: {finding['count']:,}{note}{where}")


def _left_out(n: int, what: str) -> Markup | None:
    return el("p", f"and {n:,} more {what}", class_="grey") if n > 0 else None


def _clients(facts: Facts, masker: Masker) -> Markup | None:
    if not facts.clients:
        return None
    return el("section", el("h2", "Clients"), tables.clients(facts.clients, masker))


def _remarks(value: Mapping[str, Any], facts: Facts, masker: Masker) -> Markup | None:
    notes = dict.fromkeys([*map(str, value.get("notes") or ()), *facts.damage])
    if not notes:
        return None
    items = [el("li", masker.text(note, 500)) for note in list(notes)[: tables.ROWS]]
    return el("section", el("h2", "Notes"), el("ul", items, class_="plain"), class_="notes")


def _masked(masker: Masker) -> Markup:
    listed: Sequence[str] = masker.listed()
    items = [el("li", text) for text in listed]
    text = el("ul", items, class_="plain") if items else el("p", "Nothing had to be masked.")
    return el("section", el("h2", "Masked secrets"), text, class_="masked")


def _foot() -> Markup:
    return el("footer", f"Made by Workbench {__version__}.")
