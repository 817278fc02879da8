"""When a stream through the gateway ends: revoked, expired, on a stop, by silence, unread."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx2
import pytest
from api_gateway import connection, forwarded_stream
from contracts.revocation import REVOKED_PATH
from devstack.redis import Redis
from devstack.servers import Server
from devstack.sse import streaming
from devstack.testing import eventually
from gateway_helpers.gateway import RunningGateway, bearer, gateway_to, head, run_gateway
from gateway_helpers.peers import Marker, Peer, urls
from gateway_helpers.raw_service import read_head
from gateway_helpers.streams import PATH, Source, rest_of


async def test_it_ends_when_its_session_is_revoked(
    gateway: RunningGateway, source: Source, marker: Marker
) -> None:
    other = bearer(sid="session-2")
    async with (
        streaming(gateway.client, PATH, headers=bearer()) as stream,
        streaming(gateway.client, PATH, headers=other) as untouched,
    ):
        await marker.revoke("session-1")
        assert [set(block.fields) for block in await rest_of(stream)] == [{"retry"}]
        await eventually(lambda: source.left == 1)
        source.events.put_nowait(b"event: activity\ndata: 1\n\n")
        assert (await untouched.next("activity")).data == 1


async def test_nothing_is_added_to_half_an_event(
    gateway: RunningGateway, source: Source, marker: Marker
) -> None:
    async with streaming(gateway.client, PATH, headers=bearer()) as stream:
        source.events.put_nowait(b"event: activity\ndata: 1\n\nevent: activity\ndata: 2")
        assert (await stream.next("activity")).data == 1
        await marker.revoke("session-1")
        assert await rest_of(stream) == []


async def test_it_ends_when_its_token_expires(gateway: RunningGateway, source: Source) -> None:
    exp = int(time.time()) + 2
    async with streaming(gateway.client, PATH, headers=bearer(exp=exp)) as stream:
        await rest_of(stream)
        assert time.time() >= exp
    assert source.begun == 1


async def test_a_gateway_that_stops_ends_them_and_says_when_to_come_again(
    peer: Peer,
    source: Source,
    redis_uri: str,
    ready: None,  # noqa: ARG001 — it has to be
) -> None:
    async with httpx2.AsyncClient(timeout=60, verify=False) as client:
        async with run_gateway(redis_uri=redis_uri, **urls(peer)) as gateway:
            url = f"http://127.0.0.1:{gateway.port}{PATH}"
            context = streaming(client, url, headers=bearer())
            stream = await context.__aenter__()
        [last] = await rest_of(stream)
        assert 1000 <= int(last.fields["retry"]) <= 5000
        await context.__aexit__(None, None, None)
    assert source.begun == 1


@pytest.fixture
async def without_redis(peer: Peer, own_redis: Server[Redis]) -> AsyncIterator[RunningGateway]:
    own_redis.stop()
    async with run_gateway(redis_uri=own_redis.uri, **urls(peer)) as gateway:
        yield gateway


async def test_without_redis_user_service_says_who_is_revoked_of_all_in_one_question(
    without_redis: RunningGateway, source: Source, peer: Peer
) -> None:
    peer.revoked_sessions = {"session-9"}
    kept, ended = bearer(sid="session-8"), bearer(sid="session-9")
    async with (
        streaming(without_redis.client, PATH, headers=kept) as stream,
        streaming(without_redis.client, PATH, headers=ended) as over,
    ):
        await rest_of(over)
        await eventually(lambda: source.left == 1)
        source.events.put_nowait(b"event: activity\ndata: 1\n\n")
        assert (await stream.next("activity")).data == 1
    together = [question.query for question in peer.many_questions]
    assert b"sid=session-8&sid=session-9" in together
    assert peer.many_questions[0].path == REVOKED_PATH.encode()


async def test_when_nobody_knows_what_is_revoked_it_ends(
    without_redis: RunningGateway, source: Source, peer: Peer
) -> None:
    peer.revoked_sessions = set()
    async with streaming(without_redis.client, PATH, headers=bearer()) as stream:
        await eventually(lambda: peer.many_questions)
        peer.revoked_sessions = None
        await rest_of(stream)
    assert source.begun == 1


async def test_a_service_that_is_silent_for_too_long_is_left(
    gateway: RunningGateway, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarded_stream, "SILENCE_SECONDS", 0.5)
    async with streaming(gateway.client, PATH, headers=bearer()) as stream:
        with pytest.raises(httpx2.RemoteProtocolError):
            await rest_of(stream)
    await eventually(lambda: source.left == 1)


async def test_a_stream_outlives_the_time_that_a_response_has(
    peer: Peer,
    source: Source,
    redis_uri: str,
    ready: None,  # noqa: ARG001 — it has to be
) -> None:
    settings = {"upstream_timeout_seconds": 1.0}
    async with (
        run_gateway(redis_uri=redis_uri, **urls(peer), **settings) as gateway,
        streaming(gateway.client, PATH, headers=bearer()) as stream,
    ):
        await asyncio.sleep(1.5)  # the time itself is what it has to outlive
        source.events.put_nowait(b"event: activity\ndata: 1\n\n")
        assert (await stream.next("activity")).data == 1


async def test_a_client_that_does_not_read_is_dropped(
    redis_uri: str,
    ready: None,  # noqa: ARG001 — it has to be
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "UNREAD_SECONDS", 0.5)
    monkeypatch.setattr(forwarded_stream, "SILENCE_SECONDS", 600.0)

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
        while True:
            writer.write(b"data: " + b"a" * 65_536 + b"\n\n")
            await writer.drain()

    async with gateway_to(pour, redis_uri) as (gateway, service), gateway.connected() as stream:
        stream.writer.transport.pause_reading()  # type: ignore[attr-defined]  # of the socket's transport
        await stream.write(head("GET", path=PATH))
        await eventually(lambda: service.ended == 1)
