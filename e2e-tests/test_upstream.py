"""A service that breaks off, hangs or is away, as the gateway's client sees it.

The service is a socket of the test's own behind one more gateway of the suite.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
import pytest
from client import ORIGIN, TASKS, Hunter, Json, assert_error, new_http
from devstack.ports import LOOPBACK, free_port
from devstack.process import Owner
from devstack.suite import Suite
from inside import GATEWAY, another

UNAVAILABLE = "Service Error or Unavailable"
TASK: Json = {"title": "x", "status": "Open"}

Behaviour = Callable[["Stub", asyncio.StreamWriter], Awaitable[None]]


class Stub:
    """Reads requests, counts them, and then behaves as it was told."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.behaviour: Behaviour = hang_up
        self.closing = asyncio.Event()
        self.serving: set[asyncio.Task[None] | None] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.serving.add(asyncio.current_task())
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.requests.append(head)
                await self.behaviour(self, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def hang_up(_stub: Stub, _writer: asyncio.StreamWriter) -> None:
    raise ConnectionResetError


async def break_off(_stub: Stub, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    await writer.drain()
    raise ConnectionResetError


async def talk_nonsense(_stub: Stub, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 smtp.example.com ready\r\n\r\n")
    await writer.drain()


async def hang(stub: Stub, _writer: asyncio.StreamWriter) -> None:
    await stub.closing.wait()


async def hang_amid(stub: Stub, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    await writer.drain()
    await stub.closing.wait()


@asynccontextmanager
async def gateway_before(
    suite: Suite, owner: Owner, hunter: Hunter, tasks_service: str
) -> AsyncIterator[httpx2.AsyncClient]:
    settings = {"TASKS_SERVICE_URL": tasks_service, "UPSTREAM_TIMEOUT_SECONDS": "1.5"}
    async with AsyncExitStack() as stack:
        url = stack.enter_context(another(suite, owner, GATEWAY, settings))
        http = await stack.enter_async_context(new_http(url))
        http.headers.update(hunter.bearer | {"origin": ORIGIN})
        yield http


@pytest.fixture
async def stub() -> AsyncIterator[tuple[Stub, str]]:
    stub = Stub()
    server = await asyncio.start_server(stub.serve, LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    yield stub, f"http://{LOOPBACK}:{port}"
    server.close()
    stub.closing.set()
    await asyncio.gather(*(task for task in stub.serving if task is not None))


async def test_a_service_that_fails_is_502_or_504_and_a_post_is_never_sent_twice(
    suite: Suite, owner: Owner, hunter: Hunter, stub: tuple[Stub, str]
) -> None:
    service, url = stub
    async with gateway_before(suite, owner, hunter, url) as http:
        failing: list[tuple[Behaviour, int]] = [(hang_up, 502), (talk_nonsense, 502), (hang, 504)]
        for behaviour, status in failing:
            service.behaviour = behaviour
            for method, path in (("POST", TASKS), ("PATCH", f"{TASKS}/{'0' * 24}")):
                service.requests.clear()
                answer = await http.request(method, path, json=TASK)
                assert_error(answer, status, UNAVAILABLE)
                assert answer.headers["access-control-allow-origin"] == ORIGIN
                assert len(service.requests) == 1
            assert_error(await http.get(TASKS), status, UNAVAILABLE)

        halves: list[Behaviour] = [break_off, hang_amid]
        for service.behaviour in halves:
            with pytest.raises(httpx2.RemoteProtocolError):
                await http.get(TASKS)


async def test_a_service_that_is_away_is_503_and_the_others_answer(
    suite: Suite, owner: Owner, hunter: Hunter
) -> None:
    async with gateway_before(suite, owner, hunter, f"http://{LOOPBACK}:{free_port()}") as http:
        answer = await http.post(TASKS, json=TASK)
        assert_error(answer, 503, UNAVAILABLE)
        assert int(answer.headers["retry-after"]) >= 1
        assert (await http.get("/api/activity")).status_code == 200
        ready = await http.get("/ready")
        assert ready.status_code == 503
        assert ready.json()["checks"]["tasks-service"] == "down"
        assert (await http.get("/health")).status_code == 200


async def test_the_service_is_told_who_asks_and_nothing_that_the_client_made_up(
    suite: Suite, owner: Owner, hunter: Hunter, stub: tuple[Stub, str]
) -> None:
    service, url = stub
    async with gateway_before(suite, owner, hunter, url) as http:
        made_up = {
            "x-internal-identity": "made-up",
            "x-user-id": "made-up",
            "cookie": "refreshToken=made-up",
            "x-forwarded-for": "made-up",
            "connection": "x-internal-identity, x-request-id",
            "x-request-id": "kept",
        }
        await http.get(TASKS, headers=made_up)

    [head] = service.requests[-1:]
    assert b"made-up" not in head
    assert head.lower().count(b"\r\nx-internal-identity: ") == 1
    assert b"\r\nx-request-id: kept\r\n" in head.lower()
    assert hunter.token.encode() not in head
