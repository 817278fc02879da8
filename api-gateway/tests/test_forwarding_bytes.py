"""What a service is sent, byte for byte, and how its answer comes back."""

import asyncio
import gzip

import httpx2
import pytest
from gateway_helpers.gateway import (
    RunningGateway,
    bearer,
    gateway_to,
    run_gateway,
)
from gateway_helpers.peers import Peer, send_json, urls
from gateway_helpers.raw_service import RawService, read_head, say_nothing
from starlette.types import Receive, Scope, Send

pytestmark = pytest.mark.usefixtures("ready")


async def test_path_and_query_go_through_byte_for_byte(gateway: RunningGateway, peer: Peer) -> None:
    target = "/api/tasks/a%20b;c=d/?q=%zz&&x=a+b%2Fc&q=['\"<>|"
    answer = await gateway.raw(
        f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: {bearer()['authorization']}\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 200")
    (seen,) = peer.seen
    assert seen.path == b"/api/tasks/a%20b;c=d"
    assert seen.query == b"q=%zz&&x=a+b%2Fc&q=['\"<>|"


async def test_no_header_is_added_that_the_client_did_not_send(
    gateway: RunningGateway, peer: Peer
) -> None:
    await gateway.raw(
        "POST /api/tasks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: {bearer()['authorization']}\r\nContent-Length: 2\r\n\r\n{{}}"
    )
    identity = {"x-internal-identity", "x-forwarded-for", "x-request-id", "traceparent", "via"}
    assert {name for name, _ in peer.seen[0].headers} == identity | {"host", "content-length"}


async def test_a_response_is_forwarded_as_it_is_but_for_the_headers_of_the_gateway(
    gateway: RunningGateway, peer: Peer
) -> None:
    packed = gzip.compress(b'{"a": 1}')

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        cookies = [(b"set-cookie", b"a=1; HttpOnly"), (b"set-cookie", b"b=2")]
        encoded = [(b"content-encoding", b"gzip"), (b"etag", b'"7"'), (b"x-request-id", b"theirs")]
        await send_json(send, packed, 412, *cookies, *encoded, (b"cache-control", b"public"))

    peer.behaviour = answer
    request = gateway.client.build_request("GET", "/api/tasks", headers=bearer())
    got = await gateway.client.send(request, stream=True)
    raw = b"".join([piece async for piece in got.aiter_raw()])
    assert (got.status_code, raw) == (412, packed)
    assert got.headers.get_list("set-cookie") == ["a=1; HttpOnly", "b=2"]
    assert got.headers["etag"] == '"7"'
    assert got.headers.get_list("cache-control") == ["no-store"]
    assert got.headers.get_list("x-request-id") != ["theirs"]
    assert len(got.headers.get_list("date")) == 1
    assert peer.seen[0].one("accept-encoding") == request.headers["accept-encoding"]


async def test_redirects_are_forwarded_and_not_followed(
    gateway: RunningGateway, peer: Peer
) -> None:
    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send_json(send, b"{}", 307, (b"location", b"/internal/revocations"))

    peer.behaviour = answer
    got = await gateway.client.get("/api/tasks", headers=bearer())
    assert (got.status_code, got.headers["location"]) == (307, "/internal/revocations")


async def test_cookies_of_one_client_never_reach_another(
    gateway: RunningGateway, peer: Peer
) -> None:
    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send_json(send, b"{}", 200, (b"set-cookie", b"refreshToken=secret; Path=/"))

    peer.behaviour = answer
    for _ in range(2):
        async with httpx2.AsyncClient(base_url=gateway.client.base_url) as client:
            await client.post("/api/users/auth/login")
    assert [seen.all("cookie") for seen in peer.seen] == [[], []]


async def test_cookies_go_to_the_auth_calls_alone(gateway: RunningGateway, peer: Peer) -> None:
    cookie = {"cookie": "refreshToken=abc; other=d"}
    await gateway.client.post("/api/users/auth/refresh", headers=cookie)
    await gateway.client.get("/api/tasks", headers=bearer() | cookie)
    assert [seen.all("cookie") for seen in peer.seen] == [["refreshToken=abc; other=d"], []]


async def test_connections_to_a_service_are_used_again(redis_uri: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_head(reader)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
            await writer.drain()

    async with gateway_to(answer, redis_uri) as (gateway, service):
        for _ in range(5):
            assert (await gateway.client.get("/api/tasks", headers=bearer())).json() == {}
        assert service.connections == 1


async def test_one_frozen_service_does_not_hold_up_the_others(peer: Peer, redis_uri: str) -> None:
    server = await asyncio.start_server(RawService(say_nothing).serve, "127.0.0.1", 0)
    frozen = {"activity_service_url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"}
    async with server, run_gateway(redis_uri=redis_uri, **urls(peer) | frozen) as gateway:
        waiting = [
            asyncio.create_task(gateway.client.get("/api/activity", headers=bearer()))
            for _ in range(50)
        ]
        for _ in range(20):
            assert (await gateway.client.get("/api/tasks", headers=bearer())).status_code == 200
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
