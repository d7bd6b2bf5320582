"""What the recording proxy costs beside HAProxy: CPU a GB, round trips, small messages."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from workbench.journal.recording import Recording
from workbench.journal.writer import Writer
from workbench.model.words import Kind
from workbench.protocols.http import accept_key, parse_request
from workbench.protocols.websocket import KEEP
from workbench.wire.proxy import Proxy

HAPROXY = "/usr/sbin/haproxy"
BEAT = 0.02
ROUND_TRIPS = 3000
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = (
    "GET /{} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
SWITCH = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Accept: {accept_key(KEY)}\r\n\r\n"
)


def frame_of(size: int) -> bytes:
    """A whole text frame of a server."""
    head = bytes([0x81, size]) if size < 126 else struct.pack("!BBH", 0x81, 126, size)
    return head + b"x" * size


def pin(core: int) -> None:
    """This process on one core, where there are two."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core % len(cores)]})


# --- the source: sends, or echoes, as the path says ----------------------------------------------


def source() -> None:
    """Serves ``/send/SIZE/COUNT`` and ``/echo``, one connection after another."""
    pin(0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            sock, _ = server.accept()
            with sock:
                serve(sock)


def serve(sock: socket.socket) -> None:
    """One connection, to its end."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    head = b""
    while b"\r\n\r\n" not in head:
        part = sock.recv(4096)
        if not part:
            return
        head += part
    words = parse_request(head).target.strip("/").split("/")
    sock.sendall(SWITCH.encode())
    if words[0] == "echo":
        while data := sock.recv(4096):
            sock.sendall(b"\x81" + bytes([data[1] & 127]) + bytes(data[1] & 127))
        return
    size, count = int(words[1]), int(words[2])
    frame = frame_of(size)
    batch = max(1, (256 << 10) // len(frame))
    block = frame * batch
    while count > 0:
        sock.sendall(block if count >= batch else frame * count)
        count -= batch
    sock.shutdown(socket.SHUT_WR)
    sock.recv(1)


# --- the candidates ------------------------------------------------------------------------------


class Tap:
    """A recording with a flush every 20 ms."""

    def __init__(self, folder: str) -> None:
        self.writer = Writer(folder, now=time.monotonic_ns, limit_bytes=64e9)
        self._links = 0
        self.now = time.monotonic_ns
        self.put = self.writer.put

    def new_link(self) -> int:
        """Numbers from 1."""
        self._links += 1
        return self._links


async def candidate(port: int, folder: str, payloads: bool) -> None:
    """The proxy in front of the source, until SIGTERM; without ``payloads`` headers alone."""
    pin(1)
    tap = Tap(folder)
    keep = KEEP if payloads else 0
    proxy = Proxy(tap, upstream=f"ws://127.0.0.1:{port}", keep=keep)
    _, listening = await proxy.start("127.0.0.1", 0)
    print(listening, flush=True)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    while not ended.is_set():
        tap.writer.flush()
        try:
            await asyncio.wait_for(ended.wait(), BEAT)
        except TimeoutError:
            continue
    await proxy.close()
    tap.writer.close()


@contextmanager
def running(command: list[str]) -> Iterator[tuple[int, int]]:
    """A child process: (pid, the port that it prints)."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        yield child.pid, int(child.stdout.readline())
    finally:
        child.terminate()
        child.wait(30)


@contextmanager
def haproxy(port: int, folder: str) -> Iterator[tuple[int, int]]:
    """HAProxy in mode tcp, one thread, on the candidate's core."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listening = probe.getsockname()[1]
    config = Path(folder) / "haproxy.cfg"
    config.write_text(
        "global\n  nbthread 1\ndefaults\n  mode tcp\n  timeout connect 5s\n"
        "  timeout client 60s\n  timeout server 60s\n"
        f"listen l\n  bind 127.0.0.1:{listening}\n  server s 127.0.0.1:{port}\n"
    )
    child = subprocess.Popen([HAPROXY, "-db", "-f", str(config)], preexec_fn=lambda: pin(1))
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", listening)).close()
                break
            except OSError:
                time.sleep(0.02)
        yield child.pid, listening
    finally:
        child.terminate()
        child.wait(30)


# --- the sink, and what it measures --------------------------------------------------------------


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid: int) -> float:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    match = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(match[1]) / 1024 if match else 0.0


def opened(port: int, path: str) -> tuple[socket.socket, int]:
    """A connection behind its opening handshake, and how many bytes came after the 101."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(UPGRADE.format(path).encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += sock.recv(4096)
    return sock, len(head) - head.index(b"\r\n\r\n") - 4


def blast(pid: int, port: int, size: int, count: int) -> tuple[float, float]:
    """(CPU seconds of the candidate, wall seconds) for so many frames."""
    start, before = time.perf_counter(), cpu_seconds(pid)
    sock, got = opened(port, f"send/{size}/{count}")
    buffer = bytearray(1 << 20)
    with sock:
        while n := sock.recv_into(buffer):
            got += n
    expected = len(frame_of(size)) * count
    assert got == expected, (got, expected)
    wall = time.perf_counter() - start
    time.sleep(3 * BEAT)  # what is still to be written counts too
    return cpu_seconds(pid) - before, wall


def round_trip(port: int, times: int) -> float:
    """Median round trip of a 100-byte message, in microseconds."""
    sock, _ = opened(port, "echo")
    message = bytes([0x81, 0x80 | 100, 0, 0, 0, 0]) + b"x" * 100
    took = []
    with sock:
        for _ in range(times):
            start = time.perf_counter()
            sock.sendall(message)
            got = 0
            while got < 102:
                got += len(sock.recv(4096))
            took.append(time.perf_counter() - start)
    return median(took) * 1e6


def measure(pid: int, port: int, mb: int) -> dict[str, float]:
    """One candidate's figures."""
    count = mb * 1_000_000 // 4100
    blast(pid, port, 4096, count // 10)  # warm
    memory = rss_mb(pid)
    cpu, wall = blast(pid, port, 4096, count)
    small = mb * 2_000
    cpu_small, wall_small = blast(pid, port, 100, small)
    return {
        "cpu_per_gb": cpu / (count * 4100 / 1e9),
        "mb_per_s": count * 4.1e-3 / wall,
        "us_per_100b": cpu_small / small * 1e6,
        "messages_per_s": small / wall_small,
        "p50_us": round_trip(port, ROUND_TRIPS),
        "rss_growth_mb": rss_mb(pid) - memory,
        "sent": count // 10 + count + small + ROUND_TRIPS * 2,
    }


def recorded(folder: str) -> int:
    """Messages in a recording."""
    recording = Recording.open(folder)
    kinds = recording.field("kind", recording.first, recording.count)
    return int((kinds == Kind.MESSAGE).sum())


def run(mb: int) -> dict[str, Any]:
    """All candidates in one run."""
    me = [sys.executable, "-m", "benchmarks.proxy"]
    out: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, running([*me, "--source"]) as (_, port):
        if Path(HAPROXY).exists():
            with haproxy(port, folder) as (pid, listening):
                out["haproxy"] = measure(pid, listening, mb)
        for name in ("tap", "recording"):
            place = f"{folder}/{name}"
            with running([*me, "--candidate", name, str(port), place]) as (pid, listening):
                out[name] = measure(pid, listening, mb)
            out[name]["recorded"] = recorded(place)
    return out | ratios(out)


def ratios(out: dict[str, Any]) -> dict[str, float | None]:
    """The keys that the aims are named by; None where something to compare with is not here."""
    tap, recording, other = out["tap"], out["recording"], out.get("haproxy")

    def against(mine: dict[str, float], key: str) -> float | None:
        return round(mine[key] / other[key], 3) if other else None

    return {
        "tap_cpu_per_gb_vs_haproxy": against(tap, "cpu_per_gb"),
        "recording_cpu_per_gb_vs_haproxy": against(recording, "cpu_per_gb"),
        "p50_vs_haproxy": against(recording, "p50_us"),
        "messages_vs_mitmproxy": None,
        "rss_growth_mb": round(recording["rss_growth_mb"], 1),
        "recorded_missing": recording["sent"] - recording["recorded"],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a quarter of the bytes")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--source", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--candidate", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.source:
        source()
    if given.candidate:
        name, port, folder = given.candidate
        asyncio.run(candidate(int(port), folder, name == "recording"))
        return 0
    pin(0)
    out = run(256 if given.quick else 1024)
    if given.json:
        print(json.dumps(out))
    else:
        for key, value in out.items():
            print(f"{key:32} {value if not isinstance(value, dict) else ''}")
            for name, figure in value.items() if isinstance(value, dict) else ():
                print(f"    {name:28} {figure:,.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
