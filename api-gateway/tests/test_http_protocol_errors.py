"""What cannot be read, after or within a request that could be."""

import asyncio
import json
import re

import pytest
from api_gateway.request_body import AHEAD_BYTES
from devstack.testing import eventually
from gateway_helpers.gateway import ORIGIN, RunningGateway, head
from gateway_helpers.peers import Peer

CHUNK = f"{AHEAD_BYTES:x}\r\n" + "a" * AHEAD_BYTES + "\r\n"  # so large that it is sent on alone
TASK = b'{"title": "t"}'
POST = head("POST", f"Content-Length: {len(TASK)}") + TASK.decode()


def statuses(received: bytes) -> list[bytes]:
    """Of all answers, in their order."""
    return re.findall(rb"HTTP/1\.1 (\d+) ", received)


@pytest.mark.parametrize("garbage", ["GARBAGE \x01\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n"])
async def test_the_request_before_a_malformed_one_gets_its_response(
    gateway: RunningGateway, peer: Peer, held: asyncio.Event, garbage: str
) -> None:
    async with gateway.connected() as stream:
        await stream.write(POST)
        await eventually(lambda: peer.seen and peer.seen[0].whole)
        await stream.write(garbage)
        # An answer out of turn would be on its way before another connection is served.
        assert (await gateway.client.get("/health")).status_code == 200
        held.set()
        received = await stream.read()
    assert statuses(received) == [b"201", b"400"]
    assert b"{}HTTP/1.1 400 " in received


@pytest.mark.parametrize("requests", [1, 2])
async def test_a_malformed_request_that_arrives_with_others_gets_its_error_after_them(
    gateway: RunningGateway, peer: Peer, requests: int
) -> None:
    received = await gateway.raw(POST * requests + "GARBAGE \x01\r\n\r\n")
    assert statuses(received) == [b"200"] * requests + [b"400"]
    assert received.count(b"connection: close") == 1
    assert len(peer.seen) == requests


async def test_an_endless_head_gets_its_error_after_the_response_before_it(
    gateway: RunningGateway, peer: Peer, held: asyncio.Event
) -> None:
    async with gateway.connected() as stream:
        await stream.write(POST)
        await eventually(lambda: peer.seen and peer.seen[0].whole)
        await stream.write(head("GET").removesuffix("\r\n") + "X-A: " + "a" * 400_000)
        held.set()
        assert statuses(await stream.read()) == [b"201", b"431"]


async def test_broken_chunks_after_the_answer_are_not_answered_again(
    gateway: RunningGateway, peer: Peer
) -> None:
    async with gateway.connected() as stream:
        await stream.write(head("PUT", "Transfer-Encoding: chunked") + "3\r\none\r\n")
        assert (await stream.read(b"\r\n\r\n")).startswith(b"HTTP/1.1 405 ")
        await stream.write("zz\r\n")
        assert b"HTTP/1.1" not in await stream.read()
    assert peer.seen == []


WHO = [f"Origin: {ORIGIN}", "X-Request-Id: mine-1", "X-Request-Id: mine-2"]
BROKEN = head("POST", *WHO, "Transfer-Encoding: chunked")


def fields(received: bytes) -> dict[str, str]:
    start, _, body = received.partition(b"\r\n\r\n")
    found = dict(line.split(": ", 1) for line in start.decode().split("\r\n")[1:])
    assert json.loads(body)["requestId"] == found["x-request-id"]
    return found


@pytest.mark.parametrize(
    "data",
    [
        BROKEN + "zz\r\n",
        BROKEN + "3\r\none\r\nzz\r\n",
        head("POST", *WHO, "Content-Length: 5", "Transfer-Encoding: chunked"),
        head("GET", *WHO, "X-A: " + "a" * 400_000).removesuffix("\r\n"),
        head("POST", *WHO, "Connection: upgrade", "Upgrade: h2c", "Transfer-Encoding: chunked")
        + "z",
    ],
)
async def test_an_error_of_the_protocol_has_the_headers_of_every_response(
    gateway: RunningGateway, data: str
) -> None:
    other = await gateway.client.get("/api/tasks", headers={"origin": ORIGIN})
    refused = fields(await gateway.raw(data))
    assert refused["x-request-id"] == "mine-1"
    cors = {"vary", *(name for name in other.headers if name.startswith("access-control-"))}
    assert len(cors) == 4
    for name in cors:
        assert refused[name] == other.headers[name]


@pytest.mark.parametrize(
    "lines", [["Origin: null"], [f"Origin: {ORIGIN}"] * 2, ["X-Request-Id: !"]]
)
async def test_an_error_of_the_protocol_allows_no_foreign_origin_and_no_malformed_id(
    gateway: RunningGateway, lines: list[str]
) -> None:
    refused = fields(
        await gateway.raw(head("POST", *lines, "Transfer-Encoding: chunked") + "zz\r\n")
    )
    assert not any(name.startswith("access-control-") for name in refused)
    assert refused["vary"] == "Origin"
    assert re.fullmatch("[0-9a-f]{32}", refused["x-request-id"])


async def test_an_error_of_the_protocol_has_the_id_of_its_request(
    gateway: RunningGateway, peer: Peer
) -> None:
    async with gateway.connected() as stream:
        await stream.write(head("POST", "Transfer-Encoding: chunked") + CHUNK)
        await eventually(lambda: peer.seen and peer.seen[0].body)
        await stream.write("zz\r\n")
        assert fields(await stream.read())["x-request-id"] == peer.seen[0].one("x-request-id")


async def test_an_error_of_the_protocol_has_nothing_of_the_request_before_it(
    gateway: RunningGateway,
) -> None:
    async with gateway.connected() as stream:
        await stream.write(head("PUT", *WHO))
        answered = await stream.read(b"}")
        assert b"x-request-id: mine-1" in answered
        await stream.write("GARBAGE\r\n\r\n")
        refused = fields(await stream.read())
    assert refused["x-request-id"] != "mine-1"
    assert "access-control-allow-origin" not in refused
