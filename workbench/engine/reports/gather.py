"""Reads what a page shows out of a recording and its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from workbench.engine.identity import Joined
from workbench.engine.reports.curve_facts import curve_of
from workbench.engine.reports.evidence import evidence_of
from workbench.engine.reports.facts import (
    BINS,
    Array,
    ClientFacts,
    Facts,
    Lane,
    Mark,
    Picture,
)
from workbench.journal.recording import Recording
from workbench.model.history import Event, History
from workbench.model.words import Direction, Kind, Outcome

#: Records looked at in one go.
CHUNK = 1 << 18
#: Outages drawn, lanes in each, curves in each; the page says what it leaves out.
PICTURES, LANES, CURVES = 12, 40, 12
#: Diamonds of one lane.
REPLAYS = 2_000
SECOND = 1_000_000_000
#: Time drawn before and after an outage, at the least and as a share of its length.
BEFORE, AFTER, SHARE = SECOND, 3 * SECOND // 2, 0.12


def gather(
    value: Mapping[str, Any], recording: Recording, history: History, joined: Sequence[Joined]
) -> Facts:
    """Everything that the page of ``value`` (the ``--json`` object) needs."""
    facts = _whole(recording, history, joined)
    clients = {client.name: client for client in joined}
    for outage in value["outages"][:PICTURES]:
        picture = _picture(outage, facts)
        picture.marks = _marks(history, picture)
        affected = [c for c in outage["clients"] if c["affected"]] or outage["clients"]
        for told in affected[:LANES]:
            client = clients.get(told["name"])
            if client is not None:
                picture.lanes.append(_lane(client, history, picture))
                picture.evidence[client.name] = evidence_of(told, client, recording)
        _count(recording, clients, picture)
        for told in [c for c in affected if c["missed"]][:CURVES]:
            curve = curve_of(history, told["name"], picture.start, picture.end)
            if curve is not None:
                picture.curves[told["name"]] = curve
        facts.pictures[outage["number"]] = picture
    return facts


def _whole(recording: Recording, history: History, joined: Sequence[Joined]) -> Facts:
    count = recording.refresh()
    times = recording.field("time", recording.first, count)
    real = times[times > 0]
    facts = Facts(
        start=int(real[0]) if len(real) else 0,
        end=max(history.end, int(real[0]) if len(real) else 0),
        created=str(recording.info.get("created", "")),
        records=count - recording.first,
        bytes=recording.bytes,
        damage=[str(each) for each in recording.damage],
    )
    facts.messages = sum(
        int((recording.field("kind", low, high) == Kind.MESSAGE).sum())
        for low, high in _chunks(recording.first, count)
    )
    if history.published is not None:
        facts.published = int((history.published["outcome"] == Outcome.OK).sum())
    facts.clients = [
        ClientFacts(
            client.name,
            client.ours,
            str(client.links[0].facts.get("protocol", "")),
            _address(client),
            len(client.links),
        )
        for client in joined
    ]
    return facts


def _address(client: Joined) -> str:
    facts = client.links[0].facts
    return str(facts.get("url") or facts.get("address") or "")


def _chunks(start: int, stop: int) -> Iterator[tuple[int, int]]:
    for low in range(start, stop, CHUNK):
        yield low, min(low + CHUNK, stop)


def _picture(outage: Mapping[str, Any], facts: Facts) -> Picture:
    """The stretch of time to draw: the outage with some time around it."""
    touched = [c for c in outage["clients"] if c["affected"]]
    starts = [c["away_from_ns"] for c in touched if c["away_from_ns"]]
    starts += [outage["started_ns"]] if outage["number"] else []
    ends = [outage["ended_ns"] or 0]
    ends += [
        c["away_from_ns"] + int(1e6 * max(c["away_ms"] or 0, c["time_to_recovered_ms"] or 0))
        for c in touched
    ]
    start, end = min(starts, default=facts.start), max(ends)
    if end <= start or any(c["away_ms"] is None for c in touched):
        end = facts.end
    span = max(end - start, 0)
    start = max(start - max(BEFORE, int(span * SHARE)), facts.start)
    end = min(end + max(AFTER, int(span * SHARE)), facts.end)
    return Picture(start, max(end, start + 1))


def _marks(history: History, picture: Picture) -> list[Mark]:
    return [
        Mark(mark.kind, mark.title, mark.start, mark.end)
        for mark in history.outages
        if mark.start <= picture.end and (mark.end or mark.start) >= picture.start
    ]


def _lane(client: Joined, history: History, picture: Picture) -> Lane:
    lane = Lane(client.name, gaps=gaps_of(client, picture))
    known = history.clients.get(client.name)
    if known is not None:
        rows = known.delivered
        inside = (rows["time"] >= picture.start) & (rows["time"] <= picture.end)
        lane.replayed = rows["time"][inside & (rows["replayed"] == 1)][:REPLAYS].tolist()
    return lane


def gaps_of(client: Joined, picture: Picture) -> list[tuple[int, int | None]]:
    """Stretches within the picture in which no link of the client was open and alive."""
    changes: list[tuple[int, int]] = []
    for link in client.links:
        if link.opened is None:
            continue
        changes.append((link.opened, 1))
        silent = False
        for event in sorted(link.events, key=lambda each: each.time):
            if event.event == Event.ENDED and not silent:
                changes.append((event.time, -1))
                silent = True
            elif event.event == Event.HEALED and silent:
                changes.append((event.time, 1))
                silent = False
    gaps: list[tuple[int, int | None]] = []
    alive, since = 0, 0
    for moment, step in sorted(changes, key=lambda each: (each[0], -each[1])):
        if alive > 0 and alive + step == 0:
            since = moment
        elif alive == 0 and step > 0 and since:
            gaps.append((since, moment))
        alive += step
    if alive == 0 and since and not (gaps and gaps[-1][0] == since):
        gaps.append((since, None))
    return [g for g in gaps if g[0] <= picture.end and (g[1] or picture.end) >= picture.start]


def _count(recording: Recording, clients: Mapping[str, Joined], picture: Picture) -> None:
    """Messages of each lane, bin by bin."""
    lane_of = {
        link.number: i
        for i, lane in enumerate(picture.lanes)
        for link in clients[lane.client].links
    }
    if not lane_of:
        return
    table = np.full(max(lane_of) + 1, -1, dtype=np.int64)
    table[list(lane_of)] = list(lane_of.values())
    low, high = recording.at(picture.start), min(recording.at(picture.end + 1), recording.count)
    for start, stop in _chunks(low, high):
        headers = recording.headers(start, stop)
        headers = headers[headers["kind"] == Kind.MESSAGE]
        headers = headers[headers["link"] < len(table)]
        lanes = table[headers["link"]]
        for direction, name in ((Direction.IN, "received"), (Direction.OUT, "sent")):
            mine = (headers["direction"] == direction) & (lanes >= 0)
            _add(picture, lanes[mine], headers["time"][mine].astype(np.int64), name)


def _add(picture: Picture, lanes: Array, times: Array, name: str) -> None:
    step = (picture.end - picture.start) / BINS
    bins = ((times - picture.start) / step).astype(np.int64)
    good = (bins >= 0) & (bins < BINS)
    counts = np.bincount(lanes[good] * BINS + bins[good], minlength=len(picture.lanes) * BINS)
    for lane, more in zip(picture.lanes, counts.reshape(-1, BINS), strict=True):
        setattr(lane, name, getattr(lane, name) + more)
