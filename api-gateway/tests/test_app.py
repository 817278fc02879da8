"""The gateway as a whole: its own routes, and what becomes of it when others fail."""

import asyncio
import json

import pytest
from chassis.background import running
from chassis.redis import open_redis
from devstack.redis import Redis as RedisStore
from devstack.servers import Server
from devstack.testing import NOBODYS_PORT, eventually
from gateway_helpers.gateway import ORIGIN, RunningGateway, bearer, run_gateway
from gateway_helpers.peers import Marker, Peer, urls


async def checks(gateway: RunningGateway) -> tuple[int, dict[str, str]]:
    answer = await gateway.client.get("/ready")
    return answer.status_code, answer.json()["checks"]


async def status(gateway: RunningGateway, headers: dict[str, str]) -> int:
    return (await gateway.client.get("/api/tasks", headers=headers)).status_code


async def test_health_is_ok(gateway: RunningGateway) -> None:
    answer = await gateway.client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "service": "api-gateway"})


@pytest.mark.parametrize("path", ["/health", "/ready"])
async def test_head_is_answered_like_get_without_the_body(
    gateway: RunningGateway, path: str
) -> None:
    get = await gateway.client.get(path)
    answer = await gateway.client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize("path", ["/health", "/ready"])
async def test_a_page_may_ask_for_health_and_readiness(gateway: RunningGateway, path: str) -> None:
    headers = {"origin": ORIGIN, "access-control-request-method": "GET"}
    answer = await gateway.client.options(path, headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "GET" in answer.headers["access-control-allow-methods"]


async def test_ready_names_what_it_needs(gateway: RunningGateway) -> None:
    services = {"user-service": "up", "tasks-service": "up", "activity-service": "up"}
    named = {"redis": "up", "breaker": "closed", "eviction": "off", "gateway_db": "off"} | services
    await eventually(lambda: _says(gateway, 200, named))


async def test_ready_names_the_service_that_is_down(peer: Peer, redis_uri: str) -> None:
    gone = {"tasks_service_url": f"http://127.0.0.1:{NOBODYS_PORT}"}
    async with run_gateway(redis_uri=redis_uri, **urls(peer) | gone) as gateway:
        await eventually(lambda: _is(gateway, "user-service", "up"))
        code, named = await checks(gateway)
        assert (code, named["tasks-service"]) == (503, "down")
        assert (await gateway.client.get("/health")).status_code == 200


@pytest.mark.parametrize("end", ["stop", "freeze"])
async def test_without_redis_user_service_is_asked_and_ready_says_so(
    peer: Peer, own_redis: Server[RedisStore], end: str
) -> None:
    revoked: set[str] = set()

    async def answer() -> bytes:
        asked = peer.questions[-1].query.decode().removeprefix("sid=")
        return json.dumps({"revoked": asked in revoked}).encode()

    peer.revoked = answer
    first, second = bearer(sid="first"), bearer(sid="second")
    async with open_redis(own_redis.uri) as client:
        await Marker(client).mark()
    async with run_gateway(redis_uri=own_redis.uri, **urls(peer)) as gateway:
        assert await status(gateway, first) == 200
        await asyncio.to_thread(own_redis.stop if end == "stop" else own_redis.freeze)
        revoked.add("second")
        for _ in range(4):
            assert await status(gateway, first) == 200
            assert await status(gateway, second) == 401
        code, named = await checks(gateway)
        assert (code, named["redis"]) == (200, "down")
        if end == "freeze":
            own_redis.thaw()


async def test_without_redis_and_user_service_no_token_passes(
    peer: Peer, own_redis: Server[RedisStore]
) -> None:
    gone = {"user_service_url": f"http://127.0.0.1:{NOBODYS_PORT}"}
    headers = bearer()
    async with open_redis(own_redis.uri) as client:
        await Marker(client).mark()
    async with run_gateway(redis_uri=own_redis.uri, **urls(peer) | gone) as gateway:
        assert await status(gateway, headers) == 200
        await asyncio.to_thread(own_redis.kill)
        for _ in range(6):
            answer = await gateway.client.get("/api/tasks", headers=headers)
            assert answer.status_code == 503
            assert answer.json()["message"] == "Service Error or Unavailable"
            assert int(answer.headers["retry-after"]) >= 1
    assert len(peer.seen) == 1


@pytest.mark.parametrize("wiped", [True, False])
async def test_a_restarted_redis_is_believed_only_once_it_is_projected_anew(
    peer: Peer, own_redis: Server[RedisStore], wiped: bool
) -> None:
    gone = {"user_service_url": f"http://127.0.0.1:{NOBODYS_PORT}"}
    headers = bearer()
    async with open_redis(own_redis.uri) as client:
        await Marker(client).mark()
    async with run_gateway(redis_uri=own_redis.uri, **urls(peer) | gone) as gateway:
        assert await status(gateway, headers) == 200
        await asyncio.to_thread(own_redis.kill)
        if wiped:
            own_redis.wipe()
        await asyncio.to_thread(own_redis.start)
        for _ in range(6):
            assert await status(gateway, headers) == 503

        async def let_in() -> bool:
            return await status(gateway, headers) == 200

        async with open_redis(own_redis.uri) as client, running(Marker(client).keep_marking()):
            await eventually(let_in, every=1)  # an open breaker rests for 20 seconds


async def test_while_user_service_is_away_tasks_are_still_served(
    peer: Peer, redis_uri: str, marker: Marker
) -> None:
    await marker.mark(renewed_at=1.0)
    gone = {"user_service_url": f"http://127.0.0.1:{NOBODYS_PORT}"}
    async with run_gateway(redis_uri=redis_uri, **urls(peer) | gone) as gateway:
        for _ in range(6):
            assert await status(gateway, bearer()) == 200
        await eventually(lambda: _is(gateway, "user-service", "down"))


async def _says(gateway: RunningGateway, code: int, named: dict[str, str]) -> bool:
    """On a busy machine a check may run out of its time."""
    return await checks(gateway) == (code, named)


async def _is(gateway: RunningGateway, name: str, word: str) -> bool:
    return (await checks(gateway))[1][name] == word
