"""A user-service per test, with the settings and the clock in the test's hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from chassis.mongo import Database, open_mongo
from chassis.redis import RedisClient, open_redis
from chassis_helpers.http import begun
from chassis_helpers.patience import be_patient
from devstack.redis import Redis
from devstack.servers import Server
from user_helpers.service import HERE, AdjustableClock, Client, StartService
from user_service import places
from user_service.app import INDEXES, create_app
from user_service.settings import Settings


@pytest.fixture(autouse=True)
def _patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(request, monkeypatch)
    # Logins wait for those before them.
    monkeypatch.setattr(places, "PATIENCE", 120.0)


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock()


@pytest.fixture
def start_service(mongo_uri: str, redis_uri: str, clock: AdjustableClock) -> StartService:
    """Starts a service with these settings; the cheapest bcrypt unless said otherwise."""

    @asynccontextmanager
    async def start(**settings_given: object) -> AsyncIterator[Client]:
        given = {
            "environment": "test",
            "mongo_uri": mongo_uri,
            "redis_uri": redis_uri,
            "bcrypt_rounds": 4,
        } | settings_given
        settings = Settings.model_validate(given)
        app = create_app(settings, clock)
        async with (
            begun(app) as asgi,
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(asgi), base_url="http://user-service"
            ) as http,
        ):
            yield Client(http, settings, HERE)

    return start


@pytest.fixture
async def client(start_service: StartService) -> AsyncIterator[Client]:
    async with start_service() as started:
        yield started


@pytest.fixture
async def database(mongo_uri: str) -> AsyncIterator[Database]:
    async with open_mongo(mongo_uri, INDEXES) as opened:
        yield opened


@pytest.fixture
async def redis(own_redis: Server[Redis]) -> AsyncIterator[RedisClient]:
    async with open_redis(own_redis.uri) as opened:
        yield opened
