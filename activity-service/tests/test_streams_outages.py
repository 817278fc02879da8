"""Streams of activities while MongoDB is away, or ends the change stream."""

from typing import Any

import pytest
from activity_helpers.service import event, store
from activity_helpers.streams import STREAM, cursor_of_now, ids, serving
from activity_service import streams
from chassis.mongo import open_mongo
from devstack.mongo import Mongo
from devstack.servers import Server
from devstack.sse import streaming
from devstack.testing import eventually


async def test_without_mongo_streams_stay_open_and_go_on_when_it_is_back(
    own_mongo: Server[Mongo], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.2)
    uri = own_mongo.store.database_uri("activity")
    before, after = event(), event()
    async with serving(uri) as client, open_mongo(uri, {}) as database:
        start = await cursor_of_now(client)
        async with streaming(client, STREAM) as stream:
            await store(database, before)
            assert await stream.ids(1) == ids([before])
            own_mongo.kill()
            beats = stream.blocks()
            for _ in range(3):
                await anext(beats)
            async with streaming(client, STREAM, params={"cursor": start}) as late:
                assert await late.ids(1) == ids([before])
                own_mongo.start()
                await store(database, after)
                assert await stream.ids(1) == await late.ids(1) == ids([after])


async def test_what_is_recorded_while_the_change_stream_is_interrupted_comes_afterwards(
    own_mongo: Server[Mongo], logs: list[Any]
) -> None:
    uri = own_mongo.store.database_uri("activity")
    own = event()
    async with (
        serving(uri) as client,
        open_mongo(uri, {}) as database,
        streaming(client, STREAM) as stream,
    ):
        with own_mongo.store.failing("aggregate", "getMore", errorCode=8000):
            await eventually(lambda: any("is interrupted" in line["event"] for line in logs))
            await store(database, own)
        assert await stream.ids(1) == ids([own])
