"""The gateway in good health, between a client and services made for the test."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from api_gateway import upstreams
from chassis.background import running
from chassis.redis import open_redis
from chassis_helpers.http import served
from chassis_helpers.patience import be_patient
from gateway_helpers.gateway import RunningGateway, run_gateway
from gateway_helpers.peers import Marker, Peer, send_json, urls
from gateway_helpers.streams import Source
from starlette.types import Receive, Scope, Send


@pytest.fixture(autouse=True)
def _patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(request, monkeypatch)
    monkeypatch.setattr(upstreams, "CONNECT_SECONDS", 60.0)
    monkeypatch.setattr(upstreams, "QUEUE_SECONDS", 60.0)


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """One service in the place of all three."""
    peer = Peer()
    async with served(peer) as port:
        peer.url = f"http://127.0.0.1:{port}"
        yield peer


@pytest.fixture
def source(peer: Peer) -> Source:
    """Each stream is that of this source."""
    return Source(peer)


@pytest.fixture
async def marker(redis_uri: str) -> AsyncIterator[Marker]:
    """With a client of the Redis that the gateway uses."""
    async with open_redis(redis_uri) as client:
        yield Marker(client)


@pytest.fixture
async def ready(marker: Marker) -> AsyncIterator[None]:
    """Redis holds all revocations, and user-service keeps saying so."""
    await marker.mark()
    async with running(marker.keep_marking()):
        yield


@pytest.fixture
async def gateway(peer: Peer, redis_uri: str, ready: None) -> AsyncIterator[RunningGateway]:  # noqa: ARG001 — it has to be
    """The gateway in good health."""
    async with run_gateway(redis_uri=redis_uri, **urls(peer)) as gateway:
        yield gateway


@pytest.fixture
async def held(peer: Peer) -> AsyncIterator[asyncio.Event]:
    """Until it is set, the service does not answer."""
    held = asyncio.Event()

    async def hold(_scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await held.wait()
        await send_json(send, b"{}", 201)

    peer.behaviour = hold
    yield held
    held.set()
