"""The records that prove a client's verdict, as far as a page has room for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.engine.identity import Joined
from workbench.engine.reports.facts import Evidence
from workbench.journal.recording import Recording
from workbench.model.words import Direction, Kind, LinkEvent, Opcode

#: Records of one client, of one finding, and bytes of each that are read.
MOST, OF_ONE, BYTES = 14, 5, 6_000
#: A request lies at most so many records before or behind the one that opened its link.
NEAR = 64


def evidence_of(told: Mapping[str, Any], client: Joined, recording: Recording) -> list[Evidence]:
    """The request and first message with which the client came back, and records of each
    finding."""
    if not told["affected"] or (told["verdict"] == "valid" and not told["findings"]):
        return []
    numbers = _request(told, client, recording)
    for finding in told["findings"]:
        numbers += finding["records"][:OF_ONE]
    whole = [n for n in dict.fromkeys(numbers) if recording.first <= n < recording.count]
    return [_record(recording, number) for number in sorted(whole[:MOST])]


def _request(told: Mapping[str, Any], client: Joined, recording: Recording) -> list[int]:
    back = [
        link for link in client.links if link.opened and link.opened > (told["away_from_ns"] or 0)
    ]
    if not back:
        return []
    link = back[0]
    low, high = max(link.opened_record - NEAR, recording.first), link.opened_record + NEAR
    headers = recording.headers(low, high)
    found: dict[int, int] = {}
    for i, h in enumerate(headers):
        if h["direction"] == Direction.OUT and h["link"] == link.number:
            found.setdefault(int(h["kind"]), low + i)
    return [found[kind] for kind in (Kind.HANDSHAKE, Kind.MESSAGE) if kind in found]


def _record(recording: Recording, number: int) -> Evidence:
    header = recording.headers(number, number + 1)[0]
    payload = recording.payload(number)
    return Evidence(
        number,
        int(header["time"]),
        int(header["direction"]),
        _what(int(header["kind"]), int(header["opcode"])),
        len(payload),
        payload[:BYTES],
    )


def _what(kind: int, opcode: int) -> str:
    if kind == Kind.MESSAGE:
        return {Opcode.BINARY: "binary message", Opcode.EVENT: "event"}.get(
            Opcode(opcode) if opcode in set(Opcode) else Opcode.TEXT, "message"
        )
    if kind == Kind.LINK and opcode in set(LinkEvent):
        return f"link {LinkEvent(opcode).name.lower()}"
    if kind == Kind.PUBLISH:
        return "published"
    return Kind(kind).name.lower() if kind in set(Kind) else "unreadable"
