"""What only the SQLite backplane has: a file, and sockets beside it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from workbench.service.backplane import BackplaneError, Draft
from workbench.service.backplane.sqlite_file import SqliteBackplane
from workbench.service.backplane.wakeup import WakeUp, wake_folder


async def opened(path: Path, wake=lambda _: None) -> SqliteBackplane:
    view = SqliteBackplane(path, 100)
    await view.open(wake)
    return view


async def test_a_new_file_is_a_new_epoch_and_an_old_one_is_not(tmp_path):
    epochs = []
    for name in ("a.db", "a.db", "b.db"):
        view = await opened(tmp_path / name)
        epochs.append((await view.head("prices")).epoch)
        await view.close()
    assert epochs[0] == epochs[1] != epochs[2]


async def test_what_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear customer, " * 100)
    view = SqliteBackplane(path, 100)
    with pytest.raises(BackplaneError, match="not a database"):
        await view.open(lambda _: None)
    await view.close()
    assert path.read_text().startswith("Dear customer")


async def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    view = SqliteBackplane(tmp_path / "file" / "x.db", 100)
    with pytest.raises(BackplaneError, match="cannot create"):
        await view.open(lambda _: None)
    await view.close()


async def test_where_no_socket_can_be_bound_the_file_is_polled(tmp_path, until):
    deep = tmp_path / ("d" * 120)
    heard: list[str | None] = []
    listening, speaking = await opened(deep / "x.db", heard.append), await opened(deep / "x.db")
    assert not wake_folder(deep / "x.db").exists()
    await until(lambda: heard == [None])  # the first look
    await speaking.publish(Draft("prices", "{}"))
    await until(lambda: len(heard) == 2)
    await listening.close()
    await speaking.close()


async def test_the_socket_of_a_dead_replica_is_swept(tmp_path):
    one, dead = WakeUp(tmp_path / "w", print), WakeUp(tmp_path / "w", print)
    await one.open()
    await dead.open()
    dead._transport.close()  # as SIGKILL leaves it: the name stays
    await asyncio.sleep(0)
    assert len(list((tmp_path / "w").iterdir())) == 2
    one.tell(["prices"])
    assert len(list((tmp_path / "w").iterdir())) == 1
    one.close()
    assert not (tmp_path / "w").exists()


async def test_replicas_may_create_the_file_at_the_same_moment(tmp_path):
    views = await asyncio.gather(*(opened(tmp_path / "new.db") for _ in range(6)))
    updates = await asyncio.gather(*(view.publish(Draft("s", "{}")) for view in views))
    assert sorted(update.offset for update in updates) == [1, 2, 3, 4, 5, 6]
    await asyncio.gather(*(view.close() for view in views))
