"""The charts as a table: for a screen reader, for reading figures, and as CSV."""

from __future__ import annotations

import csv
import io
from datetime import tzinfo

from workbench.panels import wording
from workbench.panels.latency import METRICS, Latency
from workbench.panels.latency_chart import Bands, Dots, Query
from workbench.panels.latency_figures import ENOUGH, value_words

HEADINGS = ("Time", "Samples", "p50", "p95", "p99", "Slowest", "Record")


def rows(bands: Bands, zone: tzinfo | None = None) -> list[tuple[str, ...]]:
    """One row of words for each column of the bands that has samples."""
    found = []
    for i in range(len(bands.time)):
        if not bands.count[i]:
            continue
        at = wording.at(int(bands.time[i]) - bands.width // 2, zone, 1)
        figures = (bands.p50[i], bands.p95[i], bands.p99[i], bands.slowest[i])
        told = (value_words(float(value)) for value in figures)
        found.append((at, wording.count(int(bands.count[i])), *told, str(int(bands.row[i]))))
    return found


def as_csv(bands: Bands, metric: str) -> str:
    """The same for a program: moments in ns since 1970, values in ms."""
    out = io.StringIO()
    made = csv.writer(out, lineterminator="\n")
    made.writerow(("metric", "start_ns", "width_ns", "samples", "p50_ms", "p95_ms", "p99_ms",
                   "slowest_ms", "slowest_record"))  # fmt: skip
    for i in range(len(bands.time)):
        if bands.count[i]:
            start = int(bands.time[i]) - bands.width // 2
            figures = (bands.p50[i], bands.p95[i], bands.p99[i], bands.slowest[i])
            told = (f"{float(value) / 1e6:.4g}" for value in figures)
            made.writerow((metric, start, bands.width, int(bands.count[i]), *told,
                           int(bands.row[i])))  # fmt: skip
    return out.getvalue()


def sentence(latency: Latency, query: Query, bands: Bands, zone: tzinfo | None = None) -> str:
    """The bands chart in one sentence."""
    total = int(bands.count.sum())
    who = wording.plain(query.client, 60) or "all connections"
    span = f"{wording.at(query.start, zone, 0)} to {wording.at(query.end, zone, 0)}"
    title = METRICS[query.metric].title
    told = f"{title}, {who}, {span}, {wording.many(total, 'sample')}"
    return told if total >= ENOUGH else f"{told}, too few for p99"


def dot_words(latency: Latency, metric: str, dots: Dots, i: int) -> tuple[str, str, str]:
    """(what and on which connection, ``replayed`` or "", how long) of one dot."""
    space, row = latency.space, int(dots.row[i])
    client = wording.plain(space.lanes.names[int(dots.lane[i])], 40)
    what = f"record {row}"
    readings = space.source.read(row)
    for reading in readings[:1] if readings is not None else ():
        label = space.source.name(int(reading["label"])) or "message"
        offset = int(reading["offset"])
        ident = str(offset) if offset >= 0 else space.source.name(int(reading["text"]))
        what = f"{wording.plain(label, 24)} {wording.plain(ident, 24)}".strip()
    if metric == "ping":
        what = "pong"
    if metric == "reconnect":
        what = "back again"
    again = "replayed" if bool(dots.replayed[i]) else ""
    took = f"{value_words(float(dots.value[i]))} {METRICS[metric].one}"
    if metric == "lag" and not latency.ours:
        took = f"{value_words(float(dots.value[i]))} slower than the fastest delivery"
    return f"{what} on {client}", again, took
