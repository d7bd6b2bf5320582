"""When is a server ready? By a line it writes, or by asking its port."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket

from workbench.targets.target import HttpPath, JsonLine, LogLine, Readiness

BETWEEN = 0.05  # seconds between two looks at the port
LOOK = 2.0  # seconds one look may take
MAX_STATUS_LINE = 8 * 1024


def read_line(readiness: Readiness, source: str, text: str) -> tuple[bool, int | None]:
    """Whether a line says "ready", and the port it names."""
    if isinstance(readiness, JsonLine) and source == "stdout":
        return _json_line(text)
    if isinstance(readiness, LogLine) and (match := re.search(readiness.pattern, text)):
        named = match.groupdict().get("port")
        return True, int(named) if named and named.isdigit() else None
    return False, None


def _json_line(text: str) -> tuple[bool, int | None]:
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return False, None
    if not isinstance(facts, dict) or facts.get("ready") is not True:
        return False, None
    port = facts.get("port")
    return True, port if isinstance(port, int) and 0 < port < 65536 else None


async def until_port_is_ready(readiness: Readiness, host: str, port: int) -> None:
    """Look until the port answers as asked; the caller sets the limit."""
    while not await _look(readiness, host, port):  # noqa: ASYNC110  (nobody tells us)
        await asyncio.sleep(BETWEEN)


async def _look(readiness: Readiness, host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(LOOK):
            reader, writer = await asyncio.open_connection(host, port, limit=MAX_STATUS_LINE)
            try:
                if not isinstance(readiness, HttpPath):
                    return True
                return await _answers(readiness.path, host, port, reader, writer)
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError, ValueError):
        return False


async def _answers(
    path: str, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    writer.write(request.encode("ascii", "replace"))
    # RFC 9112 section 4: HTTP-version SP status-code SP reason-phrase.
    status = re.match(rb"HTTP/1\.[01] ([23])\d\d\b", await reader.readline())
    await reader.read()  # to the end: a server may log an error when it is left early
    return status is not None


def free_port(host: str, wanted: int = 0) -> int:
    """A port that can be bound now: ``wanted`` if it can, else one the system chooses."""
    for port in (wanted, 0):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                if port == 0:
                    raise
                continue
            found: int = probe.getsockname()[1]
            return found
    raise AssertionError("port 0 either binds or raises")
