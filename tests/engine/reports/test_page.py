"""The page, parsed back: it says what the verdict says, needs nothing else, and is hard to fool."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine.reports.page_reader import Node, PageReader
from tests.engine.reports.sample import Judged
from workbench.engine.reports.facts import Facts
from workbench.engine.reports.gather import gather
from workbench.engine.reports.look import PALETTE
from workbench.engine.reports.masking import Masker
from workbench.engine.reports.page import page
from workbench.engine.reports.runs import runs_page, together
from workbench.engine.reports.words import details, headline
from workbench.gui.look.tokens import DARK, LIGHT
from workbench.panels.recovery import banner

HOSTILE = (
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    "\x00\x1b[2J\u202egnp.exe\ud800",
    "n" * 10_000,
    "\"' onload='x",
)


def made(judged: Judged) -> tuple[Facts, Node]:
    facts = gather(*judged)
    return facts, PageReader(page(judged[0], facts, Masker())).root


def rows(root: Node) -> list[list[str]]:
    """The cells of every table's body."""
    return [
        [cell.text for cell in row.every("td")]
        for body in root.every("tbody")
        for row in body.every("tr")
    ]


def test_the_page_says_what_the_verdict_says(lossy: Judged) -> None:
    facts, root = made(lossy)
    assert [chip.text for chip in root.every("header")[0].every("span", "chip")] == ["✕Invalid"]
    assert root.every("div", "banner")[0].text.startswith("1 of 2 clients lost updates")
    matrix = root.every("section", "outage")[0].every("tbody")[0].every("tr")
    assert [cell.text for cell in matrix[0].every("td")] == [
        *("b-naive", "0.60 s", "none sent", "0", "3", "0", "0", "never", "✕Lost updates"),
    ]
    why = root.every("article", "why")[0].text
    for part in ("Why b-naive lost updates", "What to change", "4–6", "records 16, 18, 20"):
        assert part in why
    told = dict(
        zip((n.text for n in root.every("dt")), (n.text for n in root.every("dd")), strict=True)
    )
    assert told["Seed"] == "7"
    assert told["Clients"] == "2"
    assert told["Published"] == "20"
    assert told["Source of truth"] == "service publish log"
    assert told["Duration"] == "8.00 s"
    assert facts.published == 20


def test_the_lane_shows_gap_and_verdict(lossy: Judged) -> None:
    facts, root = made(lossy)
    picture = facts.pictures[1]
    assert [lane.client for lane in picture.lanes] == ["b-naive"]
    lane = picture.lanes[0]
    assert [(end or 0) - start for start, end in lane.gaps] == [600_000_000]
    assert int(lane.received.sum()) == 10  # of 13 published within the picture 3 are missed
    assert int(lane.sent.sum()) == 1  # it subscribed again; the first time is before the picture
    svg = root.every("svg", "lanes")[0]
    assert [t.text for t in svg.every("text", "strong")][-1] == "✕ 3 missed"
    assert len(svg.every("g", "gap-mark")) == 1


def test_the_chart_ends_apart_by_what_is_missed(lossy: Judged) -> None:
    facts, root = made(lossy)
    curve = facts.pictures[1].curves["b-naive"]
    assert (curve.published_total, curve.received_total, len(curve.lost)) == (13, 10, 3)
    chart = root.every("svg", "chart")[0]
    ends = {}
    for name in ("published", "received"):
        d = chart.every("path", name)[0].attributes["d"] or ""
        ends[name] = float(d.split("L")[-1].split()[1])
    assert ends["published"] == 16  # the top of the chart
    one = (236 - 40 - 16) / 13
    assert ends["received"] - ends["published"] == pytest.approx(3 * one, abs=0.11)
    assert [t.text for t in chart.every("text", "strong")] == [
        *("13 published", "3 missed", "10 received")
    ]


def test_evidence_shows_the_records(lossy: Judged) -> None:
    facts, root = made(lossy)
    numbers = [record.number for record in facts.pictures[1].evidence["b-naive"]]
    assert {16, 18, 20} <= set(numbers)
    shown = [row[0] for row in rows(root.every("details")[0])]
    assert shown == [str(n) for n in numbers]
    assert '"offset":4' in root.every("details")[0].text


def test_the_page_needs_nothing_else(lossy: Judged) -> None:
    facts = gather(*lossy)
    text = page(lossy[0], facts, Masker())
    root = PageReader(text).root
    for tag in ("script", "link", "img", "iframe", "object", "base", "form", "image", "use"):
        assert not root.every(tag)
    for node in root.every("a"):
        assert not (node.attributes.get("href") or "").startswith(("http", "//"))
    assert not re.search(r"url\((?!#)|@import|\bsrc=|https?://(?!127\.)", text)
    policy = [n for n in root.every("meta") if n.attributes.get("http-equiv")]
    assert "default-src 'none'" in (policy[0].attributes["content"] or "")
    assert "prefers-color-scheme: dark" in text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(lossy_as: Callable[..., Judged], name: str) -> None:
    clean = name.encode("utf-8", "ignore").decode()
    judged = lossy_as(clean)
    value = judged[0]
    value["notes"], value["scenario"] = [name], name
    value["outages"][0]["title"] = name
    value["outages"][0]["clients"][0]["explain"]["why"] = name
    value["checks"] = [{"text": name, "verdict": "invalid", "found": name}]
    text = page(value, gather(*judged), Masker())
    root = PageReader(text).root
    assert root.every("title")[0].text.startswith("Invalid: ")
    assert not root.every("script")
    assert not root.every("img")
    assert not [k for n in every(root) for k in n.attributes if k.startswith("on")]
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\ud800-\udfff]", text)
    assert len(text) < 120_000
    text.encode()


def every(root: Node) -> list[Node]:
    below = [c for c in root.children if isinstance(c, Node)]
    return below + [n for child in below for n in every(child)]


def test_masked_secrets_are_listed(lossy: Judged) -> None:
    lossy[0]["notes"] = ["Authorization: Bearer abcdefghi", "ws://h/?token=s3cret"]
    text = page(lossy[0], gather(*lossy), Masker())
    assert "s3cret" not in text
    assert "abcdefghi" not in text
    items = PageReader(text).root.every("section", "masked")[0].every("li")
    assert [item.text for item in items] == [
        "header Authorization (1)",
        "query parameter token (1)",
    ]


def test_without_an_outage(lossy: Judged) -> None:
    value: dict[str, Any] = lossy[0] | {"outages": [], "verdict": "unknown", "reasons": ["no-cut"]}
    root = PageReader(page(value, gather(value, *lossy[1:]), Masker())).root
    assert "No outage" in root.every("div", "banner")[0].text
    assert root.every("span", "large")[0].text == "▲Unknown"


def test_many_clients_are_bounded_and_counted(lossy_as: Callable[..., Judged]) -> None:
    judged = lossy_as(*(f"c{i:03}" for i in range(230)))
    facts, root = made(judged)
    assert len(facts.pictures[1].lanes) == 40
    assert len(facts.pictures[1].curves) == 12
    text = root.every("section", "outage")[0].text
    assert "and 31 more clients" in text
    assert "and 190 more clients without a lane" in text
    assert "and 210 more clients not explained here" in text


def test_a_damaged_recording_says_so(lossy: Judged) -> None:
    facts = gather(*lossy)
    facts.damage = ["a segment is missing"]
    root = PageReader(page(lossy[0], facts, Masker())).root
    assert root.every("section", "notes")[0].text == "Notesa segment is missing"


def test_runs_are_listed_and_linked(lossy: Judged) -> None:
    good = lossy[0] | {"verdict": "valid", "outages": [], "seed": 8}
    value = together([good, lossy[0]])
    assert (value["verdict"], value["run"], value["seed"]) == ("invalid", 2, 7)
    root = PageReader(runs_page(value, ["run-1", "run-2"]).decode()).root
    assert [row[:4] for row in rows(root)] == [
        ["1", "✓Valid", "8", "0"],
        ["2", "✕Invalid", "7", "3"],
    ]
    assert [a.attributes["href"] for a in root.every("a")] == [
        *("run-1/report.html", "run-2/report.html")
    ]
    assert root.every("div", "banner")[0].text == "1 of 2 runs valid"


def test_the_colours_are_the_windows() -> None:
    for name, (dark, light) in PALETTE.items():
        assert (dark, light) == (getattr(DARK, name), getattr(LIGHT, name)), name


WORDS = (
    {"word": "Lost updates", "verdict": "invalid", "missed": 12},
    {"word": "Recovered", "time_to_recovered_ms": 1840.0},
    {"word": "Recovered, 3 twice", "duplicated": 3, "time_to_recovered_ms": 900.0},
    {"word": "Out of order", "verdict": "invalid", "out_of_order": 2},
    {"word": "Failed", "verdict": "invalid"},
    {"word": "Can't tell", "verdict": "unknown", "reason": "no-ids"},
    {"word": "Not affected", "affected": False},
)


@pytest.mark.parametrize("picked", [(0, 1, 2), (1, 2), (1,), (3, 1), (4, 6), (5, 1), (6,), (0, 5)])
def test_the_sentences_are_the_windows(picked: tuple[int, ...]) -> None:
    base: dict[str, Any] = {"verdict": "valid", "missed": 0, "duplicated": 0, "out_of_order": 0}
    base |= {"affected": True, "reason": "", "time_to_recovered_ms": None}
    clients = [base | {"name": f"c{i}"} | WORDS[i] for i in picked]
    outage = {"number": 1, "clients": clients, "started_ns": 1}
    shown = banner(outage, 2)
    assert headline(outage) == (shown.text, shown.tone)
    if picked != (6,):
        assert details(outage) == shown.details
