"""From ``--backplane URL`` to a backplane."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from workbench.service.backplane.contract import Backplane
from workbench.service.backplane.sqlite_file import SqliteBackplane


class UnknownBackplaneError(ValueError):
    """The URL names no backplane that can be used here; the message says what would."""


def choose_backplane(url: str, history: int) -> Backplane:
    """The backplane behind ``sqlite:///path/to/file`` or ``redis://host:port/0``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        # sqlite:///abs/file has an empty authority and the path /abs/file; on Windows the
        # same spelling gives /C:/file, which Path would not take.
        path = unquote(parts.path)
        if len(path) > 2 and path[0] == "/" and path[2] == ":":
            path = path[1:]
        if parts.netloc or not path.strip("/"):
            raise UnknownBackplaneError(f"{url!r} names no file: write sqlite:///path/to/file")
        return SqliteBackplane(Path(path), history)
    if parts.scheme in ("redis", "rediss", "unix"):
        return _redis(url, history)
    raise UnknownBackplaneError(
        f"{url!r} is no backplane: write sqlite:///path/to/file or redis://host:port/0"
    )


def _redis(url: str, history: int) -> Backplane:
    try:
        from workbench.service.backplane.redis_streams import RedisBackplane
    except ImportError as error:
        raise UnknownBackplaneError(
            "the Redis backplane needs the Python package 'redis', which is not installed here"
        ) from error
    return RedisBackplane(url, history)
