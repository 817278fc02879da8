"""How much the gateway reads on a raw connection: of a head, a target, a trailer, a pipeline."""

import asyncio
import gc

import pytest
from api_gateway.http_protocol import PIECE_BYTES, HttpProtocol
from devstack.testing import eventually
from gateway_helpers.gateway import RunningGateway, head, only_error
from gateway_helpers.peers import Peer


async def test_an_endless_head_gets_431(gateway: RunningGateway) -> None:
    start = head("GET").removesuffix("\r\n")
    async with gateway.connected() as stream:
        await stream.write(start)
        await stream.write("X-A: " + "a" * 400_000)
        only_error(await stream.read(), 431)


async def test_an_endless_trailer_gets_431(gateway: RunningGateway, peer: Peer) -> None:
    async with gateway.connected() as stream:
        await stream.write(head("POST", "Transfer-Encoding: chunked") + "0\r\n")
        await stream.write("X-A: " + "a" * 400_000)
        only_error(await stream.read(), 431)
    assert peer.seen == []


async def test_endless_chunk_extensions_get_431(gateway: RunningGateway) -> None:
    async with gateway.connected() as stream:
        await stream.write(head("POST", "Transfer-Encoding: chunked") + "3;")
        await stream.write("a" * 400_000)
        only_error(await stream.read(), 431)


async def test_a_long_body_of_tiny_chunks_is_no_endless_trailer(
    gateway: RunningGateway, peer: Peer
) -> None:
    start = head("POST", "Connection: close", "Transfer-Encoding: chunked")
    received = await gateway.raw(start + "1\r\na\r\n" * 50_000 + "0\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 200")
    assert peer.seen[0].body == b"a" * 50_000


async def test_few_pipelined_requests_are_queued_and_all_are_answered(
    gateway: RunningGateway, held: asyncio.Event
) -> None:
    count = 1500
    async with gateway.connected() as stream:
        await stream.write(head("POST", "Content-Length: 0"))
        await stream.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * count)
        [protocol] = await eventually(_holding_back)
        assert 0 < len(protocol.pipeline) < PIECE_BYTES / 30
        protocol.flow.resume_reading()  # as uvicorn does when the application reads a body
        assert protocol.flow.read_paused
        held.set()
        await stream.write("GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = await stream.read()
    assert received.count(b"HTTP/1.1 200 ") == count
    assert received.count(b"HTTP/1.1 201 ") == received.count(b"HTTP/1.1 404 ") == 1


def _holding_back() -> list[HttpProtocol]:
    """The connections that have read more than they parse for now."""
    # By its type: `isinstance` asks a weak proxy, whose object may be gone, for the class of that object.
    protocols = [found for found in gc.get_objects() if issubclass(type(found), HttpProtocol)]
    return [protocol for protocol in protocols if protocol._unparsed]


@pytest.mark.parametrize("length", [8193, 70_000, 400_000])
async def test_a_target_over_8_kib_gets_414(
    gateway: RunningGateway, peer: Peer, length: int
) -> None:
    target = "/api/tasks?" + "a" * (length - len("/api/tasks?"))
    only_error(await gateway.raw(head("GET", path=target)), 414)
    assert peer.seen == []


async def test_a_target_of_8_kib_is_read(gateway: RunningGateway, peer: Peer) -> None:
    target = "/api/tasks?" + "a" * (8192 - len("/api/tasks?"))
    received = await gateway.raw(head("GET", "Connection: close", path=target))
    assert received.startswith(b"HTTP/1.1 200")
    assert len(peer.seen) == 1
