"""One deploy from the first process to the verdict: the demo, held against the service's ledger.

What every client missed is counted again here from the raw payloads and from what the service
itself says it published; nothing of the program's own reading or judging is used for that.
"""

from __future__ import annotations

import asyncio
import http.client
from pathlib import Path
from typing import Any

import orjson
import pytest

from workbench.door import commands
from workbench.engine.local import open_local
from workbench.journal.recording import Recording
from workbench.model.words import Direction, Kind, LinkEvent

pytestmark = pytest.mark.slow

LIMIT = 60.0


def ledger(address: str) -> list[int]:
    """Every offset that the service says it published."""
    host, port = address.removeprefix("ws://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.request("GET", "/updates?stream=prices&after=")
    answer = orjson.loads(connection.getresponse().read())
    connection.close()
    return [update["offset"] for update in answer["updates"]]


def delivered(folder: Path) -> dict[str, list[int]]:
    """Client → offsets in the order in which they were handed to it, from the raw payloads."""
    recording = Recording.open(folder)
    headers = recording.headers(0, recording.refresh())
    names: dict[int, str] = {}
    found: dict[str, list[int]] = {}
    for i in range(recording.count):
        header = headers[i]
        if header["kind"] == Kind.LINK and header["opcode"] == LinkEvent.OPENING:
            names[int(header["link"])] = orjson.loads(recording.payload(i))["client"]
        if header["kind"] == Kind.MESSAGE and header["direction"] == Direction.IN:
            value = orjson.loads(recording.payload(i))
            if value["type"] == "update":
                found.setdefault(names[int(header["link"])], []).append(value["offset"])
    return found


def missed(client: dict[str, Any]) -> list[int]:
    return sorted(
        position["offset"]
        for finding in client["findings"]
        if finding["name"] in ("lost", "skipped")
        for position in finding["positions"]
    )


async def test_the_demo_says_what_the_ledger_says(tmp_path: Path) -> None:
    door = open_local(tmp_path, seed=1)
    try:
        await door.call(commands.RunDemo())
        await asyncio.wait_for(door.engine.parts.demo.wait(), LIMIT)
        state = door.mirror["demo"]["current"]
        assert state["finished"], state
        address = door.mirror["service"]["service"]["address"]
        published = await asyncio.to_thread(ledger, address)
        judged = await door.call(commands.Judge())
        folder = Path(door.mirror["session"]["current"]["folder"])
        replicas = [dict(value) for value in door.mirror["replica"].values()]
    finally:
        await door.close()
    got = delivered(folder)
    (outage,) = judged["outages"]
    clients = {client["name"]: client for client in outage["clients"]}
    assert outage["kind"] == "deploy"
    assert outage["source"] == "ledger"
    assert {replica["version"] for replica in replicas} == {"v43"}
    for name, client in clients.items():
        never = [n for n in published if got[name][0] < n <= got[name][-1] and n not in got[name]]
        assert missed(client) == never, name
        assert client["missed"] == len(never), name
    assert clients["a-resume"]["word"] == "Recovered"
    assert clients["b-naive"]["word"] == "Lost updates"
    twice = len(got["c-overlap"]) - len(set(got["c-overlap"]))
    assert twice > 0
    assert clients["c-overlap"]["word"] == f"Recovered, {twice} twice"
    assert judged["verdict"] == "invalid"
