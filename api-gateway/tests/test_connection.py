"""What a connection may take: time, places among the others, and responses that nobody reads."""

import asyncio
import importlib.metadata

import pytest
import structlog
from api_gateway import connection
from api_gateway.client_limits import ClientLimits
from devstack.testing import eventually
from gateway_helpers.gateway import RunningGateway, gateway_to, head, only_error, run_gateway
from gateway_helpers.peers import Peer, urls
from gateway_helpers.raw_service import read_head
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

MIB = 1_048_576
HEALTH = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


def test_uvicorn_is_the_one_whose_class_was_extended() -> None:
    """Another version: read its httptools_impl.py beside http_protocol.py, then change this."""
    assert importlib.metadata.version("uvicorn") == "0.54.0"
    assert set(vars(HttpToolsProtocol)) >= {
        *("connection_made", "connection_lost", "data_received", "_unset_keepalive_if_required"),
        *("on_message_begin", "on_header", "on_headers_complete", "on_body"),
        *("on_message_complete", "on_response_complete"),
    }
    attributes = set(HttpToolsProtocol.__init__.__code__.co_names)
    assert attributes >= {"parser", "loop", "logger", "transport", "flow", "client", "pipeline"}
    assert attributes >= {"scope", "headers", "cycle"}
    of_a_request = set(RequestResponseCycle.__init__.__code__.co_names)
    assert of_a_request >= {"keep_alive", "disconnected", "response_started", "message_event"}
    assert set(vars(FlowControl)) >= {"pause_reading", "resume_reading"}


async def test_a_head_that_does_not_end_is_not_waited_for(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)
    for beginning in ("", "GET /api/ta", "\r\n"):
        assert await gateway.raw(beginning) == b""


async def test_one_connection_too_many_of_a_client_gets_503_until_another_closes(
    peer: Peer, redis_uri: str
) -> None:
    limits = {"max_connections_per_client": 2}
    async with run_gateway(redis_uri=redis_uri, **limits, **urls(peer)) as gateway:
        async with gateway.connected() as first, gateway.connected() as second:
            for stream in (first, second):
                await stream.write(HEALTH)
                await stream.read(until=b"}")
            only_error(await gateway.raw(""), 503)
        # Nothing is asked of the gateway before it has noticed that they are closed.
        await eventually(lambda: _served(gateway))


async def _served(gateway: RunningGateway) -> bool:
    closing = HEALTH.replace("Host", "Connection: close\r\nHost")
    return (await gateway.raw(closing)).startswith(b"HTTP/1.1 200 ")


def test_there_is_a_limit_for_all_and_one_for_each_client_that_is_no_proxy() -> None:
    limits = ClientLimits(in_all=5, per_client=2, is_proxy=lambda ip: ip == "10.0.0.1")
    assert [limits.admit("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert [limits.admit(f"2001:db8::{number}") for number in range(1, 4)] == [True, True, False]
    assert [limits.admit("10.0.0.1") for _ in range(2)] == [True, False]
    limits.release("2001:db8::1")
    assert not limits.admit("192.0.2.1")
    assert limits.admit("10.0.0.1")


async def test_a_client_that_does_not_read_its_response_is_cut_off_and_logged(
    redis_uri: str, ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    del ready
    monkeypatch.setattr(connection, "UNREAD_SECONDS", 0.5)

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (64 * MIB))
        writer.write(b"a" * (64 * MIB))
        await writer.drain()

    async with gateway_to(pour, redis_uri) as (gateway, service), gateway.connected() as stream:
        with structlog.testing.capture_logs() as lines:
            stream.writer.transport.pause_reading()  # type: ignore[attr-defined]  # of the socket's transport
            await stream.write(head("GET"))
            await eventually(lambda: service.ended == 1)
        [line] = [line for line in lines if line["event"] == "client does not read its response"]
        assert line["clientIp"] == "127.0.0.1"
