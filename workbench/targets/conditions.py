"""Conditions as a person writes them: when a server is ready, when a hook is done."""

from __future__ import annotations

from urllib.parse import urlsplit

from workbench.model.errors import Whose, WorkbenchError
from workbench.targets.readiness import until_port_is_ready
from workbench.targets.target import HttpPath, LogLine, Readiness, TcpPort, compiled


class Reached:
    """A port elsewhere that answers: ``tcp host:port`` or ``http://host:port/path``."""

    def __init__(self, readiness: TcpPort | HttpPath, host: str, port: int) -> None:
        self.readiness = readiness
        self.host = host
        self.port = port

    async def wait(self) -> None:
        """Look until it answers; the caller sets the limit."""
        await until_port_is_ready(self.readiness, self.host, self.port)


def readiness_of(text: str) -> Readiness:
    """``tcp``, ``http /path`` or ``log PATTERN``.  Raises WorkbenchError (user)."""
    word, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if word == "tcp" and not rest:
        return TcpPort()
    if word == "http" and (not rest or rest.startswith("/")):
        return HttpPath(rest or "/")
    if word == "log" and rest:
        compiled(rest)
        return LogLine(rest)
    raise _unknown(text, "tcp, http /path, or log PATTERN")


def done_of(text: str) -> LogLine | Reached | None:
    """``exit`` (None), ``tcp host:port``, ``http://host:port/path`` or ``log PATTERN``."""
    word, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if word in ("exit", "") and not rest:
        return None
    if word == "log" and rest:
        compiled(rest)
        return LogLine(rest)
    if word == "tcp" and rest:
        return Reached(TcpPort(), *_place(f"//{rest}", text))
    if word.startswith("http://") and not rest:
        parts = urlsplit(word)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Reached(HttpPath(path), *_place(word, text))
    raise _unknown(text, "exit, tcp host:port, http://host:port/path, or log PATTERN")


def _place(url: str, text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or (80 if parts.scheme == "http" else None)
    except ValueError:
        host, port = None, None
    if not host or not port:
        raise _unknown(text, "a host and a port, for example tcp 127.0.0.1:8000")
    return host, port


def _unknown(text: str, known: str) -> WorkbenchError:
    return WorkbenchError(
        f"`{text[:200]}` is no condition.", whose=Whose.USER, to_do=f"Write {known}."
    )
