"""What the tests of the quotas share: a gateway that counts, and what its answers say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from gateway_helpers.gateway import RunningGateway, bearer, run_gateway
from gateway_helpers.peers import Peer, urls

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


async def read(gateway: RunningGateway, **claims: Any) -> httpx2.Response:  # noqa: ANN401 — any claim
    return await gateway.client.get("/api/tasks", headers=bearer(**claims))


def remaining(answer: httpx2.Response) -> dict[str, int]:
    """By policy."""
    items = (item.split(";") for item in answer.headers["ratelimit"].split(", "))
    return {name.strip('"'): int(left.removeprefix("r=")) for name, left, _ in items}
