"""Redis losing its data, and Redis going away."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import tempfile
from pathlib import Path

import pytest
import redis

from workbench.service.backplane import BackplaneError, Draft
from workbench.service.backplane.choice import choose_backplane


@pytest.fixture
def own_redis(start_redis):
    """A Redis server for one test; answers (url, client, stop)."""
    folder = Path(tempfile.mkdtemp(prefix="wb-redis-"))
    server = start_redis(folder)
    client = redis.Redis(unix_socket_path=str(folder / "r.sock"))

    def stop() -> None:
        with contextlib.suppress(ProcessLookupError):
            server.kill()
        server.wait(20)

    yield f"unix://{folder}/r.sock?db=0", client, stop
    client.close()
    stop()
    shutil.rmtree(folder)


async def test_after_a_flush_a_new_epoch_is_said_to_every_live_client(replica, own_redis, stream):
    url, client, _ = own_redis
    one = await replica(url)
    async with one.client() as listener:
        head = await listener.subscribe(stream)
        await one.publish(stream, 1)
        assert (await listener.get())["offset"] == 1
        client.flushall()
        again = await one.publish(stream, 2)
        assert (again["offset"], again["epoch"] != head["epoch"]) == (1, True)
        answer = await listener.get()
        assert answer["type"] == "too_old"
        assert answer["asked"] == {"epoch": head["epoch"], "offset": 1}
        assert answer["epoch"] == again["epoch"]
        await listener.nothing_more()


async def test_while_redis_is_away_publishing_fails_and_readiness_goes(
    replica, own_redis, stream, until, monkeypatch
):
    # The replica warns once in its log; here that would fail the test.
    monkeypatch.setattr(logging.getLogger("workbench.service"), "disabled", True)
    url, _, stop = own_redis
    one = await replica(url)
    async with one.client() as listener:
        await listener.subscribe(stream)
        await one.publish(stream, 1)
        assert (await listener.get())["offset"] == 1
        stop()
        reply = await one.http("POST", "/publish", {"stream": stream, "payload": 2})
        assert (reply.status, reply.json["error"]["code"]) == (503, "backplane_away")
        # The connection broke: nobody knows whether it was published (outcome "info").
        assert reply.json["error"]["outcome"] == "unknown"
        answer = await listener.ask(op="publish", id=7, stream=stream, payload=3)
        assert (answer["type"], answer["code"], answer["id"]) == ("error", "outcome_unknown", 7)
        await until(lambda: not one.gateway.feed.healthy)
        assert (await one.http("GET", "/healthz")).status == 503


async def test_no_redis_at_the_address_is_said_at_the_start(tmp_path):
    view = choose_backplane(f"unix://{tmp_path}/none.sock", 5)
    with pytest.raises(BackplaneError, match="Redis"):
        await view.open(lambda _: None)
    await view.close()


async def test_a_wrong_type_under_our_key_is_an_error_and_not_a_crash(own_redis, stream):
    url, client, _ = own_redis
    client.set(f"workbench:{{{stream}}}:head", "mine")
    view = choose_backplane(url, 5)
    await view.open(lambda _: None)
    try:
        with pytest.raises(BackplaneError, match="WRONGTYPE") as error:
            await view.publish(Draft(stream, "1"))
        assert error.value.outcome == "fail"
    finally:
        await asyncio.wait_for(view.close(), 20)
