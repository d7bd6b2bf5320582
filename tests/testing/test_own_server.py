"""The plug-in against a plain ``websockets`` server: the verdict is what the client's log says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.testing.own_server import LIMIT, OwnClient, OwnServer
from workbench.testing import AsyncWorkbench, Workbench, WorkbenchError
from workbench.testing.loop_thread import LoopThread

pytestmark = pytest.mark.slow


@pytest.fixture
def other() -> Iterator[LoopThread]:
    """Where the server and the client of a plain test function run."""
    thread = LoopThread()
    yield thread
    thread.close()


async def _cut_once(server: OwnServer, client: OwnClient, wb: Any) -> None:
    await client.hear_more(20)
    before = client.connects
    await wb.cut()
    await wb.until_open()
    await client.hear_more(40)
    assert client.connects == before + 1


async def test_a_client_that_resumes_misses_nothing(workbench: AsyncWorkbench) -> None:
    async with OwnServer.running() as server:
        wb = await workbench.proxy(to=server.address)
        async with OwnClient.running(wb.listen, resumes=True) as client:
            await _cut_once(server, client, wb)
            verdict = await wb.verdict(id="json.seq", resume="json.after")
    assert client.handled == list(range(1, client.handled[-1] + 1))
    assert verdict.value == "valid"
    assert verdict.missed() == []
    assert verdict.outages == ["cut"]
    assert verdict.recording.is_dir()


async def test_a_client_that_does_not_resume_misses_exactly_these(
    workbench: AsyncWorkbench,
) -> None:
    async with OwnServer.running() as server:
        wb = await workbench.proxy(to=server.address)
        async with OwnClient.running(wb.listen, resumes=False) as client:
            await _cut_once(server, client, wb)
            verdict = await wb.verdict(id="json.seq", resume="json.after")
    got = set(client.handled)
    never = sorted(set(range(min(got), max(got) + 1)) - got)
    assert never
    (name,) = verdict.clients
    assert verdict.value == "invalid"
    assert verdict.missed(name) == verdict.missed() == never
    text = repr(verdict)
    assert f"missed {len(never)}: {never[0]}" in text
    assert "Change: " in text
    assert str(verdict.recording) in text
    with pytest.raises(AssertionError, match="should be valid"):
        verdict.must_be("valid")
    with pytest.raises(WorkbenchError, match=f"It knows: {name}"):
        verdict.missed("nobody")


def test_a_plain_function_closes_and_stalls(workbench: Workbench, other: LoopThread) -> None:
    server_context = OwnServer.running()
    server = other.wait(server_context.__aenter__())
    wb = workbench.proxy(to=server.address)
    client_context = OwnClient.running(wb.listen, resumes=True)
    client = other.wait(client_context.__aenter__())
    wb.until_open()
    other.wait(client.hear_more(10))
    wb.close(1012)
    wb.until_open()
    other.wait(client.hear_more(30))
    fault = wb.stall()
    held = len(client.handled)
    wb.heal(fault)
    other.wait(client.hear_more(60))
    verdict = wb.verdict(id="json.seq", resume="json.after")
    other.wait(client_context.__aexit__(None, None, None))
    other.wait(server_context.__aexit__(None, None, None))
    assert held < len(client.handled)
    assert verdict.outages == ["close", "stall"]
    assert verdict.must_be("valid").missed() == []


def test_a_deploy_of_the_reference_service(workbench: Workbench) -> None:
    service = workbench.service(replicas=2, publish_rate=50.0)
    resuming = workbench.connect(service.address, "resuming", stream="prices")
    naive = workbench.connect(service.address, "naive", stream="prices", resume="naive")
    resuming.until_open()
    naive.until_open()
    assert service.publish({"hello": 1}) > 0
    workbench.until_messages(10)
    service.deploy("sever-all")
    resuming.until_open()
    naive.until_open()
    workbench.until_messages(50)
    verdict = workbench.verdict(settle=LIMIT)
    assert verdict.clients == ["naive", "resuming"]
    assert verdict.outages == ["deploy"]
    assert verdict.missed("resuming") == []
    assert len(verdict.missed("naive")) > 0
    assert verdict.value == "invalid"


def test_what_cannot_be_done_says_why(workbench: Workbench) -> None:
    wb = workbench.proxy(to="ws://127.0.0.1:9")
    with pytest.raises(WorkbenchError, match="can't be broken"):
        wb.cut()
    with pytest.raises(WorkbenchError, match=r"0 of 1 connections are open\. Nobody came\."):
        wb.until_open(limit=0.1)
    with pytest.raises(WorkbenchError, match="Known faults: "):
        wb.inject("explode")
    with pytest.raises(WorkbenchError, match="no setting retri"):
        workbench.connect("ws://127.0.0.1:9", retri="none")
    with pytest.raises(WorkbenchError, match="rolling-drain"):
        workbench.deploy("no-such-strategy")


def test_without_an_outage_nothing_is_proved(workbench: Workbench) -> None:
    workbench.proxy(to="ws://127.0.0.1:9")
    verdict = workbench.verdict(settle=0.0)
    assert verdict.value == "unknown"
    assert "Nothing was cut" in str(verdict)


async def test_opened_without_pytest(tmp_path: Any) -> None:
    async with AsyncWorkbench.open(tmp_path / "here") as wb:
        core = wb._core
        assert core._door.process.returncode is None
    assert core._door.process.returncode == 0
    assert (tmp_path / "here" / "recording.json").is_file()
    with Workbench.open(tmp_path / "there") as plain:
        assert plain.recording == tmp_path / "there"
