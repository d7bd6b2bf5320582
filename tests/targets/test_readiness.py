"""Readiness conditions."""

from __future__ import annotations

import asyncio
import socket

import pytest

from workbench.targets.readiness import free_port, read_line, until_port_is_ready
from workbench.targets.target import HttpPath, JsonLine, LogLine, TcpPort


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ('{"ready": true, "port": 81}', (True, 81)),
        ('{"ready": true}', (True, None)),
        ('{"ready": true, "port": "81"}', (True, None)),
        ('{"ready": true, "port": 70000}', (True, None)),
        ('{"ready": false, "port": 81}', (False, None)),
        ("[" * 100_000, (False, None)),
        ("ready", (False, None)),
    ],
)
def test_the_json_line(line, answer):
    assert read_line(JsonLine(), "stdout", line) == answer
    assert read_line(JsonLine(), "stderr", line) == (False, None)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("Listening on port 81.", (True, 81)),
        ("Listening on port x", (False, None)),
    ],
)
def test_the_log_line(line, answer):
    assert read_line(LogLine(r"on port (?P<port>\d+)"), "stderr", line) == answer


async def test_a_status_below_400_is_ready_and_others_are_not():
    answers = [b"HTTP/1.1 503 No\r\n\r\n", b"nonsense\r\n", b"", b"HTTP/1.1 204 Yes\r\n\r\n"]
    asked = []

    async def answer(reader, writer):
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answers[len(asked) - 1])
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, asyncio.timeout(20):
        await until_port_is_ready(HttpPath("/healthz"), "127.0.0.1", port)
    assert len(asked) == 4
    assert asked[0].startswith(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:")


async def test_a_port_is_ready_when_it_accepts():
    port = free_port("127.0.0.1")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await until_port_is_ready(TcpPort(), "127.0.0.1", port)
    with socket.create_server(("127.0.0.1", port)):
        async with asyncio.timeout(20):
            await until_port_is_ready(TcpPort(), "127.0.0.1", port)


def test_a_wanted_port_is_kept_while_it_is_free():
    port = free_port("127.0.0.1")
    assert free_port("127.0.0.1", port) == port
    with socket.create_server(("127.0.0.1", port)):
        assert free_port("127.0.0.1", port) != port
