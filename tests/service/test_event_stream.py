"""Server-sent events: ids, resumption, heartbeats, and an explicit end of what is kept."""

from __future__ import annotations

import asyncio
import contextlib
import json

import h11
import pytest


class Events:
    """An event stream as an EventSource would read it (WHATWG HTML, section 9.2.6)."""

    def __init__(self, reader):
        self._reader = reader
        self._h11 = h11.Connection(h11.CLIENT)
        self._text = ""
        self.comments = 0
        self.retry = None
        self.last_id = ""

    async def _body(self):
        while True:
            event = self._h11.next_event()
            if event is h11.NEED_DATA:
                async with asyncio.timeout(20):
                    self._h11.receive_data(await self._reader.read(65536))
            elif isinstance(event, h11.Data):
                return bytes(event.data).decode()
            elif isinstance(event, h11.Response):
                assert event.status_code == 200
                assert dict(event.headers)[b"content-type"] == b"text/event-stream"
            else:
                assert isinstance(event, h11.EndOfMessage)
                return None

    async def get(self):
        """(type, data) of the next event; None at the end of the stream."""
        while True:
            while "\n\n" in self._text:
                block, _, self._text = self._text.partition("\n\n")
                if (event := self._block(block)) is not None:
                    return event
            if (more := await self._body()) is None:
                return None
            self._text += more

    async def read_on(self):
        while True:
            await self.get()

    def _block(self, block):
        kind, data = "message", None
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "":
                self.comments += 1
            elif name == "id":
                self.last_id = value
            elif name == "event":
                kind = value
            elif name == "data":
                data = value
            elif name == "retry":
                self.retry = int(value)
        return None if data is None else (kind, json.loads(data))


@contextlib.asynccontextmanager
async def events(replica, query, last_id=""):
    reader, writer = await asyncio.open_connection("127.0.0.1", replica.port)
    header = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
    writer.write(f"GET /events?{query} HTTP/1.1\r\nHost: x\r\n{header}\r\n".encode())
    stream = Events(reader)
    # What a client would send: the parser must know that a GET is under way.
    stream._h11.send(h11.Request(method="GET", target="/", headers=[("host", "x")]))
    stream._h11.send(h11.EndOfMessage())
    try:
        yield stream
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def test_updates_carry_their_position_as_id(replica, backplane_url, stream):
    one = await replica(backplane_url, name="r7")
    async with events(one, f"stream={stream}") as source:
        kind, head = await source.get()
        assert (kind, head["offset"], head["recovered"]) == ("subscribed", 0, False)
        assert source.retry == 1000
        assert source.last_id == f"{head['epoch']}:0"
        await one.publish(stream, {"bid": 1})
        kind, update = await source.get()
        assert (kind, update["payload"], update["server"]) == ("message", {"bid": 1}, "r7")
        assert source.last_id == f"{head['epoch']}:1"


@pytest.mark.parametrize("how", ["header", "query"])
async def test_a_reconnecting_client_gets_what_it_missed(replica, backplane_url, stream, how):
    one, two = await replica(backplane_url), await replica(backplane_url)
    epoch = await one.fill(stream, 4)
    place = f"{epoch}:2"
    query = f"stream={stream}" + (f"&last_event_id={place}" if how == "query" else "")
    async with events(two, query, place if how == "header" else "") as source:
        kind, head = await source.get()
        assert (kind, head["recovered"], head["replayed"]) == ("subscribed", True, 2)
        # A cut now must not make the client skip the replay that is still to come.
        assert source.last_id == place
        missed = [(await source.get())[1] for _ in range(2)]
        assert [(m["offset"], m["replayed"]) for m in missed] == [(3, True), (4, True)]


async def test_the_header_is_newer_than_the_address(replica, sqlite_url, stream):
    one = await replica(sqlite_url)
    epoch = await one.fill(stream, 4)
    query = f"stream={stream}&last_event_id={epoch}:1"
    async with events(one, query, f"{epoch}:3") as source:
        assert (await source.get())[1]["replayed"] == 1


async def test_too_old_is_an_event_and_only_heartbeats_follow(replica, backplane_url, stream):
    one = await replica(backplane_url, history=2, ping_interval=0.05)
    epoch = await one.fill(stream, 5)
    async with events(one, f"stream={stream}", f"{epoch}:1") as source:
        kind, answer = await source.get()
        assert (kind, answer["oldest"], answer["top"]) == ("too_old", 4, 5)
        await one.publish(stream, 6)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await source.get()
        assert source.comments > 0
        assert source.last_id == ""


async def test_a_snapshot_comes_first_where_asked_for(replica, backplane_url, stream):
    one = await replica(backplane_url)
    await one.publish(stream, 1, key="a")
    await one.publish(stream, 2, key="a")
    async with events(one, f"stream={stream}&snapshot=1") as source:
        assert (await source.get())[0] == "subscribed"
        kind, snapshot = await source.get()
        assert kind == "snapshot"
        assert [(v["key"], v["payload"]) for v in snapshot["values"]] == [("a", 2)]
        await one.publish(stream, 3)
        assert (await source.get())[1]["offset"] == 3


async def test_draining_ends_the_stream_in_order(replica, sqlite_url, stream):
    one = await replica(sqlite_url)
    async with events(one, f"stream={stream}") as source:
        await source.get()
        one.gateway.start_drain(1012, 0)
        assert await source.get() is None
    reply = await one.http("GET", f"/events?stream={stream}")
    assert reply.status == 503
    assert "retry-after: 1" in reply.head


@pytest.mark.parametrize("place", ["nonsense", "e:x", "e:-1", "e:" + "9" * 30])
async def test_a_bad_last_event_id_is_refused(replica, sqlite_url, place):
    one = await replica(sqlite_url)
    reply = await one.http("GET", "/events?stream=s", Last_Event_ID=place)
    assert (reply.status, reply.json["error"]["code"]) == (400, "bad_position")


async def test_a_position_ahead_is_refused_with_a_status(replica, sqlite_url, stream):
    one = await replica(sqlite_url)
    epoch = (await one.publish(stream, 1))["epoch"]
    reply = await one.http("GET", f"/events?stream={stream}", Last_Event_ID=f"{epoch}:9")
    assert (reply.status, reply.json["error"]["code"]) == (409, "position_ahead")


async def test_a_slow_reader_is_cut_and_can_resume(replica, sqlite_url, stream, until):
    one = await replica(sqlite_url, queue=20)
    async with events(one, f"stream={stream}") as source:
        await source.get()
        for _ in range(300):
            await one.publish(stream, "x" * 64_000)
        await until(lambda: not any(connection.busy for connection in one.gateway.connections))
        with pytest.raises((h11.RemoteProtocolError, ConnectionResetError)):
            await source.read_on()
    async with events(one, f"stream={stream}", source.last_id) as again:
        offsets = [(await again.get())[1]["offset"] for _ in range(3)]
        after = int(source.last_id.rpartition(":")[2])
        assert offsets[1:] == [after + 1, after + 2]
