"""The WebSocket protocol of one replica and of two, on both backplanes."""

from __future__ import annotations

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidStatus


async def read_on(socket):
    while True:
        await socket.recv()


async def test_a_live_update_has_position_time_server_and_payload(replica, backplane_url, stream):
    one, two = await replica(backplane_url, name="r1"), await replica(backplane_url, name="r2")
    async with one.client() as near, two.client() as far:
        head = await near.subscribe(stream)
        assert head["type"] == "subscribed"
        assert (head["offset"], head["recovered"], head["replayed"]) == (0, False, 0)
        await far.subscribe(stream)
        sent = await one.publish(stream, {"bid": 1.5}, key="EUR")
        for client, server in ((near, "r1"), (far, "r2")):
            assert await client.get() == {
                "type": "update",
                "stream": stream,
                "epoch": head["epoch"],
                "offset": 1,
                "ts": sent["ts"],
                "key": "EUR",
                "payload": {"bid": 1.5},
                "server": server,
            }
            await client.nothing_more()


async def test_resume_replays_exactly_what_was_missed_on_another_replica(
    replica, backplane_url, stream
):
    one, two = await replica(backplane_url), await replica(backplane_url)
    async with one.client() as client:
        epoch = (await client.subscribe(stream))["epoch"]
        await one.publish(stream, 1)
        assert (await client.get())["offset"] == 1
    for n in range(2, 6):
        await one.publish(stream, n)
    async with two.client() as client:
        head = await client.subscribe(stream, after=(epoch, 1))
        assert (head["recovered"], head["replayed"], head["offset"]) == (True, 4, 5)
        missed = [await client.get() for _ in range(4)]
        assert [update["offset"] for update in missed] == [2, 3, 4, 5]
        assert all(update["replayed"] is True for update in missed)
        await two.publish(stream, 6)
        live = await client.get()
        assert live["offset"] == 6
        assert "replayed" not in live
        await client.nothing_more()


async def test_without_a_position_nothing_old_comes(replica, backplane_url, stream):
    one = await replica(backplane_url)
    await one.publish(stream, "old")
    async with one.client() as client:
        assert (await client.subscribe(stream))["offset"] == 1
        await client.nothing_more()


async def test_replay_never_mixes_with_live_while_others_publish(replica, backplane_url, stream):
    one, two = await replica(backplane_url, history=5000), await replica(backplane_url)
    first = await one.publish(stream, 0)
    await asyncio.gather(*(one.publish(stream, n) for n in range(300)))
    async with two.client() as client:

        async def go_on_publishing():
            for n in range(200):
                await one.publish(stream, n)

        publishing = asyncio.create_task(go_on_publishing())
        await client.subscribe(stream, after=(first["epoch"], 1))
        offsets = [(await client.get())["offset"] for _ in range(500)]
        await publishing
        assert offsets == list(range(2, 502))
        await client.nothing_more()


async def test_too_old_is_said_and_then_nothing_comes_until_asked(replica, backplane_url, stream):
    one = await replica(backplane_url, history=3)
    epoch = await one.fill(stream, 8)
    async with one.client() as client:
        assert await client.subscribe(stream, after=(epoch, 2)) == {
            "type": "too_old",
            "stream": stream,
            "asked": {"epoch": epoch, "offset": 2},
            "oldest": 6,
            "epoch": epoch,
            "top": 8,
        }
        await one.publish(stream, 9)
        await client.nothing_more()
        assert (await client.ask(op="subscribe", stream=stream, snapshot=True))["offset"] == 9
        snapshot = await client.get()
        assert (snapshot["type"], snapshot["offset"]) == ("snapshot", 9)
        assert [value["payload"] for value in snapshot["values"]] == [9]
        await one.publish(stream, 10)
        assert (await client.get())["offset"] == 10


async def test_the_oldest_position_that_still_works(replica, backplane_url, stream):
    one = await replica(backplane_url, history=3)
    epoch = await one.fill(stream, 8)
    async with one.client() as client:
        assert (await client.subscribe(stream, after=(epoch, 5)))["replayed"] == 3
        assert [(await client.get())["offset"] for _ in range(3)] == [6, 7, 8]


async def test_another_epoch_is_too_old(replica, backplane_url, stream):
    one = await replica(backplane_url)
    await one.publish(stream, 1)
    async with one.client() as client:
        answer = await client.subscribe(stream, after=("gone", 1))
        assert answer["type"] == "too_old"
        assert answer["asked"] == {"epoch": "gone", "offset": 1}


async def test_a_position_ahead_of_everything_is_an_error(replica, backplane_url, stream):
    one = await replica(backplane_url)
    epoch = (await one.publish(stream, 1))["epoch"]
    async with one.client() as client:
        answer = await client.subscribe(stream, after=(epoch, 7))
        assert (answer["type"], answer["code"]) == ("error", "position_ahead")
        await one.publish(stream, 2)
        await client.nothing_more()


async def test_publish_over_the_socket_is_acknowledged_in_order(replica, backplane_url, stream):
    one = await replica(backplane_url)
    async with one.client() as client:
        for n in range(600):  # more than may be under way at once
            await client.send(op="publish", id=n, stream=stream, payload=n)
        acks = [await client.get() for _ in range(600)]
    assert [ack["id"] for ack in acks] == list(range(600))
    assert [ack["offset"] for ack in acks] == list(range(1, 601))
    assert acks[0]["type"] == "ack"


async def test_subscribing_again_replaces_and_unsubscribing_ends(replica, sqlite_url, stream):
    one = await replica(sqlite_url)
    async with one.client() as client:
        await client.subscribe(stream)
        await client.subscribe(stream)
        await one.publish(stream, 1)
        assert (await client.get())["offset"] == 1
        await client.nothing_more()
        assert (await client.ask(op="unsubscribe", stream=stream))["type"] == "unsubscribed"
        await one.publish(stream, 2)
        await client.nothing_more()
    assert one.gateway.feed._channels == {}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{", "bad_json"),
        ("[1]", "bad_json"),
        ("[" * 100_000, "bad_json"),
        ('{"op": "publish", "stream": "s", "payload": NaN}', "bad_json"),
        ('{"op": "fly"}', "bad_op"),
        ("{}", "bad_op"),
        ('{"op": "subscribe"}', "bad_stream"),
        ('{"op": "subscribe", "stream": "a b"}', "bad_stream"),
        ('{"op": "subscribe", "stream": 7}', "bad_stream"),
        ('{"op": "subscribe", "stream": "s", "after": 5}', "bad_position"),
        ('{"op": "subscribe", "stream": "s", "after": {"epoch": "e"}}', "bad_position"),
        (
            '{"op": "subscribe", "stream": "s", "after": {"epoch": "e", "offset": -1}}',
            "bad_position",
        ),
        (
            '{"op": "subscribe", "stream": "s", "after": {"epoch": "e", "offset": 1.5}}',
            "bad_position",
        ),
        (
            '{"op": "subscribe", "stream": "s", "after": {"epoch": "e", "offset": true}}',
            "bad_position",
        ),
        ('{"op": "publish", "stream": "s"}', "bad_payload"),
        ('{"op": "publish", "stream": "s", "payload": 1, "key": 7}', "bad_key"),
        (b"\x00\x01", "binary"),
    ],
)
async def test_a_bad_message_gets_an_error_and_the_connection_stays(
    replica, sqlite_url, message, code
):
    one = await replica(sqlite_url)
    async with one.client() as client:
        await client.socket.send(message)
        answer = await client.get()
        assert (answer["type"], answer["code"]) == ("error", code)
        assert len(answer["message"]) > 10
        await client.nothing_more()


async def test_a_message_above_one_mebibyte_is_closed_with_1009(replica, sqlite_url):
    one = await replica(sqlite_url)
    async with one.client() as client:
        with pytest.raises(ConnectionClosed) as closing:
            await client.ask(op="x" * (1024 * 1024))
        assert closing.value.rcvd.code == 1009


async def test_text_that_is_not_utf8_is_closed_with_1007(replica, sqlite_url):
    one = await replica(sqlite_url)
    async with one.client() as client:
        await client.socket.send(b"\xff\xfe", text=True)
        with pytest.raises(ConnectionClosedError) as closing:
            await client.get()
        assert closing.value.rcvd.code == 1007


async def test_a_fragmented_message_with_a_ping_inside_is_one_message(replica, sqlite_url):
    one = await replica(sqlite_url)
    async with one.client() as client:

        async def pieces():
            yield '{"op": '
            await (await client.socket.ping())
            yield '"ping"}'

        await client.socket.send(pieces())
        assert await client.get() == {"type": "pong"}


async def test_frames_sent_together_with_the_handshake_are_read(replica, sqlite_url):
    one = await replica(sqlite_url)
    request = (
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    ping = b'{"op": "ping"}'
    frame = bytes([0x81, 0x80 | len(ping), 0, 0, 0, 0]) + ping
    reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
    writer.write(request + frame)
    async with asyncio.timeout(20):
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(17) == b'\x81\x0f{"type":"pong"}'
    writer.close()
    await writer.wait_closed()


async def test_what_was_sent_just_before_closing_is_published(replica, sqlite_url, stream):
    one = await replica(sqlite_url)
    async with one.client() as client:
        for n in range(20):
            await client.send(op="publish", stream=stream, payload=n)
    await one.publish(stream, "after")  # the backplane keeps the order
    reply = await one.http("GET", f"/updates?stream={stream}")
    assert [update["payload"] for update in reply.json["updates"]] == [*range(20), "after"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upgrade": "websocket", "Connection": "Upgrade"}, 400),  # no key
        (
            {
                "Upgrade": "websocket",
                "Connection": "Upgrade",
                "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==",
                "Sec_WebSocket_Version": "8",
            },
            400,
        ),
        ({}, 404),
    ],
)
async def test_a_bad_handshake_is_refused(replica, sqlite_url, headers, status):
    one = await replica(sqlite_url)
    assert (await one.http("GET", "/ws", Content_Length="0", **headers)).status == status


async def test_a_peer_that_answers_no_ping_is_closed_with_1011(replica, sqlite_url, until):
    one = await replica(sqlite_url, ping_interval=0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    async with asyncio.timeout(20):
        everything = await reader.read()
    assert b"\x89\x04beat" in everything
    assert (1011).to_bytes(2, "big") + b"keepalive ping timeout" in everything
    writer.close()
    await writer.wait_closed()


async def test_a_slow_consumer_is_closed_with_1013_and_the_others_are_not(
    replica, sqlite_url, stream
):
    one = await replica(sqlite_url, queue=20)
    url = f"ws://127.0.0.1:{one.port}/ws"
    async with connect(url, proxy=None, max_queue=1) as slow, one.client() as quick:
        await slow.send(json.dumps({"op": "subscribe", "stream": stream}))
        await slow.recv()
        await quick.subscribe(stream)
        count = 400
        for _ in range(count):  # 25 MB: more than loopback's buffers hold
            await one.publish(stream, "x" * 64_000)
            await quick.get()
        with pytest.raises(ConnectionClosedError) as closing:
            await read_on(slow)
        assert closing.value.rcvd.code == 1013
        assert "too slow" in closing.value.rcvd.reason


async def test_while_draining_clients_are_closed_and_new_ones_refused(replica, sqlite_url, stream):
    one = await replica(sqlite_url)
    async with one.client() as client, one.client() as other:
        await client.subscribe(stream)
        one.gateway.start_drain(1012, 0.05)
        for socket in (client.socket, other.socket):
            with pytest.raises(ConnectionClosedError) as closing:
                await socket.recv()
            assert (closing.value.rcvd.code, closing.value.rcvd.reason) == (1012, "service restart")
        with pytest.raises(InvalidStatus, match="503"):
            async with one.client():
                pass
    async with asyncio.timeout(20):
        await one.gateway.drained.wait()


async def test_draining_without_a_code_sends_no_close_frame(replica, sqlite_url):
    one = await replica(sqlite_url)
    async with one.client() as client:
        one.gateway.start_drain(None, 0)
        with pytest.raises(ConnectionClosedError) as closing:
            await client.socket.recv()
        assert closing.value.rcvd is None
