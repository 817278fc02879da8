"""The connections to one service, of which a slow service may take so many and no more."""

import asyncio

import pytest
from api_gateway import upstreams
from devstack.testing import eventually
from gateway_helpers.gateway import bearer, run_gateway
from gateway_helpers.peers import Peer, send_json, urls
from starlette.types import Receive, Scope, Send


@pytest.mark.usefixtures("ready")
async def test_a_request_waits_for_a_connection_only_so_long(
    peer: Peer, redis_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upstreams, "MAX_CONNECTIONS", 2)
    monkeypatch.setattr(upstreams, "QUEUE_SECONDS", 0.2)
    answers = asyncio.Event()

    async def wait(_scope: Scope, _receive: Receive, send: Send) -> None:
        await answers.wait()
        await send_json(send, b"{}")

    peer.behaviour = wait
    async with run_gateway(redis_uri=redis_uri, **urls(peer)) as gateway:

        async def status(path: str) -> int:
            return (await gateway.client.get(path, headers=bearer())).status_code

        async with asyncio.TaskGroup() as group:
            slow = [group.create_task(status("/api/tasks")) for _ in range(2)]
            await eventually(lambda: len(peer.seen) == 2)
            assert await status("/api/tasks") == 503
            other = group.create_task(status("/api/activity"))
            await eventually(lambda: len(peer.seen) == 3)
            answers.set()
        assert [await task for task in (*slow, other)] == [200] * 3
