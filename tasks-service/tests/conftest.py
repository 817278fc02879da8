"""What the tests of tasks-service share."""

import secrets
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
import pytest_asyncio
from bson import ObjectId
from chassis.mongo import Database, ensure_indexes, open_mongo
from chassis.rabbit import RabbitConnection
from chassis_helpers.patience import be_patient, patience
from devstack.shared import Run
from starlette.types import ASGIApp
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import TOPOLOGY, Replica
from tasks_helpers.service import client_of, serving
from tasks_helpers.tasks import replica_of
from tasks_service import publishing, relay, undo
from tasks_service.app import INDEXES
from tasks_service.tasks import Tasks


@pytest.fixture(scope="session", autouse=True)
def _patient_from_the_start() -> Iterator[None]:
    with patience():  # `app` and `database` are opened before the first test
        yield


@pytest.fixture(autouse=True)
def _patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(request, monkeypatch)
    monkeypatch.setattr(undo, "LONGEST_TRANSACTION", 60.0)
    monkeypatch.setattr(publishing, "PUBLISH_TIMEOUT", 60.0)  # what is not confirmed is sent again


@pytest.fixture
def user_id() -> str:
    return str(ObjectId())


@pytest.fixture(scope="session")
def shared_uri(devstack_run: Run) -> str:
    """One database for all tests that do not mind what other users store."""
    return devstack_run.mongo().database_uri(f"test_tasks_{secrets.token_hex(6)}")


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def app(shared_uri: str) -> AsyncIterator[ASGIApp]:
    async with serving(shared_uri) as app:
        yield app


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def database(shared_uri: str) -> AsyncIterator[Database]:
    async with open_mongo(shared_uri, {}) as database:
        yield database


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def indexed(database: Database) -> Database:
    """The shared database, once it has its indexes."""
    await ensure_indexes(database, INDEXES)
    return database


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: ASGIApp, user_id: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(app, user_id) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def other_client(app: ASGIApp) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(app, str(ObjectId())) as client:
        yield client


@pytest.fixture
async def own(mongo_uri: str) -> AsyncIterator[Database]:
    """A database of the test's own."""
    async with open_mongo(mongo_uri, {}) as database:
        await ensure_indexes(database, INDEXES)
        yield database


@pytest.fixture
async def rabbit(rabbitmq_uri: str) -> AsyncIterator[RabbitConnection]:
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as rabbit:
        await rabbit.wait_until_up()
        yield rabbit


@pytest.fixture
def replica(own: Database, rabbit: RabbitConnection, monkeypatch: pytest.MonkeyPatch) -> Replica:
    """Its batches follow each other at once: the long tests have tens of thousands."""
    monkeypatch.setattr(relay, "GATHER_SECONDS", 0)
    return Replica(own, rabbit)


@pytest.fixture
async def inbox(rabbitmq_uri: str) -> AsyncIterator[Inbox]:
    async with Inbox.opened(rabbitmq_uri) as inbox:
        yield inbox


@pytest.fixture
def tasks(database: Database) -> Tasks:
    """In the database that the tests share."""
    return replica_of(database)
