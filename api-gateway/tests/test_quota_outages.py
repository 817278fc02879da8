"""Quotas while Redis or MongoDB is away."""

import asyncio
from functools import partial

import pytest
from api_gateway import app, plans
from api_gateway.plans import OVERRIDES
from chassis.breaker import CircuitBreaker
from chassis.mongo import open_mongo
from chassis.redis import open_redis
from devstack.mongo import Mongo
from devstack.redis import Redis as RedisStore
from devstack.servers import Server
from devstack.testing import eventually
from gateway_helpers.gateway import USER_ID, RunningGateway, bearer
from gateway_helpers.peers import Marker, Peer
from gateway_helpers.quotas import OTHER_USER, TOO_MANY, counting, read, remaining
from gateway_helpers.redis_state import is_an_error


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "REFRESH_SECONDS", 0.1)


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
