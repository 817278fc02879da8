"""Streaming both ways, and every way for it to end early."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2
import pytest
from devstack.testing import eventually, free_port
from starlette.types import Receive, Scope, Send

from api_gateway.conftest import ORIGIN, Gate, Peer, bearer, open_gate, send_json, urls
from api_gateway.test_door import is_an_error

UNAVAILABLE = "Service Error or Unavailable"
MIB = 1_048_576

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def head(method: str = "POST", *lines: str, path: str = "/api/tasks") -> str:
    """The head of a request with a good token."""
    fields = ["Host: x", f"Authorization: {bearer()['authorization']}", *lines]
    return f"{method} {path} HTTP/1.1\r\n" + "".join(f"{line}\r\n" for line in fields) + "\r\n"


class RawService:
    """A service that follows a script byte by byte, once per connection."""

    def __init__(self, script: Script) -> None:
        self.connections = 0
        self.ended = 0
        self._script = script

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._script(reader, writer)
        finally:
            self.ended += 1
            writer.transport.abort()


@contextlib.asynccontextmanager
async def gate_to(
    script: Script, redis_uri: str, **settings: float
) -> AsyncIterator[tuple[Gate, RawService]]:
    """A gateway in front of a scripted service."""
    service = RawService(script)
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    addresses = {
        f"{name}_service_url": f"http://127.0.0.1:{port}" for name in ("user", "tasks", "activity")
    }
    async with server, open_gate(redis_uri=redis_uri, **addresses, **settings) as gate:
        yield gate, service


async def read_head(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


async def hang_up(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await read_head(reader)


async def say_nothing(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def begin_and_hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
    await writer.drain()
    await asyncio.sleep(0.05)


async def begin_and_freeze(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
    await reader.read()


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


pytestmark = pytest.mark.usefixtures("ready")


async def test_a_service_that_is_down_gets_503(redis_uri: str) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    services = {f"{name}_service_url": nowhere for name in ("user", "tasks", "activity")}
    async with open_gate(redis_uri=redis_uri, **services) as gate:
        for method in ("GET", "POST"):
            headers = bearer() | {"origin": ORIGIN}
            answer = await gate.client.request(method, "/api/tasks", headers=headers)
            is_an_error(answer, 503, UNAVAILABLE)
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize("script", [hang_up, head_and_hang_up, talk_nonsense, switch_protocols])
async def test_a_service_that_breaks_before_its_answer_gets_502(
    redis_uri: str, script: Script
) -> None:
    async with gate_to(script, redis_uri) as (gate, _):
        answer = await gate.client.get("/api/tasks", headers=bearer())
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

    async with gate_to(once_then_hang_up, redis_uri) as (gate, service):
        path = "/api/tasks" if method == "POST" else "/api/tasks/abc"
        assert (await gate.client.get("/api/tasks", headers=bearer())).status_code == 200
        answer = await gate.client.request(method, path, headers=bearer())
        is_an_error(answer, 502, UNAVAILABLE)
        assert (service.connections, served) == (1, 1)


async def test_a_service_that_says_nothing_gets_504_and_is_let_go(redis_uri: str) -> None:
    async with gate_to(say_nothing, redis_uri, upstream_timeout_seconds=0.3) as (gate, service):
        answer = await gate.client.post("/api/tasks", headers=bearer(), json={})
        is_an_error(answer, 504, UNAVAILABLE)
        await eventually(lambda: service.ended == 1)
        assert service.connections == 1


async def test_a_service_that_takes_no_more_of_a_body_gets_504(redis_uri: str) -> None:
    async def stop_reading(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # of the socket's transport
        await asyncio.sleep(10)

    settings = {"upstream_timeout_seconds": 0.5, "max_body_bytes": 64 * MIB}
    async with gate_to(stop_reading, redis_uri, **settings) as (gate, _):
        body = b"a" * (32 * MIB)
        answer = await gate.client.post("/api/tasks", headers=bearer(), content=body)
        is_an_error(answer, 504, UNAVAILABLE)


@pytest.mark.parametrize("script", [begin_and_hang_up, begin_and_freeze])
async def test_an_answer_that_breaks_off_is_never_passed_off_as_whole(
    redis_uri: str, script: Script
) -> None:
    async with gate_to(script, redis_uri, upstream_timeout_seconds=0.3) as (gate, service):
        with pytest.raises(httpx2.RemoteProtocolError):
            await gate.client.get("/api/tasks", headers=bearer())
        await eventually(lambda: service.ended == 1)


async def test_an_answer_streams_as_it_is_made(gate: Gate, peer: Peer) -> None:
    release = asyncio.Event()

    async def slowly(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one,", "more_body": True})
        await release.wait()
        await send({"type": "http.response.body", "body": b"two"})

    peer.behaviour = slowly
    async with gate.client.stream("GET", "/api/tasks", headers=bearer()) as answer:
        pieces = answer.aiter_raw()
        assert await anext(pieces) == b"one,"
        release.set()
        assert b"".join([piece async for piece in pieces]) == b"two"


async def test_a_body_streams_as_it_is_sent(gate: Gate, peer: Peer) -> None:
    async with gate.connected() as wire:
        await wire.write(head("POST", "Content-Length: 6") + "one")
        await eventually(lambda: peer.seen and peer.seen[0].body == b"one")
        await wire.write("two")
        answer = await wire.read(until=b"onetwo")
    assert answer.startswith(b"HTTP/1.1 200")
    assert peer.seen[0].one("content-length") == "6"
    assert peer.seen[0].all("transfer-encoding") == []


async def test_a_chunked_body_arrives_whole(gate: Gate, peer: Peer) -> None:
    async with gate.connected() as wire:
        await wire.write(head("POST", "Transfer-Encoding: chunked") + "3;ext=1\r\none\r\n")
        await eventually(lambda: peer.seen and peer.seen[0].body == b"one")
        await wire.write("3\r\ntwo\r\n0\r\nX-Internal-Identity: me\r\nHost: y\r\n\r\n")
        await wire.read(until=b"onetwo")
    assert peer.seen[0].whole
    assert "me" not in peer.seen[0].all("x-internal-identity")


async def test_a_body_of_just_the_limit_is_taken(gate: Gate, peer: Peer) -> None:
    answer = await gate.client.post("/api/tasks", headers=bearer(), content=b"a" * MIB)
    assert answer.status_code == 200
    assert len(peer.seen[0].body) == MIB


async def test_a_declared_body_over_the_limit_is_refused_before_anybody_is_asked(
    gate: Gate, peer: Peer
) -> None:
    answer = await gate.client.post("/api/tasks", headers=bearer(), content=b"a" * (8 * MIB))
    is_an_error(answer, 413, "Request body too large")
    assert answer.headers["connection"] == "close"
    assert peer.seen == []


async def test_a_chunked_body_over_the_limit_is_cut_off_and_no_service_takes_it_for_whole(
    gate: Gate, peer: Peer
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"a" * 65536

    answer = await gate.client.post("/api/tasks", headers=bearer(), content=chunks())
    is_an_error(answer, 413, "Request body too large")
    await eventually(lambda: peer.seen[0].gone)
    assert not peer.seen[0].whole
    assert len(peer.seen[0].body) <= MIB


async def test_a_client_that_expects_100_is_told_to_go_on_only_when_it_may(gate: Gate) -> None:
    async with gate.connected() as wire:
        await wire.write(head("POST", "Expect: 100-continue", "Content-Length: 2"))
        assert (await wire.read(until=b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        await wire.write("{}")
        assert (await wire.read(until=b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    answer = await gate.raw(head("POST", "Expect: 100-continue", f"Content-Length: {2 * MIB}"))
    assert answer.startswith(b"HTTP/1.1 413")


async def test_a_body_that_stops_arriving_gets_408_and_no_service_takes_it_for_whole(
    gate: Gate, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api_gateway.client.PIECE_SECONDS", 0.3)
    answer = await gate.raw(head("POST", "Content-Length: 6") + "one")
    assert answer.startswith(b"HTTP/1.1 408")
    await eventually(lambda: peer.seen[0].gone)
    assert not peer.seen[0].whole


async def test_a_body_that_only_trickles_gets_408(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api_gateway.client.BODY_SECONDS", 0.4)
    async with gate.connected() as wire:
        await wire.write(head("POST", "Content-Length: 6000"))

        async def trickle() -> None:
            while True:
                await wire.write("a")
                await asyncio.sleep(0.05)

        trickling = asyncio.create_task(trickle())
        assert (await wire.read(until=b"\r\n\r\n")).startswith(b"HTTP/1.1 408")
        trickling.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await trickling


async def test_an_early_answer_ends_the_upload(gate: Gate, peer: Peer) -> None:
    async def refuse(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send_json(send, b'{"message": "no"}', 415)

    peer.behaviour = refuse
    async with gate.connected() as wire:
        await wire.write(head("POST", "Content-Length: 100000") + "one")
        answer = await wire.read(until=b'{"message": "no"}')
        assert answer.startswith(b"HTTP/1.1 415")
        assert b"connection: close" in answer
        await wire.write("a" * 99_997)
        assert await wire.read() == b""


async def test_after_an_error_with_an_unread_body_no_rest_of_it_is_taken_for_a_request(
    gate: Gate, peer: Peer
) -> None:
    smuggled = head("DELETE", path="/api/tasks/abc")
    answer = await gate.raw(
        f"POST /api/tasks HTTP/1.1\r\nHost: x\r\nContent-Length: {len(smuggled)}\r\n\r\n{smuggled}"
    )
    assert answer.count(b"HTTP/1.1") == 1
    assert answer.startswith(b"HTTP/1.1 401")
    assert peer.seen == []


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_client_that_leaves_while_waiting_frees_the_service(
    redis_uri: str, method: str
) -> None:
    async with gate_to(say_nothing, redis_uri) as (gate, service):
        async with gate.connected() as wire:
            body = ("Content-Length: 2",) if method == "POST" else ()
            await wire.write(head(method, *body) + ("{}" if body else ""))
            await eventually(lambda: service.connections == 1)
        await eventually(lambda: service.ended == 1)


async def test_a_client_that_leaves_amid_its_body_takes_the_request_with_it(
    gate: Gate, peer: Peer
) -> None:
    async with gate.connected() as wire:
        await wire.write(head("POST", "Content-Length: 6") + "one")
        await eventually(lambda: peer.seen and peer.seen[0].body == b"one")
    await eventually(lambda: peer.seen[0].gone)
    assert not peer.seen[0].whole


async def test_a_client_that_leaves_amid_the_answer_frees_the_service(redis_uri: str) -> None:
    async with gate_to(begin_and_freeze, redis_uri) as (gate, service):
        async with gate.connected() as wire:
            await wire.write(head("GET"))
            await wire.read(until=b"half")
        await eventually(lambda: service.ended == 1)


async def test_a_client_that_reads_slowly_holds_the_service_back(redis_uri: str) -> None:
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
    async with gate_to(pour, redis_uri, **settings) as (gate, service), gate.connected() as wire:
        wire.writer.transport.pause_reading()  # type: ignore[attr-defined]  # of the socket's transport
        await wire.write(head("GET"))
        # The gateway gives such a client up when it has taken nothing for a while.
        await eventually(lambda: service.ended == 1)
        assert written < 64 * MIB


async def test_connections_to_a_service_are_used_again(redis_uri: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_head(reader)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
            await writer.drain()

    async with gate_to(answer, redis_uri) as (gate, service):
        for _ in range(5):
            assert (await gate.client.get("/api/tasks", headers=bearer())).json() == {}
        assert service.connections == 1


async def test_one_frozen_service_does_not_hold_up_the_others(peer: Peer, redis_uri: str) -> None:
    server = await asyncio.start_server(RawService(say_nothing).serve, "127.0.0.1", 0)
    frozen = {"activity_service_url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"}
    async with server, open_gate(redis_uri=redis_uri, **urls(peer) | frozen) as gate:
        waiting = [
            asyncio.create_task(gate.client.get("/api/activity", headers=bearer()))
            for _ in range(50)
        ]
        for _ in range(20):
            assert (await gate.client.get("/api/tasks", headers=bearer())).status_code == 200
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
