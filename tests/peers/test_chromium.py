"""Native WebSocket and EventSource of a page in Chromium through ``workbench record``.

The link is cut by a reset three times while the server publishes; the verdict must name
exactly what the page's own log says it never handled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

from tests.peers.browser import Page, browser
from tests.peers.judgements import findings, missed_ids
from tests.peers.node_peer import NodePeer
from tests.peers.workbench_peer import Recorder, judged

pytestmark = [pytest.mark.peer, pytest.mark.slow]

INTERVAL = 25  # ms
CUTS = 3
LIVE = 80  # updates after the last cut: recovered means live for a second and more
RETURN_PATIENCE = 10.0  # s, after which a client that stayed away has not come back


@pytest.fixture(scope="module")
def chromium(
    tmp_path_factory: pytest.TempPathFactory, program: Callable[[str], str]
) -> Iterator[webdriver.Chrome]:
    profile = tmp_path_factory.mktemp("profile")
    with browser(program("chromium"), program("chromedriver"), profile) as driver:
        yield driver


@pytest.fixture
def server() -> Iterator[NodePeer]:
    peer = NodePeer("feed-server.mjs", str(INTERVAL))
    yield peer
    peer.end()


@pytest.fixture
def recorder(server: NodePeer, tmp_path: Path) -> Iterator[Recorder]:
    port = server.until(bool)[0]["port"]
    recorder = Recorder(f"http://127.0.0.1:{port}", tmp_path / "rec")
    yield recorder
    recorder.close()


@pytest.fixture
def page(chromium: webdriver.Chrome, server: NodePeer) -> Page:
    """A fresh page: whatever the one before still did has ended with it."""
    chromium.get(f"http://127.0.0.1:{server.until(bool)[0]['port']}/")
    return Page(chromium)


def cut_three_times(
    server: NodePeer, recorder: Recorder, page: Page, kind: str, *, resume: bool = False
) -> list[int]:
    """One reader, three cuts; what the page never handled of all that was published."""
    scheme, _, rest = recorder.listen.partition("://")
    page.read("reader", f"{'ws' if kind == 'ws' else scheme}://{rest}/{kind}", resume=resume)
    page.until("reader", lambda log: log["opens"] == 1)
    server.tell("go")
    for cut in range(1, CUTS + 1):
        hear_more(page, 20)
        recorder.command("cut")
        page.until("reader", lambda log, cut=cut: log["opens"] == cut + 1)
    hear_more(page, LIVE)
    total = stop(server)
    handled = page.until("reader", lambda log: log["handled"][-1] == total)["handled"]
    recorder.end()
    return sorted(set(range(1, total + 1)) - set(handled))


def hear_more(page: Page, count: int) -> None:
    seen = len(page.log("reader")["handled"])
    page.until("reader", lambda log: len(log["handled"]) >= seen + count)


def stop(server: NodePeer) -> int:
    server.tell("stop")
    return int(server.until(lambda said: "done" in said[-1])[-1]["done"])


def outages(judgement: dict[str, Any]) -> list[str]:
    return [outage["kind"] for outage in judgement["outages"]]


def test_websocket_that_does_not_resume(server: NodePeer, recorder: Recorder, page: Page) -> None:
    never = cut_three_times(server, recorder, page, "ws")
    assert len(never) >= CUTS
    code, judgement = judged(recorder.out, "--id", "json.seq")
    assert missed_ids(judgement) == never
    assert outages(judgement) == ["cut"] * CUTS
    assert code == 1, judgement


def test_websocket_that_resumes(server: NodePeer, recorder: Recorder, page: Page) -> None:
    assert cut_three_times(server, recorder, page, "ws", resume=True) == []
    code, judgement = judged(recorder.out, "--id", "json.seq", "--resume", "json.after")
    assert missed_ids(judgement) == []
    assert outages(judgement) == ["cut"] * CUTS
    assert code == 0, judgement


def test_event_source_with_ids(server: NodePeer, recorder: Recorder, page: Page) -> None:
    """Chromium sends Last-Event-ID by itself."""
    assert cut_three_times(server, recorder, page, "events") == []
    for words in ((), ("--id", "json.seq")):
        code, judgement = judged(recorder.out, *words)
        assert missed_ids(judgement) == []
        assert outages(judgement) == ["cut"] * CUTS
        assert code == 0, judgement


def test_event_source_without_ids(server: NodePeer, recorder: Recorder, page: Page) -> None:
    never = cut_three_times(server, recorder, page, "bare")
    assert len(never) >= CUTS
    code, judgement = judged(recorder.out, "--id", "json.seq")
    assert missed_ids(judgement) == never
    assert code == 1, judgement
    assert judged(recorder.out)[0] == 2  # equal or not: contents alone prove no hole


def test_event_source_that_meets_a_503_has_stopped_for_good(
    server: NodePeer, recorder: Recorder, page: Page
) -> None:
    """A second reader that was never cut shows what the stopped one missed."""
    address = recorder.listen.partition("://")[2]
    page.read("reader", f"http://{address}/events")
    page.until("reader", lambda log: log["opens"] == 1)
    page.read("witness", f"ws://{address}/ws")
    page.until("witness", lambda log: log["opens"] == 1)
    server.tell("go")
    hear_more(page, 20)
    server.tell("refuse")
    recorder.cut_client("proxy-1")
    handled = page.until("reader", lambda log: log["closed"])["handled"]
    # The one fixed time here: the verdict turns on it.
    end = time.monotonic() + RETURN_PATIENCE + 1
    page.until("witness", lambda log: time.monotonic() > end)
    total = stop(server)
    assert page.log("reader")["handled"] == handled
    page.until("witness", lambda log: log["handled"][-1] == total)
    recorder.end()
    code, judgement = judged(recorder.out, "--id", "json.seq")
    assert "retry-stopped" in findings(judgement)
    never = sorted(set(range(1, total + 1)) - set(handled))
    assert missed_ids(judgement, "proxy-1") == never[:100]  # a finding names a hundred
    assert missed_ids(judgement, "proxy-2") == []
    assert code == 1, judgement
