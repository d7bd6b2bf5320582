"""Telling the other replicas of this machine, at once, that a stream has something new.

A commit into a shared SQLite file makes no sound. Each replica therefore binds a Unix datagram
socket in a folder beside the file and sends one datagram per commit to every other socket there.
A lost datagram costs time, never an update: the file is also looked at on a slow beat, and on a
fast one where no socket can be bound (Windows, or a path longer than sun_path allows).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import Iterable
from pathlib import Path

from workbench.service.backplane.contract import Wake

# sun_path holds 104 bytes on macOS and 108 on Linux, the ending NUL included.
MAX_PATH = 103


def wake_folder(database: Path) -> Path:
    """The folder of sockets that belongs to a database file."""
    return database.with_name(database.name + "-wake")


class WakeUp(asyncio.DatagramProtocol):
    """This replica's ear and voice in the folder; ``listening`` says whether the ear exists."""

    def __init__(self, folder: Path, wake: Wake) -> None:
        self._folder = folder
        self._path = folder / secrets.token_hex(6)
        self._wake = wake
        self._transport: asyncio.DatagramTransport | None = None

    @property
    def listening(self) -> bool:
        """Whether other replicas can reach this one (otherwise it must poll fast)."""
        return self._transport is not None

    async def open(self) -> None:
        """Bind the socket where the platform and the path length allow it."""
        if not hasattr(socket, "AF_UNIX") or len(os.fsencode(self._path)) > MAX_PATH:
            return
        ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            ear.setblocking(False)
            ear.bind(os.fspath(self._path))
        except OSError:
            ear.close()
            return
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=ear)

    def close(self) -> None:
        """Let go of the socket and its name."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
            self._path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # another replica's socket is still in it
                self._folder.rmdir()

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Another replica committed: ``data`` names the stream."""
        self._wake(data.decode("utf-8", "replace") or None)

    def error_received(self, exc: Exception) -> None:
        """Ignored: the slow beat makes up for a lost datagram."""

    def tell(self, streams: Iterable[str]) -> None:
        """Tell every other replica; sockets of replicas that died are swept."""
        if self._transport is None:
            return
        names = [stream.encode() for stream in streams]
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as voice:
            voice.setblocking(False)
            for path in self._others():
                self._send(voice, path, names)

    def _others(self) -> list[Path]:
        try:
            return [path for path in self._folder.iterdir() if path != self._path]
        except OSError:
            return []

    def _send(self, voice: socket.socket, path: Path, names: list[bytes]) -> None:
        for name in names:
            try:
                voice.sendto(name, os.fspath(path))
            except BlockingIOError:  # its queue is full of wake-ups: it will look anyway
                return
            except (ConnectionRefusedError, FileNotFoundError):
                path.unlink(missing_ok=True)
                return
            except OSError:
                return
