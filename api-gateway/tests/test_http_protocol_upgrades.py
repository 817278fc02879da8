"""A request may ask for another protocol; it is served in this one (RFC 9110, section 7.8)."""

import asyncio

import pytest
from api_gateway import connection
from devstack.testing import eventually
from gateway_helpers.gateway import RunningGateway, bearer, head
from gateway_helpers.peers import Peer

SMUGGLED = head("DELETE", path="/api/tasks/smuggled")
UPGRADE = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AA"]
BODY = f'{{"title": "{SMUGGLED}"}}'
SIZED = head("POST", *UPGRADE, f"Content-Length: {len(BODY)}", "X-Kept: a", "X-Empty:")
CHUNKED = head("POST", *UPGRADE, "Transfer-Encoding: chunked", "X-Kept: a", "X-Empty:")
CHUNKS = f"{len(BODY):x}\r\n{BODY}\r\n0\r\nX-Trailed: 1\r\n\r\n"


async def test_an_upgrade_is_not_made_and_nothing_follows_on_the_connection(
    gateway: RunningGateway, peer: Peer
) -> None:
    for upgrade in ("websocket", "h2c"):
        lines = ["Connection: Upgrade, HTTP2-Settings", f"Upgrade: {upgrade}", "HTTP2-Settings: AA"]
        received = await gateway.raw(head("GET", *lines) + SMUGGLED)
        assert received.startswith(b"HTTP/1.1 200")
        assert received.count(b"HTTP/1.1 ") == 1
        assert b"connection: close" in received
    assert [seen.method for seen in peer.seen] == ["GET", "GET"]
    assert all(not seen.all("upgrade") + seen.all("http2-settings") for seen in peer.seen)


@pytest.mark.parametrize("sent", [(SIZED, BODY), (CHUNKED, CHUNKS)])
@pytest.mark.parametrize("before", ["", head("GET")])
@pytest.mark.parametrize("after", ["", SMUGGLED, head("POST", *UPGRADE, "Content-Length: 9")])
async def test_an_upgrade_does_not_hide_a_body(
    gateway: RunningGateway, peer: Peer, sent: tuple[str, str], before: str, after: str
) -> None:
    received = await gateway.raw(before + "".join(sent) + after)
    assert received.count(b"HTTP/1.1 200 ") == received.count(b"HTTP/1.1 ") == len(peer.seen)
    assert received.count(b"connection: close") == 1
    assert received.endswith(BODY.encode())
    assert [seen.method for seen in peer.seen] == ["GET", "POST"][not before :]
    seen = peer.seen[-1]
    assert seen.body == BODY.encode()
    assert (seen.path, seen.all("x-kept"), seen.all("x-empty")) == (b"/api/tasks", ["a"], [""])
    assert not seen.all("upgrade") + seen.all("http2-settings") + seen.all("x-trailed")


@pytest.mark.parametrize("sent", [(SIZED, BODY), (CHUNKED, CHUNKS)])
async def test_a_body_may_follow_its_upgrade_piece_by_piece(
    gateway: RunningGateway, peer: Peer, sent: tuple[str, str]
) -> None:
    start, body = sent
    async with gateway.connected() as stream:
        await stream.write(start[:-1])
        assert (await gateway.client.get("/health")).status_code == 200
        await stream.write(start[-1] + body[:30])
        assert (await gateway.client.get("/health")).status_code == 200
        await stream.write(body[30:])
        received = await stream.read()
    assert received.startswith(b"HTTP/1.1 200 ")
    assert received.count(b"HTTP/1.1 ") == len(peer.seen) == 1
    assert peer.seen[0].body == BODY.encode()


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        (["Content-Length: 5", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
        (["Content-Length: 5", "Content-Length: 5"], "12345"),
        (["Transfer-Encoding: gzip, chunked"], "0\r\n\r\n"),
        (["Transfer-Encoding: gzip"], "0\r\n\r\n"),
        (["Transfer-Encoding: chunked"], "zz\r\n"),
    ],
)
async def test_an_upgrade_does_not_change_what_an_ambiguous_body_gets(
    gateway: RunningGateway, peer: Peer, lines: list[str], body: str
) -> None:
    received = await gateway.raw(head("POST", *UPGRADE, *lines) + body + SMUGGLED)
    assert received.startswith(b"HTTP/1.1 400 ")
    assert received.count(b"HTTP/1.1 ") == 1
    assert all(not seen.whole for seen in peer.seen)


async def test_a_body_that_stops_short_is_not_filled_up_from_its_upgrade(
    gateway: RunningGateway, peer: Peer
) -> None:
    async with gateway.connected() as stream:
        await stream.write(SIZED + BODY[:-1])
        assert (await gateway.client.get("/health")).status_code == 200
    assert (await gateway.client.get("/api/tasks", headers=bearer())).status_code == 200
    assert [seen.method for seen in peer.seen] == ["GET"]


async def test_the_time_of_a_head_is_over_when_it_is_read_again(
    gateway: RunningGateway, peer: Peer, held: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.5)
    async with gateway.connected() as stream:
        await stream.write(SIZED + BODY)
        await eventually(lambda: peer.seen and peer.seen[0].whole)
        assert await gateway.raw("") == b""  # a connection made later has run out of its time
        held.set()
        assert (await stream.read()).startswith(b"HTTP/1.1 201 ")
