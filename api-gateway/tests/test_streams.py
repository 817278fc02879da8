"""Streams of events through the gateway: forwarded as they come, and ended by the gateway itself."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx2
import pytest
from api_gateway import connection, forwarded_stream, streams
from chassis_helpers.metrics import value
from contracts.revocation import REVOKED_PATH
from devstack.redis import Redis
from devstack.servers import Server
from devstack.sse import Block, Stream, streaming
from devstack.testing import eventually
from gateway_helpers.gateway import RunningGateway, bearer, gateway_to, head, run_gateway
from gateway_helpers.peers import Marker, Peer, urls
from gateway_helpers.raw_service import read_head
from gateway_helpers.redis_state import is_an_error
from starlette.types import Receive, Scope, Send

PATH = "/api/activity/stream"
HEAD = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]


class Source:
    """The service's side: each stream gets what is put into `events`."""

    def __init__(self, peer: Peer) -> None:
        self.events: asyncio.Queue[bytes] = asyncio.Queue()
        self.begun = 0
        self.left = 0
        peer.behaviour = self._stream

    async def _stream(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": HEAD})
        self.begun += 1
        sending = asyncio.create_task(self._send_events(send))
        while (await receive())["type"] != "http.disconnect":
            pass
        sending.cancel()
        self.left += 1

    async def _send_events(self, send: Send) -> None:
        while True:
            body = await self.events.get()
            await send({"type": "http.response.body", "body": body, "more_body": True})


@pytest.fixture
def source(peer: Peer) -> Source:
    return Source(peer)


async def rest_of(stream: Stream) -> list[Block]:
    """Until the end, which must be a complete one: httpx raises for another."""
    async with asyncio.timeout(60):
        return [block async for block in stream.blocks()]


async def test_the_head_comes_at_once_and_each_event_as_it_is_sent(
    gateway: RunningGateway, source: Source, peer: Peer
) -> None:
    headers = bearer() | {"last-event-id": "abc"}
    async with streaming(gateway.client, f"{PATH}?cursor=x", headers=headers) as stream:
        assert stream.response.status_code == 200
        assert stream.response.headers["x-accel-buffering"] == "no"
        assert stream.response.headers["cache-control"] == "no-store"
        for number in range(3):
            source.events.put_nowait(b"event: activity\ndata: %d\n\n" % number)
            assert (await stream.next("activity")).data == number
        assert value("streams_open") == 1
    assert (peer.seen[0].query, peer.seen[0].one("last-event-id")) == (b"cursor=x", "abc")
    await eventually(lambda: source.left == 1)
    await eventually(lambda: value("streams_open") == 0)


async def test_head_is_answered_with_the_head_alone(
    gateway: RunningGateway, source: Source
) -> None:
    answer = await gateway.client.head(PATH, headers=bearer())
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")
    await eventually(lambda: source.left == 1)


async def test_a_refusal_of_the_service_is_forwarded(gateway: RunningGateway, peer: Peer) -> None:
    async def refuse(_scope: Scope, _receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": 400, "headers": []}
        await send(start)
        await send({"type": "http.response.body", "body": b"{}"})

    peer.behaviour = refuse
    answer = await gateway.client.get(PATH, headers=bearer())
    assert (answer.status_code, answer.content) == (400, b"{}")


async def test_a_stream_that_the_service_ends_ends(gateway: RunningGateway, peer: Peer) -> None:
    async def end(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEAD})
        await send({"type": "http.response.body", "body": b"retry: 7\n\n"})

    peer.behaviour = end
    answer = await gateway.client.get(PATH, headers=bearer())
    assert answer.content == b"retry: 7\n\n"


async def test_a_user_has_at_most_ten(
    gateway: RunningGateway, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_OF_USER", 2)
    other = bearer(user={"id": "f" * 24})
    async with (
        streaming(gateway.client, PATH, headers=bearer()),
        streaming(gateway.client, PATH, headers=bearer(sid="session-2")),
    ):
        answer = await gateway.client.get(PATH, headers=bearer())
        is_an_error(answer, 429, "Too many streams are open")
        assert int(answer.headers["retry-after"]) >= 1
        async with streaming(gateway.client, PATH, headers=other) as stream:
            assert stream.response.status_code == 200
    await eventually(lambda: source.left == 3)

    async def there_is_room_again() -> bool:
        answer = await gateway.client.head(PATH, headers=bearer())
        return answer.status_code == 200

    await eventually(there_is_room_again)


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
