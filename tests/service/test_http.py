"""The plain HTTP part."""

from __future__ import annotations

import asyncio

import pytest


async def test_publish_answers_the_position(replica, backplane_url, stream):
    one = await replica(backplane_url)
    first, second = await one.publish(stream, 1), await one.publish(stream, {"a": [1, None]})
    assert (first["stream"], first["offset"], second["offset"]) == (stream, 1, 2)
    assert first["epoch"] == second["epoch"]
    assert second["ts"] >= first["ts"] > 1.6e12


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"\xff", "bad_json"),
        (b"[]", "bad_json"),
        (b'{"stream": "s", "payload": 1e999}', "bad_json"),
        (b'{"stream": "s", "payload": "\\ud800"}', "bad_json"),
        ({"payload": 1}, "bad_stream"),
        ({"stream": "", "payload": 1}, "bad_stream"),
        ({"stream": "x" * 101, "payload": 1}, "bad_stream"),
        ({"stream": "s"}, "bad_payload"),
        ({"stream": "s", "payload": "x" * 65_536}, "too_large"),
        ({"stream": "s", "payload": 1, "key": ["k"]}, "bad_key"),
        ({"stream": "s", "payload": 1, "key": "k" * 201}, "bad_key"),
    ],
)
async def test_a_bad_publish_says_what_is_wrong(replica, sqlite_url, body, code):
    one = await replica(sqlite_url)
    reply = await one.http("POST", "/publish", body)
    status = 413 if code == "too_large" else 400
    assert (reply.status, reply.json["error"]["code"]) == (status, code)
    assert (await one.http("GET", "/updates?stream=s")).json["updates"] == []


async def test_the_ledger_is_read_page_by_page(replica, backplane_url, stream):
    one, two = await replica(backplane_url), await replica(backplane_url)
    for n in range(1, 8):
        await one.publish(stream, n, key="k" if n == 1 else None)
    ledger, after = [], ""
    while True:
        reply = await two.http("GET", f"/updates?stream={stream}&after={after}&limit=3")
        after = reply.json["position"]
        if not reply.json["updates"]:
            break
        ledger += reply.json["updates"]
    assert [(u["offset"], u["payload"]) for u in ledger] == [(n, n) for n in range(1, 8)]
    assert ledger[0].keys() == {"stream", "epoch", "offset", "ts", "key", "payload"}
    assert [u["key"] for u in ledger[:2]] == ["k", None]


async def test_the_ledger_begins_at_the_oldest_kept(replica, backplane_url, stream):
    one = await replica(backplane_url, history=2)
    epoch = await one.fill(stream, 5)
    reply = await one.http("GET", f"/updates?stream={stream}")
    assert [u["offset"] for u in reply.json["updates"]] == [4, 5]
    reply = await one.http("GET", f"/updates?stream={stream}&after={epoch}:1")
    assert (reply.status, reply.json["type"], reply.json["oldest"]) == (410, "too_old", 4)


async def test_a_long_poll_is_answered_by_a_publish_elsewhere(
    replica, backplane_url, stream, until
):
    one, two = await replica(backplane_url), await replica(backplane_url)
    place = (await one.http("GET", f"/updates?stream={stream}")).json["position"]
    polling = asyncio.create_task(
        two.http("GET", f"/updates?stream={stream}&after={place}&wait=30")
    )
    await until(lambda: two.gateway.feed._channels)
    await one.publish(stream, "news")
    assert [u["payload"] for u in (await polling).json["updates"]] == ["news"]
    assert two.gateway.feed._channels == {}


async def test_a_long_poll_ends_empty_in_time_and_when_draining(replica, sqlite_url, stream, until):
    one = await replica(sqlite_url)
    place = (await one.http("GET", f"/updates?stream={stream}")).json["position"]
    reply = await one.http("GET", f"/updates?stream={stream}&after={place}&wait=0.05")
    assert (reply.json["updates"], reply.json["position"]) == ([], place)
    polling = asyncio.create_task(
        one.http("GET", f"/updates?stream={stream}&after={place}&wait=60")
    )
    await until(lambda: one.gateway.feed._channels)
    one.gateway.start_drain(1012, 0)
    assert (await polling).json["updates"] == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "stream=",
        "stream=s&after=x",
        "stream=s&wait=-1",
        "stream=s&wait=nan",
        "stream=s&limit=0",
    ],
)
async def test_a_bad_query_is_refused(replica, sqlite_url, query):
    one = await replica(sqlite_url)
    reply = await one.http("GET", f"/updates?{query}")
    assert reply.status == 400
    assert reply.json["error"]["message"]


async def test_the_snapshot(replica, backplane_url, stream):
    one = await replica(backplane_url)
    await one.publish(stream, 1, key="a")
    await one.publish(stream, 2, key="b")
    await one.publish(stream, 3, key="a")
    snapshot = (await one.http("GET", f"/snapshot?stream={stream}")).json
    assert (snapshot["type"], snapshot["offset"]) == ("snapshot", 3)
    assert {v["key"]: v["payload"] for v in snapshot["values"]} == {"a": 3, "b": 2}


async def test_readiness_goes_when_draining(replica, sqlite_url):
    one = await replica(sqlite_url, name="r9", version_label="v42")
    assert (await one.http("GET", "/healthz")).status == 200
    info = (await one.http("GET", "/")).json
    assert (info["name"], info["version"], info["draining"]) == ("r9", "v42", False)
    one.gateway.start_drain(1012, 0)
    reply = await one.http("GET", "/healthz")
    assert (reply.status, reply.json["reason"]) == (503, "draining")
    # Publishing goes on: an update accepted now is in the backplane, not in this replica.
    await one.publish("s", 1)


async def test_drain_can_be_asked_for_but_not_by_a_web_page(replica, sqlite_url):
    one = await replica(sqlite_url)
    assert (await one.http("POST", "/drain", {}, Content_Type="text/plain")).status == 415
    for body, code in (({"code": 1006}, "bad_code"), ({"over_s": -1}, "bad_over_s")):
        reply = await one.http("POST", "/drain", body, Content_Type="application/json")
        assert (reply.status, reply.json["error"]["code"]) == (400, code)
    assert not one.gateway.draining.is_set()
    reply = await one.http("POST", "/drain", {"code": 1001}, Content_Type="application/json")
    assert reply.status == 202
    assert one.gateway.draining.is_set()


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/publish", 405)]
)
async def test_what_is_not_here(replica, sqlite_url, method, path, status):
    one = await replica(sqlite_url)
    reply = await one.http(method, path)
    assert reply.status == status
    assert path in reply.json["error"]["message"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\r\n\r\nnonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),  # no Host
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40_000, 431),
        (b"POST /publish HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400),
        (
            b"POST /publish HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n"
            + b"x" * 1_100_000,
            413,
        ),
    ],
)
async def test_bad_http_is_refused_and_closed(replica, sqlite_url, data, status):
    one = await replica(sqlite_url)
    reply = await one.raw(data)
    assert reply.status == status
    assert "connection: close" in reply.head


async def test_requests_in_one_packet_are_answered_in_order(replica, sqlite_url):
    one = await replica(sqlite_url)
    request = b"GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n"
    data = request % (b"/healthz", b"") + request % (b"/nowhere", b"Connection: close\r\n")
    reply = await one.raw(data)
    assert reply.status == 200
    assert "HTTP/1.1 404" in reply.text


async def test_a_client_that_waits_for_100_continue_is_told_to_go_on(replica, sqlite_url):
    one = await replica(sqlite_url)
    reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
    body = b'{"stream": "s", "payload": 1}'
    head = (
        b"POST /publish HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n"
    )
    async with asyncio.timeout(20):
        writer.write(head % len(body))
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        writer.write(body)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()
    await writer.wait_closed()


async def test_an_idle_connection_is_ended(replica, sqlite_url):
    one = await replica(sqlite_url, ping_interval=0.02)
    assert (await one.raw(b"GET / HT")).status == 0
