"""The service on real servers, and a broker's other end to send it messages from."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
import structlog
from activity_helpers.service import Broker, connected_broker, running_service, settings_for
from activity_service import dead_letters
from activity_service.activities import INDEXES
from activity_service.settings import Settings
from chassis.mongo import Database, ensure_indexes, open_mongo
from chassis_helpers.patience import be_patient
from devstack.testing import NOBODYS_PORT


@pytest.fixture(autouse=True)
def _patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(request, monkeypatch)


@pytest.fixture
def settings(mongo_uri: str, rabbitmq_uri: str) -> Settings:
    return settings_for(mongo_uri, rabbitmq_uri)


@pytest.fixture
async def broker(rabbitmq_uri: str) -> AsyncIterator[Broker]:
    async with connected_broker(rabbitmq_uri) as broker:
        yield broker


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with running_service(settings) as client:
        yield client


@pytest.fixture
async def database(mongo_uri: str) -> AsyncIterator[Database]:
    async with open_mongo(mongo_uri, {}) as database:
        await ensure_indexes(database, INDEXES)
        yield database


@pytest.fixture(autouse=True)
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    monkeypatch.setattr(
        dead_letters, "configure_logs", lambda *_, **__: None
    )  # it outlives the test
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
async def reader(mongo_uri: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Alice as the client of a service whose broker is away: what is tested here needs none."""
    settings = settings_for(mongo_uri, f"amqp://guest:guest@127.0.0.1:{NOBODYS_PORT}/")
    async with running_service(settings) as client:
        yield client
