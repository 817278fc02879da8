"""Whom a request counts for, what the response says of it, and what happens while a store is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx2
import pytest
from api_gateway import app, plans
from api_gateway.plans import OVERRIDES, PLANS
from chassis.breaker import CircuitBreaker
from chassis.mongo import open_mongo
from chassis.redis import open_redis
from devstack.mongo import Mongo
from devstack.redis import Redis as RedisStore
from devstack.servers import Server
from devstack.testing import eventually
from gateway_helpers.gateway import ORIGIN, USER_ID, RunningGateway, bearer, run_gateway
from gateway_helpers.peers import Marker, Peer, urls
from gateway_helpers.redis_state import is_an_error

# Whatever refuses lets the next one pass after so long that no test takes it.
PLAN = {
    "quota_read_burst": 1000,
    "quota_read_minute": 0,
    "quota_read_day": 5,
    "quota_write_burst": 0,
    "quota_write_minute": 0,
    "quota_write_day": 2,
    "rate_limit_per_minute": 1,
}
TOO_MANY = "Too many requests, try again later"
OTHER_USER = {"user": {"id": "f" * 24}}


@asynccontextmanager
async def counting(peer: Peer, redis_uri: str, mongo_uri: str) -> AsyncIterator[RunningGateway]:
    """A gateway that counts."""
    stores = {"redis_uri": redis_uri, "mongo_uri": mongo_uri}
    trusted = {"trusted_proxies": "127.0.0.1/32"}
    async with run_gateway(quotas="on", **stores, **trusted, **urls(peer), **PLAN) as gateway:
        yield gateway


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "REFRESH_SECONDS", 0.1)


@pytest.fixture
async def limited(
    peer: Peer, redis_uri: str, mongo_uri: str, ready: None
) -> AsyncIterator[RunningGateway]:
    del ready
    async with counting(peer, redis_uri, mongo_uri) as gateway:
        yield gateway


async def read(gateway: RunningGateway, **claims: Any) -> httpx2.Response:  # noqa: ANN401 — any claim
    return await gateway.client.get("/api/tasks", headers=bearer(**claims))


def remaining(answer: httpx2.Response) -> dict[str, int]:
    """By policy."""
    items = (item.split(";") for item in answer.headers["ratelimit"].split(", "))
    return {name.strip('"'): int(left.removeprefix("r=")) for name, left, _ in items}


async def test_every_answer_says_what_is_left_in_the_form_of_the_draft(
    limited: RunningGateway,
) -> None:
    answer = await limited.client.get("/api/tasks", headers=bearer() | {"origin": ORIGIN})
    assert answer.headers["ratelimit-policy"] == (
        '"read-burst";q=1000;w=10, "read-day";q=5;w=86400'
    )
    assert answer.headers["ratelimit"] == ('"read-burst";r=999;t=1, "read-day";r=4;t=17280')
    assert "ratelimit" in answer.headers["access-control-expose-headers"]
    answer = await limited.client.post("/api/tasks", headers=bearer())
    assert answer.headers["ratelimit-policy"] == '"write-day";q=2;w=86400'
    assert answer.headers["ratelimit"] == '"write-day";r=1;t=43200'


async def test_past_a_limit_of_a_user_it_is_429_for_that_user_and_kind_alone(
    limited: RunningGateway, peer: Peer
) -> None:
    for _ in range(2):
        assert (await limited.client.post("/api/tasks", headers=bearer())).status_code == 200
    refused = await limited.client.post("/api/tasks", headers=bearer(sid="session-2"))
    is_an_error(refused, 429, TOO_MANY)
    assert refused.headers["ratelimit"] == f'"write-day";r=0;t={refused.headers["retry-after"]}'
    assert 43_000 < int(refused.headers["retry-after"]) <= 43_200
    assert len(peer.seen) == 2
    assert (await read(limited)).status_code == 200
    other = await limited.client.post("/api/tasks", headers=bearer(**OTHER_USER))
    assert other.status_code == 200


async def test_what_has_no_good_token_counts_for_its_address_as_does_a_sign_in(
    limited: RunningGateway, marker: Marker
) -> None:
    await marker.revoke("gone")
    requests: list[tuple[str, str, dict[str, str], int]] = [
        ("POST", "/api/users/auth/login", {}, 200),
        ("POST", "/api/users/auth/logout", bearer(), 200),
        ("OPTIONS", "/api/tasks", {}, 204),
        ("GET", "/api/nothing", bearer(), 404),
        ("GET", "/api/tasks", {}, 401),
        ("GET", "/api/tasks", bearer(exp=1), 401),
        ("GET", "/api/tasks", bearer(sid="gone"), 401),
    ]
    for number, (method, path, headers, status) in enumerate(requests):
        address = {"x-forwarded-for": f"192.0.2.{number}"}
        first, second = [
            await limited.client.request(method, path, headers=headers | address) for _ in range(2)
        ]
        assert first.status_code == status
        assert first.headers["ratelimit-policy"] == '"address-minute";q=1;w=60'
        assert first.headers["ratelimit"] == '"address-minute";r=0;t=60'
        is_an_error(second, 429, TOO_MANY)
    # Others behind the same address, who are signed in, are not stopped.
    assert (await read(limited)).status_code == 200


async def test_health_and_preflights_are_not_counted(limited: RunningGateway) -> None:
    asking = {"origin": ORIGIN, "access-control-request-method": "GET"}
    for _ in range(2):
        assert (await limited.client.get("/health")).status_code == 200
        preflight = await limited.client.options("/api/tasks", headers=asking)
        assert (preflight.status_code, "ratelimit" in preflight.headers) == (204, False)


async def test_the_quota_of_a_user(limited: RunningGateway) -> None:
    await limited.client.post("/api/tasks", headers=bearer())
    answer = await limited.client.get("/api/quota", headers=bearer())
    assert answer.status_code == 200
    report = answer.json()
    writes = report["limits"].pop()
    assert 43_000 < writes.pop("resetSeconds") <= 43_200
    assert writes == {"name": "write-day", "limit": 2, "remaining": 1}
    assert report == {
        "plan": "default",
        "limits": [
            {"name": "read-burst", "limit": 1000, "remaining": 999, "resetSeconds": 1},
            {"name": "read-day", "limit": 5, "remaining": 4, "resetSeconds": 17_280},
        ],
    }
    assert answer.headers["ratelimit"] == '"read-burst";r=999;t=1, "read-day";r=4;t=17280'
    is_an_error(
        await limited.client.get("/api/quota"), 401, "No authorization token, access denied"
    )


async def test_two_gateways_count_together_in_one_round_trip_each(
    limited: RunningGateway, peer: Peer, redis_uri: str, mongo_uri: str, marker: Marker
) -> None:
    async with counting(peer, redis_uri, mongo_uri) as second:
        await read(second)
        await marker.redis.config_resetstat()
        assert remaining(await read(limited))["read-day"] == 3
        assert remaining(await read(second))["read-day"] == 2
        stats = await marker.redis.info("commandstats")
        assert stats["cmdstat_evalsha"]["calls"] == 2
        assert "cmdstat_zmscore" not in stats


async def test_a_plan_and_an_override_hold_without_a_restart(
    limited: RunningGateway, mongo_uri: str
) -> None:
    async def has(plan: str, limit: int) -> bool:
        report = (await limited.client.get("/api/quota", headers=bearer())).json()
        found: dict[str, int] = {one["name"]: one["limit"] for one in report.get("limits", ())}
        return (report.get("plan"), found.get("read-day")) == (plan, limit)

    async with open_mongo(mongo_uri, {}) as database:
        await database[PLANS].insert_one({"_id": "pro", "limits": {"read-day": 5000}})
        await database[OVERRIDES].insert_one({"_id": USER_ID, "plan": "pro"})
        await eventually(lambda: has("pro", 5000))
        own = {"limits": {"read-day": 4000, "no-such-limit": 1, "read-burst": "many"}}
        await database[OVERRIDES].update_one({"_id": USER_ID}, {"$set": own})
        await eventually(lambda: has("pro", 4000))
    assert remaining(await read(limited, **OTHER_USER)) == {"read-burst": 999, "read-day": 4}


async def test_off_counts_nothing_and_says_so(gateway: RunningGateway) -> None:
    for headers in (bearer(), {}):
        answer = await gateway.client.get("/api/tasks", headers=headers)
        assert {"ratelimit", "ratelimit-policy"}.isdisjoint(answer.headers)
    answer = await gateway.client.get("/api/quota", headers=bearer())
    assert (answer.status_code, answer.json()) == (200, {"plan": "off", "limits": []})
    ready = (await gateway.client.get("/ready")).json()
    assert ready["checks"]["gateway_db"] == "off"


async def test_without_redis_each_gateway_counts_for_itself_and_goes_back_by_itself(
    peer: Peer, own_redis: Server[RedisStore], mongo_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "CircuitBreaker", partial(CircuitBreaker, reset_timeout=0.2))
    async with open_redis(own_redis.uri) as client:
        await Marker(client).mark()
    stores = (own_redis.uri, mongo_uri)
    async with counting(peer, *stores) as first, counting(peer, *stores) as second:
        assert remaining(await read(first))["read-day"] == 4
        await asyncio.to_thread(own_redis.stop)
        for gateway in (first, second):
            # The whole limit, and not more: 5 pass at once.
            statuses = [(await read(gateway)).status_code for _ in range(5)]
            assert statuses == [200] * 5
            refused = await read(gateway)
            is_an_error(refused, 429, TOO_MANY)
            assert remaining(refused) == {"read-day": 0}
        report = await first.client.get("/api/quota", headers=bearer(**OTHER_USER))
        left = {limit["name"]: limit["remaining"] for limit in report.json()["limits"]}
        assert left == {"read-burst": 999, "read-day": 4, "write-day": 2}
        ready = await first.client.get("/ready")
        assert (ready.status_code, ready.json()["checks"]["redis"]) == (200, "down")
        await asyncio.to_thread(own_redis.start)

        async def counted_in_redis() -> bool:
            return remaining(await read(second)).get("read-day") == 3

        await eventually(counted_in_redis)


async def test_without_mongodb_the_last_known_plans_hold(
    peer: Peer, redis_uri: str, own_mongo: Server[Mongo], ready: None
) -> None:
    del ready
    uri = own_mongo.store.database_uri("gateway_db")

    async def knows_the_override(gateway: RunningGateway) -> bool:
        return remaining(await read(gateway)).get("read-day", 0) > 100

    async with open_mongo(uri, {}) as database:
        await database[OVERRIDES].insert_one({"_id": USER_ID, "limits": {"read-day": 5000}})
    async with counting(peer, redis_uri, uri) as gateway:
        await eventually(lambda: knows_the_override(gateway))
        await asyncio.to_thread(own_mongo.kill)

        async def is_down() -> bool:
            answer = await gateway.client.get("/ready")
            assert answer.status_code == 200
            return bool(answer.json()["checks"]["gateway_db"] == "down")

        await eventually(is_down)
        assert await knows_the_override(gateway)
