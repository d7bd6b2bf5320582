"""The control connection: who is let in, what is said, and what happens when a side goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from workbench.door import commands, speech
from workbench.door.socket import SocketDoor, knock
from workbench.door.state import Mirror
from workbench.engine.serve import ControlServer
from workbench.engine.waiting import until
from workbench.model.errors import Whose, WorkbenchError

LIMIT = 20.0


class FakeEngine:
    """A mirror, and two commands: one answers, one never does."""

    def __init__(self) -> None:
        self.mirror = Mirror()
        self.never = asyncio.Event()

    async def call(self, command: Any) -> dict[str, Any]:
        if isinstance(command, commands.Publish):
            self.mirror.put("service", "s", {"published": command.payload})
            return {"offset": 7}
        if isinstance(command, commands.Remove):
            raise WorkbenchError("No.", whose=Whose.USER, why="Because.", to_do="Ask again.")
        if isinstance(command, commands.Heal):
            raise ZeroDivisionError("a mistake")
        await self.never.wait()
        return {}


@pytest.fixture
async def served() -> AsyncIterator[tuple[FakeEngine, ControlServer, str]]:
    engine = FakeEngine()
    engine.mirror.put("session", "current", {"title": "x"})
    server = ControlServer(engine, "secret")  # type: ignore[arg-type]
    address = await server.start()
    yield engine, server, address
    await server.close()


@pytest.fixture
async def door(served: tuple[FakeEngine, ControlServer, str]) -> AsyncIterator[SocketDoor]:
    door = await knock(served[2], "secret")
    yield door
    await door.close()


async def test_a_front_hears_the_whole_state_first(door: SocketDoor) -> None:
    assert door.hello["protocol"] == speech.PROTOCOL
    assert door.mirror["session"]["current"] == {"title": "x"}


async def test_an_answer_comes_after_what_the_command_changed(door: SocketDoor) -> None:
    assert await door.call(commands.Publish(payload="{}")) == {"offset": 7}
    assert door.mirror["service"]["s"] == {"published": "{}"}


async def test_changes_reach_every_front_and_none_is_told_twice(
    served: tuple[FakeEngine, ControlServer, str], door: SocketDoor
) -> None:
    other = await knock(served[2], "secret")
    heard: list[Any] = []
    done = asyncio.Event()

    def listen(topic: str, key: str, value: Any) -> None:
        heard.append((topic, key, value))
        if value == {"n": 99}:
            done.set()

    other.mirror.listen(listen)
    for n in range(100):  # within one beat only the last is of interest
        served[0].mirror.put("proxy", "p", {"n": n})
    await asyncio.wait_for(done.wait(), LIMIT)
    assert len(heard) < 100
    served[0].mirror.put("proxy", "p", None)
    assert await until(lambda: "p" not in door.mirror["proxy"], LIMIT)
    await other.close()


async def test_errors_come_back_whole(door: SocketDoor) -> None:
    with pytest.raises(WorkbenchError) as caught:
        await door.call(commands.Remove("x"))
    error = caught.value
    assert (error.what, error.why, error.to_do) == ("No.", "Because.", "Ask again.")
    assert error.whose is Whose.USER


async def test_a_mistake_of_ours_is_an_error_and_not_the_end(door: SocketDoor) -> None:
    with pytest.raises(WorkbenchError, match="made a mistake") as caught:
        await door.call(commands.Heal())
    assert caught.value.whose is Whose.OURS
    assert await door.call(commands.Publish()) == {"offset": 7}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer secret", "Origin": "http://evil.example"}, 403),
        ({"Authorization": "Bearer secret", "Origin": "null"}, 403),
    ],
)
async def test_strangers_and_web_pages_stay_outside(
    served: tuple[FakeEngine, ControlServer, str], headers: dict[str, str], status: int
) -> None:
    with pytest.raises(InvalidStatus) as caught:
        await connect(served[2], additional_headers=headers, proxy=None)
    assert caught.value.response.status_code == status


async def test_a_foreign_name_for_this_machine_is_refused(
    served: tuple[FakeEngine, ControlServer, str],
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served[1].port)
    writer.write(
        b"GET / HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        b"Authorization: Bearer secret\r\n\r\n"
    )
    assert b"403" in await reader.readline()
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"id": 1}', '{"id":1,"call":"connetc","args":{}}', "\x00", "null"]
)
async def test_nonsense_is_answered_with_an_error(
    served: tuple[FakeEngine, ControlServer, str], text: str
) -> None:
    async with connect(
        served[2], additional_headers={"Authorization": "Bearer secret"}, proxy=None
    ) as raw:
        await raw.recv()
        await raw.send(text)
        assert "error" in speech.load(await raw.recv())


async def test_calls_under_way_fail_when_the_engine_goes(
    served: tuple[FakeEngine, ControlServer, str],
) -> None:
    door = await knock(served[2], "secret")
    call = asyncio.create_task(door.call(commands.RunDemo()))
    await asyncio.sleep(0)
    await served[1].close()
    with pytest.raises(WorkbenchError, match="The engine stopped"):
        await call
    await asyncio.wait_for(door.closed.wait(), LIMIT)
    with pytest.raises(WorkbenchError, match="Everything recorded is kept"):
        await door.call(commands.RunDemo())
    await door.close()


async def test_the_server_knows_when_its_last_front_has_left(
    served: tuple[FakeEngine, ControlServer, str],
) -> None:
    first, second = await knock(served[2], "secret"), await knock(served[2], "secret")
    assert served[1].met.is_set()
    await first.close()
    assert not served[1].idle.is_set()
    await second.close()
    await asyncio.wait_for(served[1].idle.wait(), LIMIT)


async def test_nobody_home_is_told() -> None:
    with pytest.raises(WorkbenchError, match="No engine answers"):
        await knock("ws://127.0.0.1:1", "x")


async def test_a_port_in_use_is_told(served: tuple[FakeEngine, ControlServer, str]) -> None:
    second = ControlServer(served[0], "x")  # type: ignore[arg-type]
    with pytest.raises(WorkbenchError, match="can't listen"):
        await second.start(port=served[1].port)
