"""A real Socket.IO server and its real JavaScript client through ``workbench record``.

The link is cut by a reset three times while the server publishes; the verdict must name
exactly what the client's own log says it never handled.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.peers.judgements import missed_ids
from tests.peers.node_peer import NodePeer
from tests.peers.workbench_peer import Recorder, judged

pytestmark = [pytest.mark.peer, pytest.mark.slow]

INTERVAL = 25  # ms
CUTS = 3
#: The default is to poll first and then to upgrade; fetch polls over kept-alive connections.
TRANSPORTS = ("websocket", "polling,websocket", "polling", "fetch")
LIVE = 80  # updates after the last cut: recovered means live for a second and more


def handled(client: NodePeer) -> list[int]:
    return [line["handled"] for line in client.said if "handled" in line]


def connects(client: NodePeer) -> int:
    return sum("connect" in line for line in client.said)


def hear_more(client: NodePeer, count: int) -> None:
    seen = len(handled(client))
    client.until(lambda _: len(handled(client)) >= seen + count)


def run(recovery: str, out: Path, transports: str) -> tuple[list[int], int]:
    """Server, recorder and client; three cuts; what the client handled of how many."""
    server = NodePeer("sio-server.mjs", recovery, str(INTERVAL))
    try:
        port = server.until(lambda said: bool(said))[0]["port"]
        recorder = Recorder(f"http://127.0.0.1:{port}", out)
        client = NodePeer("sio-client.mjs", recorder.listen, transports)
        try:
            for _ in range(CUTS):
                hear_more(client, 20)
                before = connects(client)
                recorder.command("cut")
                client.until(lambda _, before=before: connects(client) > before)
            hear_more(client, LIVE)
            server.tell("stop")
            total = server.until(lambda said: "done" in said[-1])[-1]["done"]
            client.until(lambda _: handled(client)[-1] == total)
        finally:
            recorder.end()
            client.end()
    finally:
        server.end()
    return handled(client), total


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_recovery_on_nothing_is_missed(tmp_path: Path, transports: str) -> None:
    got, total = run("on", tmp_path / "rec", transports)
    assert got == list(range(1, total + 1))
    code, judgement = judged(tmp_path / "rec", "--id", "json.1.seq")
    assert missed_ids(judgement) == []
    assert [outage["kind"] for outage in judgement["outages"]] == ["cut"] * CUTS
    assert all(outage["clients"][0]["affected"] for outage in judgement["outages"])
    assert code == 0, judgement


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_recovery_off_exactly_the_missed_are_named(tmp_path: Path, transports: str) -> None:
    got, total = run("off", tmp_path / "rec", transports)
    never = sorted(set(range(1, total + 1)) - set(got))
    assert len(never) >= CUTS
    code, judgement = judged(tmp_path / "rec", "--id", "json.1.seq")
    assert missed_ids(judgement) == never
    assert code == 1, judgement


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_without_an_id_field_nothing_is_claimed(tmp_path: Path, transports: str) -> None:
    """Opaque recovery ids prove no hole: the loss cannot be seen, and must not pass as valid."""
    run("off", tmp_path / "rec", transports)
    code, judgement = judged(tmp_path / "rec")
    assert code == 2, judgement
