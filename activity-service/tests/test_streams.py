"""The stream of activities, from a service whose broker is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx2
import pytest
from activity_helpers.feed import FEED
from activity_helpers.service import BOB, as_user, event, store
from activity_helpers.streams import STREAM, an_hour_before, cursor_of_now, ids, serving
from activity_service import recent, streams
from activity_service.activities import COLLECTION
from chassis.mongo import Database
from chassis_helpers.metrics import value
from devstack.sse import Block, Stream, streaming
from devstack.testing import eventually


@pytest.fixture
async def alice(mongo_uri: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(mongo_uri) as client:
        yield client


async def tell_of_one(client: httpx2.AsyncClient, database: Database) -> None:
    """Store an activity, and wait until the service has told of it: "now" is behind it."""
    one = event()
    async with streaming(client, STREAM) as stream:
        await anext(stream.blocks())
        await store(database, one)
        assert await stream.ids(1) == ids([one])


async def test_it_begins_with_a_comment_and_a_retry_and_then_says_what_is_recorded(
    alice: httpx2.AsyncClient, database: Database
) -> None:
    await tell_of_one(alice, database)
    async with streaming(alice, STREAM) as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        first = await anext(stream.blocks())
        assert first.fields.keys() == {"", "retry"}
        assert 1000 <= int(first.fields["retry"]) <= 5000
        changes = {"status": {"from": "Not Started", "to": "Completed"}}
        own = [event(changes=changes), event(taskTitle="Line\r\nfeed\u2028")]
        await store(database, own[0], event(userId=BOB), own[1])
        told = [await stream.next("activity") for _ in own]
    listed = (await alice.get(FEED)).json()["activities"]
    assert [block.data for block in told] == [listed[1], listed[0]]


async def test_nothing_is_left_out_between_the_list_and_the_stream(
    alice: httpx2.AsyncClient, database: Database
) -> None:
    await tell_of_one(alice, database)
    cursor = await cursor_of_now(alice)
    own = [event(), event()]
    await store(database, *own)
    for _ in range(2):  # the second time they have been read from MongoDB long ago
        async with streaming(alice, STREAM, params={"cursor": cursor}) as stream:
            assert await stream.ids(2) == ids(own)


async def test_it_goes_on_after_the_last_event_in_another_process(
    alice: httpx2.AsyncClient, database: Database, mongo_uri: str
) -> None:
    cursor = await cursor_of_now(alice)
    own = [event() for _ in range(5)]
    await store(database, *own[:3])
    async with streaming(alice, STREAM, params={"cursor": cursor}) as stream:
        told = [await stream.next("activity") for _ in range(2)]
    await store(database, *own[3:])
    # A browser repeats the address of the first time.
    again = {"params": {"cursor": cursor}, "headers": {"last-event-id": told[1].id}}
    async with serving(mongo_uri) as other, streaming(other, STREAM, **again) as stream:
        assert [block.data["id"] for block in told] + await stream.ids(3) == ids(own)


async def test_what_is_no_longer_in_memory_is_read_again(
    alice: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "MOST", 5)
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.0)
    cursor = await cursor_of_now(alice)
    own = [event() for _ in range(150)]
    await store(database, *own, *[event(userId=BOB) for _ in range(10)])
    async with streaming(alice, STREAM, params={"cursor": cursor}) as stream:
        assert await stream.ids(len(own)) == ids(own)
        later = event()
        await store(database, later)
        assert await stream.ids(1) == ids([later])


async def test_a_client_that_does_not_read_fills_no_memory_and_loses_nothing(
    alice: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "MOST_BYTES", 100_000)
    changes = {"description": {"from": "", "to": "x" * 400_000}}
    own = [event(type="TaskUpdated", changes=changes) for _ in range(40)]
    async with streaming(alice, STREAM) as stream:
        for message in own:  # more than sockets hold
            await store(database, message)
        assert await stream.ids(len(own)) == ids(own)


async def test_a_client_that_only_waits_hears_something_and_where_it_is(
    alice: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.1)
    before = await cursor_of_now(alice)
    await store(database, event(), event(userId=BOB))
    async with streaming(alice, STREAM, params={"cursor": before}) as stream:
        shown = await stream.next("activity")
        blocks = stream.blocks()
        beats = [await anext(blocks) for _ in range(3)]
        assert all(set(beat.fields) == {"", "id"} for beat in beats)
        assert beats[-1].id not in (before, shown.id)
        later = event()
        await store(database, later)
        assert await stream.ids(1) == ids([later])
    async with streaming(alice, STREAM, headers={"last-event-id": beats[-1].id}) as stream:
        assert await stream.ids(1) == ids([later])


async def test_a_cursor_that_is_not_ours_or_another_users_is_400(
    alice: httpx2.AsyncClient, database: Database
) -> None:
    await store(database, event(), event())
    listed = await alice.get(FEED, params={"limit": 1})
    theirs = await alice.get(FEED, auth=as_user(BOB))
    for cursor in ("x", listed.json()["nextCursor"], theirs.json()["streamCursor"]):
        by_query = await alice.get(STREAM, params={"cursor": cursor})
        by_header = await alice.get(STREAM, headers={"last-event-id": cursor})
        for answer in (by_query, by_header):
            assert answer.status_code == 400
            assert answer.json()["errors"][0]["field"] == "cursor"


async def test_a_position_that_is_too_old_is_a_reset_after_which_the_stream_goes_on(
    alice: httpx2.AsyncClient, database: Database
) -> None:
    async with streaming(alice, STREAM) as stream:
        await store(database, event())
        old = an_hour_before((await stream.next("activity")).id)
    async with streaming(alice, STREAM, params={"cursor": old}) as stream:
        reset = await stream.next("reset")
        own = event()
        await store(database, own)
        assert await stream.ids(1) == ids([own])
    async with streaming(alice, STREAM, headers={"last-event-id": reset.id}) as stream:
        assert await stream.ids(1) == ids([own])


async def test_a_collection_that_is_dropped_is_a_reset_for_who_is_behind(
    alice: httpx2.AsyncClient, database: Database
) -> None:
    async with streaming(alice, STREAM) as stream:
        await anext(stream.blocks())
        await database[COLLECTION].drop()
        await stream.next("reset")
        own = event()
        await store(database, own)
        assert await stream.ids(1) == ids([own])


async def test_a_client_that_leaves_leaves_nothing_behind(alice: httpx2.AsyncClient) -> None:
    before = value("activity_streams_open")
    async with streaming(alice, STREAM), streaming(alice, STREAM):
        assert value("activity_streams_open") == before + 2
    await eventually(lambda: value("activity_streams_open") == before)


async def test_a_service_that_stops_ends_its_streams_at_once_and_says_when_to_come_again(
    mongo_uri: str,
) -> None:
    async with AsyncExitStack() as client_side, serving(mongo_uri) as client:
        stream = await client_side.enter_async_context(streaming(client, STREAM))
        await anext(stream.blocks())
        reading = asyncio.create_task(_last_block(stream))
    # Cut off it would be incomplete, for which the client raises an error.
    assert 1000 <= int((await reading).fields["retry"]) <= 5000


async def _last_block(stream: Stream) -> Block:
    *_, last = [block async for block in stream.blocks()]
    return last
