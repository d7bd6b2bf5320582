"""The Redis backplane: history in Redis Streams, wake-ups by publish/subscribe.

"Durable" is what the Redis server is told it is: with ``appendfsync always`` an acknowledged
update survives its crash.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Sequence
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from workbench.service.backplane import redis_scripts as scripts
from workbench.service.backplane.contract import Wake
from workbench.service.backplane.grouping import GroupedPublisher, Outcome
from workbench.service.backplane.values import (
    MAX_KEYS,
    MAX_STREAMS,
    BackplaneError,
    Draft,
    Head,
    LimitReachedError,
    Snapshot,
    Update,
    page_of,
)
from workbench.service.tasks import end

CHANNEL = "workbench:wake"
NAMES = "workbench:streams"
TIMEOUT_S = 5.0
SLOW_BEAT = 1.0


def _keys(stream: str) -> list[str]:
    tag = f"workbench:{{{stream}}}"
    return [f"{tag}:head", f"{tag}:log", f"{tag}:latest", NAMES]


def _slot(key: str | None) -> str:
    return "" if key is None else "=" + key


def _key(slot: str) -> str | None:
    return slot[1:] if slot else None


def _opening(stream: str) -> list[str | int]:
    return [stream, secrets.token_hex(4), MAX_STREAMS]


def _unavailable(error: Exception) -> BackplaneError:
    # After a lost connection or a time-out nobody knows whether the script ran.
    lost = isinstance(error, RedisConnectionError | RedisTimeoutError)
    return BackplaneError(f"Redis: {error}", "unknown" if lost else "fail")


class RedisBackplane:
    """Updates in a Redis server that any number of machines may share."""

    def __init__(self, url: str, history: int) -> None:
        self._history = history
        self._redis: Redis = Redis.from_url(
            url, decode_responses=True, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
        )
        # A subscriber waits for as long as nothing happens: its socket has no time-out.
        self._listening: Redis = Redis.from_url(
            url, decode_responses=True, socket_timeout=None, socket_connect_timeout=TIMEOUT_S
        )
        self._publish = self._redis.register_script(scripts.PUBLISH)
        self._read = self._redis.register_script(scripts.READ)
        self._snapshot = self._redis.register_script(scripts.SNAPSHOT)
        self._publisher = GroupedPublisher(self._commit)
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, wake: Wake) -> None:
        """Connect; raises :class:`BackplaneError` when the server does not answer."""
        try:
            await cast(Awaitable[Any], self._redis.ping())
        except (RedisError, OSError) as error:
            raise _unavailable(error) from error
        self._tasks = [
            asyncio.create_task(self._listen(wake)),
            asyncio.create_task(self._look(wake)),
        ]

    async def close(self) -> None:
        """Finish accepted publishes, then disconnect."""
        await self._publisher.close()
        await end(*self._tasks)
        await self._listening.aclose()
        await self._redis.aclose()

    async def head(self, stream: str) -> Head:
        """Where the stream stands."""
        found, _ = await self._head_and(self._read, stream, 0, 0)
        return found

    async def publish(self, draft: Draft) -> Update:
        """The update, once the script's answer has arrived."""
        return await self._publisher.publish(draft)

    async def read(self, stream: str, epoch: str, after: int, limit: int) -> list[Update]:
        """A page directly behind ``after``."""
        found, entries = await self._head_and(self._read, stream, after, limit)
        updates = [
            Update(
                stream,
                found.epoch,
                int(entry_id.partition("-")[0]),
                float(fields[3]),
                _key(fields[1]),
                fields[5],
            )
            for entry_id, fields in entries
        ]
        return page_of(found, epoch, after, updates)

    async def snapshot(self, stream: str) -> Snapshot:
        """The latest update per key, in the order of their offsets."""
        found, flat = await self._head_and(self._snapshot, stream)
        updates = []
        for slot, value in zip(flat[::2], flat[1::2], strict=True):
            offset, ts, payload = value.split(" ", 2)
            updates.append(Update(stream, found.epoch, int(offset), float(ts), _key(slot), payload))
        return Snapshot(found, tuple(sorted(updates, key=lambda update: update.offset)))

    async def _head_and(self, script: Any, stream: str, *args: int) -> tuple[Head, list[Any]]:
        try:
            answer = await script(keys=_keys(stream), args=[*_opening(stream), *args])
        except (RedisError, OSError) as error:
            raise _unavailable(error) from error
        if answer[0] == "limit":
            raise LimitReachedError(f"the backplane keeps at most {MAX_STREAMS} streams")
        _, epoch, top, oldest, rest = answer
        first = int(oldest.partition("-")[0]) if oldest else int(top) + 1
        return Head(stream, epoch, int(top), first), rest

    async def _commit(self, drafts: Sequence[Draft]) -> Sequence[Outcome]:
        stamps = [time.time() * 1000 for _ in drafts]
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for draft, ts in zip(drafts, stamps, strict=True):
                    await self._publish(
                        keys=_keys(draft.stream), args=self._arguments(draft, ts), client=pipe
                    )
                answers = await pipe.execute(raise_on_error=False)
        except (RedisError, OSError) as error:
            raise _unavailable(error) from error
        return [
            _outcome(draft, ts, answer)
            for draft, ts, answer in zip(drafts, stamps, answers, strict=True)
        ]

    def _arguments(self, draft: Draft, ts: float) -> list[str | int]:
        return [
            *_opening(draft.stream),
            self._history,
            _slot(draft.key),
            MAX_KEYS,
            repr(ts),
            draft.payload,
            CHANNEL,
        ]

    async def _listen(self, wake: Wake) -> None:
        while True:
            with contextlib.suppress(RedisError, OSError):
                async with self._listening.pubsub() as ear:
                    await ear.subscribe(CHANNEL)
                    wake(None)  # what was published while nobody listened
                    async for message in ear.listen():
                        if message["type"] == "message":
                            wake(message["data"])
            await asyncio.sleep(0.2)

    async def _look(self, wake: Wake) -> None:
        # FLUSHALL makes no sound on the channel; a slow look finds the new epoch.
        while True:
            await asyncio.sleep(SLOW_BEAT)
            wake(None)


def _outcome(draft: Draft, ts: float, answer: Any) -> Outcome:
    if isinstance(answer, ResponseError):
        return BackplaneError(f"Redis: {answer}")
    if isinstance(answer, Exception):
        return _unavailable(answer)
    if answer[0] == "limit":
        limit = MAX_STREAMS if answer[1] == "streams" else MAX_KEYS
        return LimitReachedError(f"the backplane keeps at most {limit} {answer[1]}")
    _, epoch, offset = answer
    return Update(draft.stream, epoch, int(offset), ts, draft.key, draft.payload)
