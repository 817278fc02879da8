"""Every way for an exchange with a service to end early, and the answer to each."""

import asyncio

import httpx2
import pytest
import structlog
from devstack.testing import NOBODYS_PORT, eventually
from gateway_helpers.gateway import (
    ORIGIN,
    RunningGateway,
    bearer,
    gateway_to,
    run_gateway,
)
from gateway_helpers.peers import Peer, send_json
from gateway_helpers.raw_service import (
    Script,
    begin_and_freeze,
    hang_up,
    read_head,
    say_nothing,
)
from gateway_helpers.redis_state import is_an_error
from starlette.types import Receive, Scope, Send

pytestmark = pytest.mark.usefixtures("ready")


UNAVAILABLE = "Service Error or Unavailable"


async def head_and_hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n")
    await writer.drain()


async def talk_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_head(reader)
    writer.write(b"nonsense\r\n\r\n")
    await writer.drain()


async def switch_protocols(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_head(reader)
    writer.write(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n")
    await reader.read()


async def test_the_log_line_of_a_service_that_is_down_is_the_gateways(redis_uri: str) -> None:
    nowhere = {"tasks_service_url": f"http://127.0.0.1:{NOBODYS_PORT}"}
    async with run_gateway(redis_uri=redis_uri, **nowhere) as gateway:
        with structlog.testing.capture_logs() as lines:
            await gateway.client.get("/api/tasks", headers=bearer())
    [line] = [line for line in lines if line["event"] == "service did not answer"]
    assert line["upstream"] == "tasks-service"
    assert "service" not in line  # every line has it, as the name of the service that writes


async def test_a_service_that_is_down_gets_503(redis_uri: str) -> None:
    nowhere = f"http://127.0.0.1:{NOBODYS_PORT}"
    services = {f"{name}_service_url": nowhere for name in ("user", "tasks", "activity")}
    async with run_gateway(redis_uri=redis_uri, **services) as gateway:
        for method in ("GET", "POST"):
            headers = bearer() | {"origin": ORIGIN}
            answer = await gateway.client.request(method, "/api/tasks", headers=headers)
            is_an_error(answer, 503, UNAVAILABLE)
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize("script", [hang_up, head_and_hang_up, talk_nonsense, switch_protocols])
async def test_a_service_that_breaks_before_its_answer_gets_502(
    redis_uri: str, script: Script
) -> None:
    async with gateway_to(script, redis_uri) as (gateway, _):
        answer = await gateway.client.get("/api/tasks", headers=bearer())
        is_an_error(answer, 502, UNAVAILABLE)


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
async def test_what_changes_something_is_never_sent_twice(redis_uri: str, method: str) -> None:
    served = 0

    async def once_then_hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal served
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        await read_head(reader)  # on the connection that the gateway kept
        served += 1

    async with gateway_to(once_then_hang_up, redis_uri) as (gateway, service):
        path = "/api/tasks" if method == "POST" else "/api/tasks/abc"
        assert (await gateway.client.get("/api/tasks", headers=bearer())).status_code == 200
        answer = await gateway.client.request(method, path, headers=bearer())
        is_an_error(answer, 502, UNAVAILABLE)
        assert (service.connections, served) == (1, 1)


async def test_a_service_that_does_not_respond_is_504_and_its_connection_closed(
    redis_uri: str,
) -> None:
    async with gateway_to(say_nothing, redis_uri, upstream_timeout_seconds=0.3) as (
        gateway,
        service,
    ):
        answer = await gateway.client.post("/api/tasks", headers=bearer(), json={})
        is_an_error(answer, 504, UNAVAILABLE)
        await eventually(lambda: service.ended == 1)
        assert service.connections == 1


async def test_a_service_that_takes_no_more_of_a_body_gets_504(redis_uri: str) -> None:
    async def stop_reading(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # of the socket's transport
        await asyncio.sleep(10)

    settings = {"upstream_timeout_seconds": 0.5, "max_body_bytes": 64 * 1_048_576}
    async with gateway_to(stop_reading, redis_uri, **settings) as (gateway, _):
        body = b"a" * 32 * 1_048_576
        answer = await gateway.client.post("/api/tasks", headers=bearer(), content=body)
        is_an_error(answer, 504, UNAVAILABLE)


async def test_a_response_that_breaks_off_reaches_the_client_incomplete(redis_uri: str) -> None:
    begun = asyncio.Event()

    async def hang_up_once_begun(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        await begun.wait()

    async with (
        gateway_to(hang_up_once_begun, redis_uri) as (gateway, _),
        gateway.client.stream("GET", "/api/tasks", headers=bearer()) as answer,
    ):
        pieces = answer.aiter_raw()
        assert await anext(pieces) == b"half"
        begun.set()
        with pytest.raises(httpx2.RemoteProtocolError):
            await anext(pieces)


async def test_a_response_that_does_not_go_on_reaches_the_client_incomplete(redis_uri: str) -> None:
    settings = {"upstream_timeout_seconds": 2}
    async with gateway_to(begin_and_freeze, redis_uri, **settings) as (gateway, service):
        with pytest.raises(httpx2.RemoteProtocolError):
            await gateway.client.get("/api/tasks", headers=bearer())
        await eventually(lambda: service.ended == 1)


@pytest.mark.parametrize("status", [200, 404])
async def test_head_is_answered_like_get_without_the_body(
    gateway: RunningGateway, peer: Peer, status: int
) -> None:
    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send_json(send, b'{"tasks": []}', status)

    peer.behaviour = answer
    got = await gateway.client.head("/api/tasks", headers=bearer())
    assert (got.status_code, got.content) == (status, b"")
    assert got.headers["content-length"] == "13"
    assert peer.seen[0].method == "GET"
    assert (await gateway.client.head("/api/tasks")).status_code == 401


async def test_head_does_not_wait_for_a_body_without_end(redis_uri: str) -> None:
    async with gateway_to(begin_and_freeze, redis_uri) as (gateway, service):
        assert (await gateway.client.head("/api/tasks", headers=bearer())).status_code == 200
        await eventually(lambda: service.ended == 1)


async def test_an_answer_streams_as_it_is_made(gateway: RunningGateway, peer: Peer) -> None:
    release = asyncio.Event()

    async def slowly(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one,", "more_body": True})
        await release.wait()
        await send({"type": "http.response.body", "body": b"two"})

    peer.behaviour = slowly
    async with gateway.client.stream("GET", "/api/tasks", headers=bearer()) as answer:
        pieces = answer.aiter_raw()
        assert await anext(pieces) == b"one,"
        release.set()
        assert b"".join([piece async for piece in pieces]) == b"two"
