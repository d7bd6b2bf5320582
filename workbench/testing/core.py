"""What a test does to an engine, once; ``sync`` and ``aio`` are its two fronts.

Everything here runs in the loop of ``LoopThread``.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from workbench.door import commands
from workbench.door.start import ChildDoor, start_engine
from workbench.model.errors import Whose, WorkbenchError
from workbench.testing.verdict import Verdict

#: Faults after which a link is gone: ``until_open`` then waits for another one.
ENDS_LINK = frozenset({"cut", "close", "finish"})
#: What a client's verdict says while time alone can still change it.
WAITING = frozenset({"still-away", "not-live"})
LOOK_AGAIN = 0.2  # seconds between verdicts while one is waited for


class Core:
    """One engine, one recording."""

    def __init__(self, door: ChildDoor, folder: Path) -> None:
        self.folder = folder
        self.last_verdict: Verdict | None = None
        self._door = door
        self._mirror = door.mirror
        self._changed = asyncio.Event()
        self._gone: set[int] = set()  # links that we have ended
        door.mirror.listen(lambda *_: self._changed.set())
        door.on_close = self._changed.set

    @classmethod
    async def open(cls, folder: Path, title: str) -> Core:
        """Start an engine and a recording in ``folder``, which must not exist yet."""
        door = await start_engine(str(folder.parent))
        core = cls(door, folder)
        try:
            await core.call(commands.NewSession(folder=str(folder), title=title))
        except BaseException:
            await core.close()
            raise
        return core

    async def call(self, command: Any) -> dict[str, Any]:
        """Any command of door/commands.py; raises WorkbenchError."""
        return await self._door.call(command)

    async def close(self) -> None:
        """End the engine; the recording is whole and no process is left when this returns."""
        await self._door.close()
        process = self._door.process
        if process.returncode is None:  # it did not end in its time
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    # --- breaking -------------------------------------------------------------------------

    async def inject(
        self, fault: str, names: tuple[str, ...], within: str, settings: dict[str, Any]
    ) -> str:
        """Break these connections, or all of a proxy, or (``within`` empty) all; the fault's id."""
        scope = ",".join(names) or self._scope(within)
        told = await self.call(
            commands.Inject(fault=fault, scope=scope, settings=orjson.dumps(settings).decode())
        )
        if fault in ENDS_LINK:
            self._gone.update(told["links"])
        return str(told["id"])

    def _scope(self, within: str) -> str:
        """Where only one proxy is there, everything is its own, also what has no name yet."""
        connections = self._mirror["connection"]
        alone = set(self._mirror["proxy"]) == {within}
        if not within or (alone and not any(c["ours"] for c in connections.values())):
            return ""
        listen = self._mirror["proxy"][within]["listen"].partition("://")[2]
        names = [
            n for n, c in connections.items() if c["state"] == "open" and _by(c, within, listen)
        ]
        if not names:
            raise WorkbenchError(
                f"Nothing is open behind {within}, so nothing can be broken.",
                whose=Whose.USER,
                to_do="Call until_open() first, or name the connections.",
            )
        return ",".join(names)

    async def deploy(self, strategy: str, limit: float, settings: dict[str, Any]) -> None:
        """Deploy, and wait for its end."""
        text = orjson.dumps(settings).decode()
        await self.call(commands.Deploy(strategy=strategy, settings=text))
        await self._until(
            lambda: not self._mirror["deploy"]["current"]["running"],
            limit,
            lambda: f"The deploy is still at: {self._mirror['deploy']['current']['text']}",
        )
        error = self._mirror["deploy"]["current"]["error"]
        if error is not None:
            raise WorkbenchError(**{**error, "whose": Whose(error["whose"])})

    # --- waiting --------------------------------------------------------------------------

    def open_links(self, within: str) -> int:
        """How many links are open that no cut of ours has ended."""
        proxies = [v for n, v in self._mirror["proxy"].items() if within in ("", n)]
        links = {number for value in proxies for number in value["open"]}
        if not within:
            own = [c for c in self._mirror["connection"].values() if c["ours"]]
            links |= {int(c["link"]) for c in own if c["state"] == "open"}
        return len(links - self._gone)

    async def until_open(self, count: int, within: str, limit: float) -> None:
        """Wait for this many open links."""
        await self._until(
            lambda: self.open_links(within) >= count, limit, lambda: self._not_open(count, within)
        )

    async def until_state(self, name: str, state: str, limit: float) -> None:
        """Wait for a connection of ours."""
        await self._until(lambda: self._is(name, state), limit, lambda: self._not_in(name, state))

    def _is(self, name: str, state: str) -> bool:
        value = self._mirror["connection"].get(name, {})
        ended = state == "open" and value.get("link") in self._gone
        return value.get("state") == state and not ended

    def _not_in(self, name: str, state: str) -> str:
        value = self._mirror["connection"].get(name, {})
        error = (value.get("error") or {}).get("what") or value.get("last_error", "")
        return f"{name} is {value.get('state', 'not there')}, not {state}. {error}".strip()

    async def until_messages(self, count: int, limit: float) -> None:
        """Wait for so many messages beyond those of the next figure that the engine tells."""
        told: list[int] = []
        stop = self._mirror.listen(
            lambda topic, _, value: (
                told.append(value["messages"]) if topic == "session" and value else None
            )
        )
        try:
            await self._until(
                lambda: bool(told) and told[-1] >= told[0] + count,
                limit,
                lambda: f"{told[-1] - told[0] if told else 0} of {count} messages passed.",
            )
        finally:
            stop()

    def _not_open(self, count: int, within: str) -> str:
        there = [f"{c['name']} is {c['state']}" for c in self._mirror["connection"].values()]
        have = self.open_links(within)
        return f"{have} of {count} connections are open. {'; '.join(there) or 'Nobody came.'}"

    async def _until(
        self, holds: Callable[[], bool], limit: float, state: Callable[[], str]
    ) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit):
                while not holds() and not self._door.closed.is_set():
                    self._changed.clear()
                    await self._changed.wait()
        if holds():
            return
        if self._door.closed.is_set():
            await self.call(commands.Heal())  # raises what there is to say
        raise WorkbenchError(
            f"What was waited for did not happen within {limit:g} s.",
            whose=Whose.PEER,
            why=state(),
            to_do="See the recording, or give more time with limit=.",
        )

    # --- judging --------------------------------------------------------------------------

    async def verdict(self, wanted: commands.Judge, settle: float) -> Verdict:
        """Judge; while somebody is still recovering, look again for up to ``settle`` seconds."""
        end = asyncio.get_running_loop().time() + settle
        while True:
            judged = await self.call(wanted)
            if not _recovering(judged) or asyncio.get_running_loop().time() >= end:
                break
            await asyncio.sleep(LOOK_AGAIN)
        self.last_verdict = Verdict(judged, self.folder)
        return self.last_verdict


def absolute(folder: str | Path) -> Path:
    """The folder as the engine, which may stand in another one, can find it."""
    return Path(folder).absolute()


def connect_command(address: str, name: str, settings: dict[str, Any]) -> commands.Connect:
    """The command of ``connect(...)``; raises WorkbenchError (user) for an unknown setting."""
    known = {f.name for f in dataclasses.fields(commands.Connect)} - {"address", "name"}
    wrong = sorted(set(settings) - known)
    if wrong:
        raise WorkbenchError(
            f"connect() has no setting {', '.join(wrong)}.",
            whose=Whose.USER,
            to_do=f"Known: {', '.join(sorted(known))}.",
        )
    return commands.Connect(address=address, name=name, **settings)


def _by(connection: dict[str, Any], proxy: str, listen: str) -> bool:
    """A connection that goes through this proxy: a client seen by it, or one of ours."""
    if not connection["ours"]:
        return bool(connection["group"] == proxy)
    url = str(connection["details"].get("url", "")).partition("://")[2]
    return url.partition("/")[0] == listen


def _recovering(judged: dict[str, Any]) -> bool:
    return any(
        WAITING & set(client["reason"].split(", "))
        for outage in judged["outages"]
        for client in outage["clients"]
    )
