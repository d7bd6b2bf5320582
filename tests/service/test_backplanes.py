"""The contract of a backplane, for both of them."""

from __future__ import annotations

import asyncio

import pytest

from workbench.service.backplane import Draft, LimitReachedError, TooOldError, values
from workbench.service.backplane.choice import UnknownBackplaneError, choose_backplane


@pytest.fixture
async def pair(backplane_url):
    """Two replicas' views of one backplane with a history of five."""
    views = [choose_backplane(backplane_url, 5) for _ in range(2)]
    heard: list[list[str | None]] = [[], []]
    for view, words in zip(views, heard, strict=True):
        await view.open(words.append)
    yield views, heard
    for view in views:
        await view.close()


async def fill(view, stream, count, key=None):
    return [await view.publish(Draft(stream, str(n), key)) for n in range(1, count + 1)]


async def test_offsets_are_contiguous_from_one_across_replicas(pair, stream):
    (one, other), _ = pair
    updates = [await (one, other)[n % 2].publish(Draft(stream, "{}")) for n in range(5)]
    assert [update.offset for update in updates] == [1, 2, 3, 4, 5]
    assert len({update.epoch for update in updates}) == 1
    assert await other.read(stream, updates[0].epoch, 0, 100) == updates


async def test_publishes_at_once_keep_their_order(pair, stream):
    (one, _), _ = pair
    updates = await asyncio.gather(*(one.publish(Draft(stream, str(n))) for n in range(50)))
    assert [update.offset for update in updates] == list(range(1, 51))
    assert [update.payload for update in updates] == [str(n) for n in range(50)]


async def test_the_history_is_trimmed_exactly(pair, stream):
    (one, other), _ = pair
    updates = await fill(one, stream, 8)
    head = await other.head(stream)
    assert (head.top, head.oldest) == (8, 4)
    assert await other.read(stream, head.epoch, 3, 100) == updates[3:]


async def test_older_than_the_history_is_said_and_not_skipped(pair, stream):
    (one, _), _ = pair
    await fill(one, stream, 8)
    head = await one.head(stream)
    with pytest.raises(TooOldError) as gap:
        await one.read(stream, head.epoch, 2, 100)
    assert gap.value.head == head


async def test_another_epoch_is_too_old_even_where_the_offset_fits(pair, stream):
    (one, _), _ = pair
    await fill(one, stream, 3)
    with pytest.raises(TooOldError):
        await one.read(stream, "another", 1, 100)


async def test_a_page_ends_at_its_limit(pair, stream):
    (one, _), _ = pair
    updates = await fill(one, stream, 5)
    assert await one.read(stream, updates[0].epoch, 1, 2) == updates[1:3]
    assert await one.read(stream, updates[0].epoch, 5, 2) == []


async def test_a_stream_nobody_published_to_has_a_lasting_epoch(pair, stream):
    (one, other), _ = pair
    head = await one.head(stream)
    assert (head.top, head.oldest) == (0, 1)
    assert head.epoch
    assert await other.head(stream) == head
    (first,) = await fill(other, stream, 1)
    assert (first.epoch, first.offset) == (head.epoch, 1)


async def test_a_snapshot_has_the_latest_of_every_key(pair, stream):
    (one, other), _ = pair
    await fill(one, stream, 2, key="a")
    await fill(one, stream, 7, key="b")
    await fill(one, stream, 1)
    snapshot = await other.snapshot(stream)
    assert snapshot.head.top == 10
    found = [(update.key, update.offset, update.payload) for update in snapshot.updates]
    # The first is older than the history: a snapshot reaches further back.
    assert found == [("a", 2, "2"), ("b", 9, "7"), (None, 10, "1")]


async def test_every_replica_is_told_of_a_publish(pair, stream, until):
    (one, _), heard = pair
    await until(lambda: all(heard))  # each has had its first look: from now on it listens
    await one.publish(Draft(stream, "{}"))
    await until(lambda: all(stream in words for words in heard))


async def test_payload_and_key_come_back_as_they_were(pair, stream):
    (one, other), _ = pair
    payload = '{"text": "Grüße, 世界 \\u0000 \\n \' 1 2", "x": [null, 1.5]}'
    sent = await one.publish(Draft(stream, payload, "ключ =1"))
    (got,) = await other.read(stream, sent.epoch, 0, 10)
    assert got == sent
    assert (got.payload, got.key) == (payload, "ключ =1")


@pytest.mark.parametrize(("limit", "what"), [("MAX_STREAMS", "streams"), ("MAX_KEYS", "keys")])
async def test_inventing_names_meets_a_limit(backplane_url, stream, monkeypatch, limit, what):
    from workbench.service.backplane import redis_streams, sqlite_schema

    for module in (values, redis_streams, sqlite_schema):
        monkeypatch.setattr(module, limit, 0)
    view = choose_backplane(backplane_url, 5)
    await view.open(lambda _: None)
    try:
        with pytest.raises(LimitReachedError, match=f"at most 0 {what}"):
            await view.publish(Draft(stream, "{}", "k"))
    finally:
        await view.close()


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite:///", "sqlite://host/x", "http://x/"])
def test_an_unknown_backplane_is_refused_with_what_would_do(url):
    with pytest.raises(UnknownBackplaneError, match="sqlite:///path/to/file"):
        choose_backplane(url, 5)
