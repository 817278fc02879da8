"""What the tests of this package share."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from chassis.mongo import Database, Document
from chassis_helpers.http import begun
from chassis_helpers.identity import SignedByGateway
from contracts.identity import IdentifiedUser, InternalIdentity
from devstack.testing import eventually
from pymongo import AsyncMongoClient
from starlette.types import ASGIApp
from tasks_service.app import SERVICE, create_app
from tasks_service.settings import Settings

SECRET = "a-secret-for-tests-of-more-than-32-characters"
NO_BROKER = "amqp://guest:guest@127.0.0.1:1/"

Json = dict[str, Any]


def as_user(user_id: str) -> SignedByGateway:
    """Lets every request come from this user."""
    user = IdentifiedUser(id=user_id, sid="s", exp=int(time.time()) + 900)
    identity = InternalIdentity(client_ip="127.0.0.1", user=user)
    return SignedByGateway(identity, audience=SERVICE, secret=SECRET)


def settings_for(mongo_uri: str, rabbitmq_uri: str = NO_BROKER) -> Settings:
    return Settings(
        environment="test",
        mongo_uri=mongo_uri,
        rabbitmq_uri=rabbitmq_uri,
        internal_secret=SECRET,
    )


@asynccontextmanager
async def serving(mongo_uri: str, rabbitmq_uri: str = NO_BROKER) -> AsyncIterator[ASGIApp]:
    """The service in this process; without a broker unless one is given."""
    app = create_app(settings_for(mongo_uri, rabbitmq_uri))
    async with begun(app) as asgi:
        await _settled(mongo_uri)
        yield asgi


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
async def client_of(app: ASGIApp, user_id: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client whose requests come from this user."""
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app),
        base_url="http://tasks-service",
        auth=as_user(user_id),
        timeout=30,
    ) as client:
        yield client


async def create(client: httpx2.AsyncClient, **fields: object) -> Json:
    """A new task, as the service answered it."""
    answer = await client.post("/api/tasks", json={"title": "Learn", "status": "Open"} | fields)
    assert answer.status_code == 201, answer.text
    task: Json = answer.json()["task"]
    return task


@asynccontextmanager
async def profiled(database: Database, collection: str = "tasks") -> AsyncIterator[list[Document]]:
    """Collects what the server did for each command on the tasks, when the body has ended."""
    operations: list[Document] = []
    await database["system.profile"].drop()  # of a test before, in the same database
    await database.command({"profile": 2})
    yield operations
    await database.command({"profile": 0})
    on_collection = {"ns": f"{database.name}.{collection}"}
    operations += await database["system.profile"].find(on_collection).to_list()
