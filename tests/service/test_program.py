"""``workbench service`` as a program: its line, its signals, its exit codes, its durability."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
import urllib.request
from asyncio.subprocess import PIPE

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from workbench.service.main import main, parser

pytestmark = pytest.mark.slow

START = "import sys; from workbench.service.main import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
async def program(tmp_path):
    """Start replicas on one SQLite file; whatever still runs is ended."""
    started = []

    async def start(*words):
        backplane = f"sqlite://{tmp_path}/x.db"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", START, "--backplane", backplane, *words, stdout=PIPE, stderr=PIPE
        )
        started.append(process)
        async with asyncio.timeout(20):
            line = await process.stdout.readline()
        return process, json.loads(line)

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def publish(port, stream, payload):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/publish",
        json.dumps({"stream": stream, "payload": payload}).encode(),
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def ledger(port, stream):
    kept, after = {}, ""
    while True:
        address = f"http://127.0.0.1:{port}/updates?stream={stream}&after={after}"
        with urllib.request.urlopen(address, timeout=20) as answer:
            page = json.load(answer)
        if not page["updates"]:
            return kept
        kept |= {update["offset"]: update["payload"] for update in page["updates"]}
        after = page["position"]


async def test_the_ready_line_tells_where_and_what(program):
    process, facts = await program("--name", "r7", "--version-label", "v42")
    assert facts.pop("port") > 0
    assert facts == {"ready": True, "name": "r7", "version": "v42", "pid": process.pid}


async def test_sigterm_closes_every_client_with_the_code_and_exits_0(program):
    process, facts = await program("--drain-code", "1001", "--drain-time", "0.2")
    url = f"ws://127.0.0.1:{facts['port']}/ws"
    clients = [await connect(url, proxy=None) for _ in range(5)]
    process.send_signal(signal.SIGTERM)
    for client in clients:
        async with asyncio.timeout(20):
            await client.wait_closed()
        assert client.close_code == 1001
    out, err = await process.communicate()
    assert (process.returncode, out, err) == (0, b"", b"")


async def test_a_client_that_does_not_answer_the_close_does_not_hold_the_drain(program):
    process, facts = await program()
    reader, writer = await asyncio.open_connection("127.0.0.1", facts["port"])
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        assert await process.wait() == 0
    writer.close()


async def test_a_second_signal_does_not_wait(program):
    process, facts = await program("--drain-time", "3600")
    url = f"ws://127.0.0.1:{facts['port']}/ws"
    clients = [await connect(url, proxy=None) for _ in range(3)]
    process.send_signal(signal.SIGTERM)
    with pytest.raises(ConnectionClosedError):
        # One of them is the first to go; which one is not said.
        await asyncio.gather(*(client.recv() for client in clients))
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(20):
        assert await process.wait() == 0
        await asyncio.gather(*(client.wait_closed() for client in clients))


async def test_sigkill_loses_nothing_that_was_acknowledged(program):
    process, facts = await program("--name", "r1", "--history", "100000")
    acknowledged = {}

    def until_it_dies():
        for n in range(100_000):
            try:
                answer = publish(facts["port"], "prices", n)
            except OSError:
                return
            acknowledged[answer["offset"]] = n

    publishing = asyncio.create_task(asyncio.to_thread(until_it_dies))
    async with asyncio.timeout(20):
        while len(acknowledged) < 100:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    process.kill()
    await publishing
    _, again = await program("--name", "r2", "--history", "100000")
    kept = ledger(again["port"], "prices")
    assert acknowledged.items() <= kept.items()
    # At most the one that was under way may be there without its acknowledgement.
    assert len(kept) - len(acknowledged) <= 1
    assert list(kept) == list(range(1, len(kept) + 1))


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--backplane", "nonsense"],
        ["--backplane", "sqlite:///x", "--port", "70000"],
        ["--backplane", "sqlite:///x", "--drain-code", "1006"],
        ["--backplane", "sqlite:///x", "--history", "0"],
        ["--backplane", "sqlite:///dev/null/x.db"],
        ["--backplane", "unix:///nowhere/r.sock"],
    ],
)
def test_what_cannot_be_run_exits_3_with_a_sentence(words, capsys):
    assert main(words) == 3
    assert "workbench service" in capsys.readouterr().err


def test_a_port_that_is_taken_is_said(tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = ["--backplane", f"sqlite://{tmp_path}/x.db", "--port", str(port)]
        assert main(words) == 3
    err = capsys.readouterr().err
    assert f"Can't listen on 127.0.0.1:{port}" in err
    assert "--port" in err


def test_help_shows_an_example(capsys):
    assert main(["--help"]) == 0
    assert "curl" in capsys.readouterr().out
    assert parser().parse_args(["--backplane", "sqlite:///x"]).history == 1000
