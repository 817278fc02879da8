"""Clients that send much, slowly or not to the end, and clients that leave."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from devstack.testing import eventually
from gateway_helpers.gateway import (
    RunningGateway,
    bearer,
    gateway_to,
    head,
)
from gateway_helpers.peers import Peer, send_json
from gateway_helpers.raw_service import begin_and_freeze, read_head, say_nothing
from gateway_helpers.redis_state import is_an_error
from starlette.types import Receive, Scope, Send

MIB = 1_048_576


pytestmark = pytest.mark.usefixtures("ready")


async def test_a_body_of_just_the_limit_is_taken(gateway: RunningGateway, peer: Peer) -> None:
    answer = await gateway.client.post("/api/tasks", headers=bearer(), content=b"a" * MIB)
    assert answer.status_code == 200
    assert len(peer.seen[0].body) == MIB


async def test_a_declared_body_over_the_limit_is_refused_before_anybody_is_asked(
    gateway: RunningGateway, peer: Peer
) -> None:
    answer = await gateway.client.post("/api/tasks", headers=bearer(), content=b"a" * (8 * MIB))
    is_an_error(answer, 413, "Request body too large")
    assert answer.headers["connection"] == "close"
    assert peer.seen == []


async def test_a_chunked_body_over_the_limit_is_cut_off_and_no_service_takes_it_for_whole(
    gateway: RunningGateway, peer: Peer
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"a" * 65536

    answer = await gateway.client.post("/api/tasks", headers=bearer(), content=chunks())
    is_an_error(answer, 413, "Request body too large")
    await eventually(lambda: peer.seen[0].gone)
    assert not peer.seen[0].whole
    assert len(peer.seen[0].body) <= MIB


async def test_a_client_that_expects_100_is_told_to_go_on_only_when_it_may(
    gateway: RunningGateway,
) -> None:
    async with gateway.connected() as stream:
        await stream.write(head("POST", "Expect: 100-continue", "Content-Length: 2"))
        assert (await stream.read(until=b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        await stream.write("{}")
        assert (await stream.read(until=b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    answer = await gateway.raw(head("POST", "Expect: 100-continue", f"Content-Length: {2 * MIB}"))
    assert answer.startswith(b"HTTP/1.1 413")


async def test_an_early_answer_ends_the_upload(gateway: RunningGateway, peer: Peer) -> None:
    async def refuse(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send_json(send, b'{"message": "no"}', 415)

    peer.behaviour = refuse
    async with gateway.connected() as stream:
        await stream.write(head("POST", "Content-Length: 200000") + "a" * 100_000)
        answer = await stream.read(until=b'{"message": "no"}')
        assert answer.startswith(b"HTTP/1.1 415")
        assert b"connection: close" in answer
        await stream.write("a" * 100_000)
        assert await stream.read() == b""


async def test_after_an_error_with_an_unread_body_no_rest_of_it_is_taken_for_a_request(
    gateway: RunningGateway, peer: Peer
) -> None:
    smuggled = head("DELETE", path="/api/tasks/abc")
    answer = await gateway.raw(
        f"POST /api/tasks HTTP/1.1\r\nHost: x\r\nContent-Length: {len(smuggled)}\r\n\r\n{smuggled}"
    )
    assert answer.count(b"HTTP/1.1") == 1
    assert answer.startswith(b"HTTP/1.1 401")
    assert peer.seen == []


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_client_that_disconnects_while_it_waits_frees_the_service(
    redis_uri: str, method: str
) -> None:
    async with gateway_to(say_nothing, redis_uri) as (gateway, service):
        async with gateway.connected() as stream:
            body = ("Content-Length: 2",) if method == "POST" else ()
            await stream.write(head(method, *body) + ("{}" if body else ""))
            await eventually(lambda: service.connections == 1)
        await eventually(lambda: service.ended == 1)


async def test_a_client_that_disconnects_during_the_response_frees_the_service(
    redis_uri: str,
) -> None:
    async with gateway_to(begin_and_freeze, redis_uri) as (gateway, service):
        async with gateway.connected() as stream:
            await stream.write(head("GET"))
            await stream.read(until=b"half")
        await eventually(lambda: service.ended == 1)


async def test_a_client_that_reads_slowly_slows_the_service_down(redis_uri: str) -> None:
    written = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        await read_head(reader)
        size = 256 * MIB
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size)
        while written < size:
            writer.write(b"a" * 65536)
            await writer.drain()
            written += 65536

    settings = {"upstream_timeout_seconds": 0.5}
    async with (
        gateway_to(pour, redis_uri, **settings) as (gateway, service),
        gateway.connected() as stream,
    ):
        stream.writer.transport.pause_reading()  # type: ignore[attr-defined]  # of the socket's transport
        await stream.write(head("GET"))
        # The gateway gives such a client up when it has taken nothing for a while.
        await eventually(lambda: service.ended == 1)
        assert written < 64 * MIB
