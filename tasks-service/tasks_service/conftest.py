"""What the tests of tasks-service share."""

import secrets
import time
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from bson import ObjectId
from chassis.identity import sign_identity
from chassis.mongo import Database, Document, open_mongo
from chassis.rabbit import RabbitConnection
from contracts.headers import INTERNAL_IDENTITY
from contracts.identity import IdentifiedUser, InternalIdentity
from devstack.shared import Run
from devstack.testing import eventually
from fastapi import FastAPI
from pymongo import AsyncMongoClient

from tasks_service.app import SERVICE, create_app
from tasks_service.settings import Settings
from tasks_service.tasks import INDEXES, Tasks
from tasks_service.testing_inbox import Inbox
from tasks_service.testing_relay import TOPOLOGY, Replica

SECRET = "a-secret-for-tests-of-more-than-32-characters"
NO_BROKER = "amqp://guest:guest@127.0.0.1:1/"

Json = dict[str, Any]


class Identified(httpx2.Auth):
    """Lets every request come from this user, as the gateway would: its tokens are short-lived."""

    def __init__(self, user_id: str) -> None:
        user = IdentifiedUser(id=user_id, sid="s", jti="j", exp=int(time.time()) + 900)
        self._identity = InternalIdentity(address="127.0.0.1", user=user)

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        token = sign_identity(self._identity, audience=SERVICE, secret=SECRET)
        request.headers[INTERNAL_IDENTITY] = token
        yield request


def settings_for(mongo_uri: str, rabbitmq_uri: str = NO_BROKER) -> Settings:
    return Settings(
        environment="test",
        mongo_uri=mongo_uri,
        rabbitmq_uri=rabbitmq_uri,
        internal_secret=SECRET,
    )


@asynccontextmanager
async def serving(mongo_uri: str, rabbitmq_uri: str = NO_BROKER) -> AsyncIterator[FastAPI]:
    """The service in this process; without a broker unless one is given."""
    app = create_app(settings_for(mongo_uri, rabbitmq_uri))
    async with app.router.lifespan_context(app):
        await _settled(mongo_uri)
        yield app


async def _settled(mongo_uri: str) -> None:
    # The driver leaks the socket of a connection that is cancelled while it is being opened, and
    # a test may be shorter than that.
    async with AsyncMongoClient[Document](mongo_uri) as client:
        database = client.get_default_database()

        async def settle() -> bool:
            indexes = await database["tasks"].index_information()
            return "expired" in indexes and await database["leases"].find_one({}) is not None

        settled: bool = await eventually(settle)
        assert settled


@asynccontextmanager
async def client_of(app: FastAPI, user_id: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client whose requests come from this user."""
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app),
        base_url="http://tasks-service",
        auth=Identified(user_id),
        timeout=30,
    ) as client:
        yield client


async def create(client: httpx2.AsyncClient, **fields: str) -> Json:
    """A new task, as the service answered it."""
    answer = await client.post("/api/tasks", json={"title": "Learn", "status": "Open"} | fields)
    assert answer.status_code == 201, answer.text
    task: Json = answer.json()["task"]
    return task


@asynccontextmanager
async def profiled(database: Database) -> AsyncIterator[list[Document]]:
    """Collects what the server did for each command on the tasks, when the body has ended."""
    operations: list[Document] = []
    await database.command({"profile": 2})
    yield operations
    await database.command({"profile": 0})
    on_tasks = {"ns": f"{database.name}.tasks"}
    operations += await database["system.profile"].find(on_tasks).to_list()


@pytest.fixture
def user_id() -> str:
    return str(ObjectId())


@pytest.fixture(scope="session")
def shared_uri(devstack_run: Run) -> str:
    """One database for all tests that do not mind what other users store."""
    return devstack_run.mongo().database_uri(f"test_tasks_{secrets.token_hex(6)}")


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def app(shared_uri: str) -> AsyncIterator[FastAPI]:
    async with serving(shared_uri) as app:
        yield app


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def database(shared_uri: str) -> AsyncIterator[Database]:
    async with open_mongo(shared_uri, {}) as database:
        yield database


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: FastAPI, user_id: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(app, user_id) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(app, str(ObjectId())) as client:
        yield client


@pytest.fixture
async def own(mongo_uri: str) -> AsyncIterator[Database]:
    """A database of the test's own."""
    async with open_mongo(mongo_uri, {}) as database:
        await database["tasks"].create_indexes(INDEXES["tasks"])
        yield database


@pytest.fixture
async def rabbit(rabbitmq_uri: str) -> AsyncIterator[RabbitConnection]:
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as rabbit:
        await rabbit.wait_until_up()
        yield rabbit


@pytest.fixture
def replica(own: Database, rabbit: RabbitConnection) -> Replica:
    return Replica(own, rabbit)


@pytest.fixture
async def inbox(rabbitmq_uri: str) -> AsyncIterator[Inbox]:
    async with Inbox.opened(rabbitmq_uri) as inbox:
        yield inbox


@pytest.fixture
def tasks(database: Database) -> Tasks:
    """In the database that the tests share."""
    return Tasks(database, retention=timedelta(days=7), on_change=lambda: None)
