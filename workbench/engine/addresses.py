"""Addresses as users write them."""

from __future__ import annotations

from workbench.model.errors import Whose, WorkbenchError


def host_and_port(text: str, where: str) -> tuple[str, int]:
    """``127.0.0.1:9001``, ``localhost:9001``, ``[::1]:9001`` or ``:9001`` (loopback).

    Raises WorkbenchError (user).
    """
    host, colon, port = text.strip().rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise WorkbenchError(
            f"`{text}` is no address to {where}.",
            whose=Whose.USER,
            to_do="Write host:port, for example 127.0.0.1:9001; port 0 takes any free one.",
        )
    return host.strip("[]") or "127.0.0.1", int(port)
