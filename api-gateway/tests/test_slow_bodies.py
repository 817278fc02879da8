"""Bodies that arrive in pieces: when a service gets them, and for whom there is no room."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from api_gateway import upstreams
from api_gateway.request_body import AHEAD_BYTES
from devstack.testing import eventually
from gateway_helpers.gateway import RunningGateway, Stream, bearer, head, only_error, run_gateway
from gateway_helpers.peers import Marker, Peer, urls

LARGE = 4 * AHEAD_BYTES
LOGIN = "/api/users/auth/login"


@asynccontextmanager
async def dripping(stream: Stream, piece: str, seconds: float = 0.05) -> AsyncIterator[None]:
    """Write a piece again and again, as long as the gateway takes it."""

    async def drip() -> None:
        while True:
            await stream.write(piece)
            await asyncio.sleep(seconds)

    task = asyncio.create_task(drip())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await task


async def test_a_service_is_asked_when_a_small_body_is_there(
    gateway: RunningGateway, peer: Peer
) -> None:
    async with gateway.connected() as stream:
        await stream.write(head("POST", "Content-Length: 6") + "one")
        # What came first would be at the service before another connection is served.
        assert (await gateway.client.get("/api/tasks", headers=bearer())).status_code == 200
        assert [seen.method for seen in peer.seen] == ["GET"]
        await stream.write("two")
        assert (await stream.read(until=b"onetwo")).startswith(b"HTTP/1.1 200")
    assert peer.seen[1].one("content-length") == "6"
    assert peer.seen[1].all("transfer-encoding") == []


async def test_a_large_body_streams_as_it_is_sent(gateway: RunningGateway, peer: Peer) -> None:
    async with gateway.connected() as stream:
        await stream.write(head("POST", f"Content-Length: {LARGE}") + "a" * (LARGE - 1))
        await eventually(lambda: peer.seen and len(peer.seen[0].body) == LARGE - 1)
        await stream.write("b")
        assert (await stream.read(until=b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    assert peer.seen[0].one("content-length") == str(LARGE)


@pytest.mark.parametrize("size", [3, LARGE])
async def test_a_chunked_body_arrives_whole(gateway: RunningGateway, peer: Peer, size: int) -> None:
    async with gateway.connected() as stream:
        await stream.write(head("POST", "Transfer-Encoding: chunked") + f"{size:x};ext=1\r\n")
        await stream.write("a" * size + "\r\n3\r\ntwo\r\n0\r\nX-Internal-Identity: me\r\n\r\n")
        assert (await stream.read(until=b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    assert peer.seen[0].body == b"a" * size + b"two"
    assert "me" not in peer.seen[0].all("x-internal-identity")


@pytest.mark.parametrize(("sent", "requests"), [(3, 0), (LARGE, 1)])
async def test_a_body_that_stops_arriving_gets_408_and_no_service_takes_it_for_whole(
    gateway: RunningGateway,
    peer: Peer,
    monkeypatch: pytest.MonkeyPatch,
    sent: int,
    requests: int,
) -> None:
    monkeypatch.setattr("api_gateway.request_body.PIECE_SECONDS", 1.0)
    answer = await gateway.raw(head("POST", f"Content-Length: {2 * LARGE}") + "a" * sent)
    assert answer.startswith(b"HTTP/1.1 408")
    await eventually(lambda: len(peer.seen) == requests and all(seen.gone for seen in peer.seen))
    assert not any(seen.whole for seen in peer.seen)


async def test_a_body_that_does_not_end_in_time_gets_408(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api_gateway.request_body.BODY_SECONDS", 1.0)
    async with gateway.connected() as stream:
        await stream.write(head("POST", "Content-Length: 6000"))
        async with dripping(stream, "a"):
            assert (await stream.read(until=b"\r\n\r\n")).startswith(b"HTTP/1.1 408")


async def test_a_large_body_that_drips_loses_its_connection_to_the_service(
    gateway: RunningGateway, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api_gateway.request_body.GRACE_SECONDS", 1.0)
    async with gateway.connected() as stream:
        await stream.write(head("POST", f"Content-Length: {2 * LARGE}") + "a" * LARGE)
        async with dripping(stream, "a"):
            assert (await stream.read(until=b"\r\n\r\n")).startswith(b"HTTP/1.1 408")
    await eventually(lambda: peer.seen[0].gone)


async def test_a_client_that_disconnects_during_a_large_body_ends_the_request(
    gateway: RunningGateway, peer: Peer
) -> None:
    async with gateway.connected() as stream:
        await stream.write(head("POST", f"Content-Length: {2 * LARGE}") + "a" * LARGE)
        await eventually(lambda: peer.seen and len(peer.seen[0].body) == LARGE)
    await eventually(lambda: peer.seen[0].gone)
    assert not peer.seen[0].whole


@asynccontextmanager
async def unfinished(
    gateway: RunningGateway, path: str, count: int, body: str
) -> AsyncIterator[list[Stream]]:
    """Connections, each with a request on it whose body begins with this and goes no further."""
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(gateway.connected()) for _ in range(count)]
        for stream in streams:
            await stream.write(head("POST", f"Content-Length: {2 * LARGE}", path=path) + body)
        yield streams


async def test_dripping_logins_end_neither_logins_nor_the_question_what_is_revoked(
    peer: Peer, redis_uri: str, marker: Marker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await marker.redis.flushdb()  # so that user-service has to be asked what is revoked
    monkeypatch.setattr(upstreams, "MAX_CONNECTIONS", 4)
    async with (
        run_gateway(redis_uri=redis_uri, **urls(peer)) as gateway,
        unfinished(gateway, LOGIN, 4, "{"),
    ):
        login = await gateway.client.post(LOGIN, json={"email": "a@example.com"})
        assert login.status_code == 200
        assert (await gateway.client.get("/api/tasks", headers=bearer())).status_code == 200
        assert len(peer.questions) == 1


async def test_what_the_gateway_asks_has_connections_that_no_client_takes(
    peer: Peer, redis_uri: str, marker: Marker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await marker.redis.flushdb()
    monkeypatch.setattr(upstreams, "MAX_CONNECTIONS", 1)
    async with (
        run_gateway(redis_uri=redis_uri, **urls(peer)) as gateway,
        unfinished(gateway, LOGIN, 1, "a" * LARGE),
    ):
        await eventually(lambda: peer.seen)
        assert (await gateway.client.get("/api/tasks", headers=bearer())).status_code == 200
        assert len(peer.questions) == 1
        assert (await gateway.client.get("/ready")).status_code == 200


@pytest.mark.parametrize("body", ["{", "a" * LARGE])
async def test_a_client_has_room_for_so_many_slow_bodies_and_for_quick_ones_besides(
    peer: Peer,
    redis_uri: str,
    ready: None,
    monkeypatch: pytest.MonkeyPatch,
    body: str,
) -> None:
    del ready
    monkeypatch.setattr("api_gateway.proxy.QUICK_BODY_SECONDS", 0.2)
    limit = {"max_slow_bodies_per_client": 2}
    async with (
        run_gateway(redis_uri=redis_uri, **limit, **urls(peer)) as gateway,
        unfinished(gateway, LOGIN, 3, body) as streams,
    ):
        reading = [asyncio.create_task(stream.read()) for stream in streams]
        done, waiting = await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)
        only_error(done.pop().result(), 429)
        assert (await gateway.client.post(LOGIN, json={})).status_code == 200
        assert len(waiting) == 2
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
