"""A service at several addresses: all of them are used, and whichever goes away is not missed."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ThreadedResolver
from aiohttp.abc import ResolveResult
from api_gateway import connector, upstreams
from api_gateway.connector import PROBE_AFTER_SECONDS, SILENT_SECONDS, ServiceResolver
from api_gateway.routes import TASKS
from api_gateway.upstreams import Upstream, open_upstream
from chassis import server
from chassis_helpers.http import served
from devstack.testing import NOBODYS_PORT, eventually
from gateway_helpers.gateway import bearer, run_gateway
from gateway_helpers.names import NAME, Names
from gateway_helpers.peers import Peer, send_json
from starlette.types import Receive, Scope, Send

FIRST, SECOND = "127.0.0.1", "127.0.0.2"
DEADLINE = 60.0  # seconds, for what hangs


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Looked up for each new connection."""
    names = Names()

    async def resolve(*args: object) -> list[ResolveResult]:
        return await names.resolve(*args)  # type: ignore[arg-type]  # as ThreadedResolver has them

    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)
    monkeypatch.setattr(connector, "NAMES_SECONDS", 0)
    return names


@pytest.fixture
def _new_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request has one of its own."""
    monkeypatch.setattr(connector, "RENEWED_SHARE", 1)


@asynccontextmanager
async def two_processes() -> AsyncIterator[tuple[Peer, Peer, int]]:
    """At both addresses, on one port."""
    first, second = Peer(), Peer()
    async with (
        served(first, address=(FIRST, 0)) as port,
        served(second, address=(SECOND, port)),
    ):
        yield first, second, port


async def get(upstream: Upstream) -> int:
    status, _ = await upstream.ask(b"/api/tasks")
    return status


async def test_requests_at_one_time_are_spread_over_all_addresses(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "NAMES_SECONDS", 60)
    names.addresses = [FIRST, SECOND]
    at_once = asyncio.Barrier(4)

    async def wait_for_the_others(_scope: Scope, _receive: Receive, send: Send) -> None:
        await at_once.wait()
        await send_json(send, b"{}")

    async with two_processes() as (first, second, port):
        first.behaviour = second.behaviour = wait_for_the_others
        async with open_upstream(TASKS, f"http://{NAME}:{port}", "secret") as upstream:
            await asyncio.gather(*(get(upstream) for _ in range(4)))
    assert (len(first.seen), len(second.seen)) == (2, 2)


async def test_no_address_is_always_the_first(names: Names) -> None:
    names.addresses = [FIRST, SECOND]
    resolver = ServiceResolver()
    firsts = {(await resolver.resolve(NAME, 80))[0]["host"] for _ in range(64)}
    assert firsts == {FIRST, SECOND}


@pytest.mark.usefixtures("ready", "_new_connections")
async def test_a_post_goes_to_another_address_when_one_refuses(
    names: Names, redis_uri: str
) -> None:
    names.addresses = [FIRST, SECOND]
    peer = Peer()
    async with (
        served(peer, address=(SECOND, 0)) as port,
        run_gateway(redis_uri=redis_uri, tasks_service_url=f"http://{NAME}:{port}") as gateway,
    ):
        for _ in range(12):
            answer = await gateway.client.post("/api/tasks", headers=bearer(), json={})
            assert answer.status_code == 200
    assert len(peer.seen) == 12


def test_the_gateway_leaves_an_idle_connection_well_before_the_service_closes_it() -> None:
    assert connector.KEEPALIVE_SECONDS <= server.KEEPALIVE_SECONDS / 2


@contextlib.contextmanager
def silent_address() -> Iterator[int]:
    """A port of `FIRST` at which a connection is neither made nor refused: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server((FIRST, 0), backlog=0))
        for _ in range(4):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.mark.usefixtures("_new_connections")
async def test_another_address_is_tried_beside_one_that_is_silent(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Neither of these ends the attempt with the first.
    monkeypatch.setattr(upstreams, "CONNECT_SECONDS", 2 * DEADLINE)
    monkeypatch.setattr(connector, "SILENT_SECONDS", 2 * int(DEADLINE))
    names.addresses = [FIRST, SECOND]
    peer = Peer()
    with silent_address() as port:
        async with (
            served(peer, address=(SECOND, port)),
            open_upstream(TASKS, f"http://{NAME}:{port}", "secret") as upstream,
            asyncio.timeout(DEADLINE),
        ):
            assert [await get(upstream) for _ in range(6)] == [200] * 6


@pytest.mark.usefixtures("_new_connections")
async def test_a_name_with_other_addresses_is_looked_up_again(names: Names) -> None:
    async with two_processes() as (first, second, port):
        async with open_upstream(TASKS, f"http://{NAME}:{port}", "secret") as upstream:
            for names.addresses in ([FIRST], [SECOND]):
                await get(upstream)
        assert (len(first.seen), len(second.seen)) == (1, 1)


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.usefixtures("_new_connections")
async def test_the_last_known_addresses_count_while_no_name_server_answers(
    names: Names, monkeypatch: pytest.MonkeyPatch, *, silent: bool
) -> None:
    monkeypatch.setattr(connector, "LOOKUP_SECONDS", 0.01)
    async with two_processes() as (first, second, port):
        async with open_upstream(TASKS, f"http://{NAME}:{port}", "secret") as upstream:
            for names.addresses in ([FIRST], [SECOND]):
                await get(upstream)
            names.addresses, names.silent = [], silent
            async with asyncio.timeout(DEADLINE):
                await get(upstream)
        assert (len(first.seen), len(second.seen)) == (1, 2)


@pytest.mark.usefixtures("ready", "names")
async def test_a_name_without_an_address_is_503(redis_uri: str) -> None:
    nowhere = f"http://{NAME}:{NOBODYS_PORT}"
    async with run_gateway(redis_uri=redis_uri, tasks_service_url=nowhere) as gateway:
        answer = await gateway.client.post("/api/tasks", headers=bearer(), json={})
    assert answer.status_code == 503


@pytest.mark.usefixtures("ready")
async def test_a_new_process_gets_its_part_of_a_load_that_never_rests(
    names: Names, redis_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "RENEWED_SHARE", 1 / 4)
    names.addresses = [FIRST]
    async with two_processes() as (first, second, port):
        url = f"http://{NAME}:{port}"
        async with run_gateway(redis_uri=redis_uri, tasks_service_url=url) as gateway:
            await gateway.client.get("/api/tasks", headers=bearer())
            names.addresses = [FIRST, SECOND]

            async def reaches_second() -> bool:
                await gateway.client.get("/api/tasks", headers=bearer())
                return bool(second.seen)

            await eventually(reaches_second)
        assert first.seen


async def test_a_connection_to_a_machine_that_is_gone_is_given_up(names: Names) -> None:
    names.addresses = [FIRST]
    seen = asyncio.Event()

    async def begin_and_wait(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        await seen.wait()

    async with (
        served(Peer(behaviour=begin_and_wait)) as port,
        open_upstream(TASKS, f"http://{NAME}:{port}", "secret") as upstream,
        upstream.session.get(upstream.url(b"/")) as response,
    ):
        assert response.connection is not None
        assert response.connection.transport is not None
        connected = response.connection.transport.get_extra_info("socket")
        options = [
            connected.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
            connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
            connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
        ]
        seen.set()
    assert options == [1, PROBE_AFTER_SECONDS, 1, SILENT_SECONDS * 1000]
