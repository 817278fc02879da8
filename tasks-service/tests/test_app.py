import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx2
import pytest
from bson import ObjectId
from chassis.mongo import Database, open_mongo
from devstack.mongo import Mongo
from devstack.servers import Server
from devstack.testing import NOBODYS_PORT, eventually, free_port
from tasks_helpers.inbox import Inbox
from tasks_helpers.service import NO_BROKER, SECRET, as_user, client_of, create, serving
from tasks_service.settings import Settings

USER = str(ObjectId())


@pytest.mark.asyncio(loop_scope="session")
async def test_health_is_ok(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/health")
    assert answer.json() == {"status": "ok", "service": "tasks-service"}


@pytest.mark.asyncio(loop_scope="session")
async def test_without_the_broker_it_is_ready_since_events_can_wait(
    client: httpx2.AsyncClient,
) -> None:
    await eventually(lambda: are(client, mongo="up", rabbitmq="down"))
    assert NO_BROKER not in (await client.get("/ready")).text


async def test_the_event_of_a_created_task_reaches_a_queue(
    mongo_uri: str, rabbitmq_uri: str
) -> None:
    async with (
        Inbox.opened(rabbitmq_uri) as inbox,
        serving(mongo_uri, rabbitmq_uri) as app,
        client_of(app, USER) as client,
    ):
        task = await create(client)
        [message] = await inbox.received()
        assert message.event.task_id == task["_id"]
        await eventually(lambda: are(client, mongo="up", rabbitmq="up", events="up"))


async def are(client: httpx2.AsyncClient, **words: str) -> bool:
    """Whether `/ready` says this of these; on a busy machine a check may run out of its time."""
    answer = await client.get("/ready")
    assert answer.status_code == 200, answer.text
    return bool(words.items() <= answer.json()["checks"].items())


async def test_with_mongodb_away_it_says_so_and_comes_back_by_itself(
    own_mongo: Server[Mongo],
) -> None:
    uri = own_mongo.store.database_uri("tasks")
    async with serving(uri) as app, client_of(app, USER) as client:
        task = await create(client)
        path = f"/api/tasks/{task['_id']}"
        await asyncio.to_thread(own_mongo.kill)
        answers = await asyncio.gather(
            client.post("/api/tasks", json={"title": "t", "status": "s"}),
            client.get("/api/tasks"),
            client.get(path),
            client.patch(path, json={"title": "x"}),
            client.delete(path),
            client.get("/ready"),
        )
        assert {answer.status_code for answer in answers} == {503}
        assert all("retry-after" in answer.headers for answer in answers[:-1])
        assert (await client.get("/health")).status_code == 200
        await asyncio.to_thread(own_mongo.start)

        async def is_back() -> bool:
            return (await client.get("/ready")).status_code == 200

        back: bool = await eventually(is_back, within=60)
        assert back
        assert (await client.get(path)).json()["task"] == task
        assert await create(client)


async def test_it_starts_without_mongodb() -> None:
    uri = f"mongodb://127.0.0.1:{NOBODYS_PORT}/tasks?replicaSet=rs0"
    settings = Settings(mongo_uri=uri, rabbitmq_uri=NO_BROKER, internal_secret=SECRET)
    async with running_process(settings) as (_, client):
        assert (await client.get("/ready")).status_code == 503
        assert (await client.get("/api/tasks")).status_code == 503


@asynccontextmanager
async def running_process(
    settings: Settings,
) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx2.AsyncClient]]:
    """The service as a process of its own, and a client of it."""
    port = free_port()
    variables = {
        "MONGO_URI": settings.mongo_uri.get_secret_value(),
        "RABBITMQ_URI": settings.rabbitmq_uri.get_secret_value(),
        "INTERNAL_SECRET": settings.internal_secret.get_secret_value(),
        "PORT": str(port),
    }
    process = await asyncio.create_subprocess_exec(
        *("setpriv", "--pdeathsig", "KILL", "--"),  # whatever ends the tests
        *(sys.executable, "-m", "tasks_service"),
        stdout=asyncio.subprocess.DEVNULL,
        env=os.environ | variables,
    )
    try:
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", auth=as_user(USER), timeout=30
        ) as client:

            async def lives() -> bool:
                try:
                    return (await client.get("/health")).status_code == 200
                except httpx2.TransportError:
                    return False

            up: bool = await eventually(lives, within=60)
            assert up
            yield process, client
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def acknowledged(client: httpx2.AsyncClient, done: set[str]) -> None:
    """Create tasks until the service is gone; `done` gets those that were accepted."""
    while True:
        try:
            done.add((await create(client))["_id"])
        except httpx2.TransportError:
            return


async def test_killed_at_any_moment_it_loses_no_event_of_an_accepted_task(
    mongo_uri: str, rabbitmq_uri: str
) -> None:
    settings = Settings(mongo_uri=mongo_uri, rabbitmq_uri=rabbitmq_uri, internal_secret=SECRET)
    accepted: set[str] = set()
    async with Inbox.opened(rabbitmq_uri) as inbox:
        for round_ in range(1, 4):
            async with running_process(settings) as (process, client):
                creating = asyncio.gather(*(acknowledged(client, accepted) for _ in range(8)))
                enough: bool = await eventually(lambda: len(accepted) >= round_ * 60, within=60)  # noqa: B023
                assert enough
                process.kill()
                await creating
        async with running_process(settings), open_mongo(mongo_uri, {}) as database:
            sent: bool = await eventually(lambda: all_sent(database), within=60)
            assert sent
        await inbox.fetch()
    assert accepted <= {message.event.task_id for message in inbox.messages}


async def all_sent(database: Database) -> bool:
    return await database["tasks"].count_documents({"unsentSince": {"$exists": True}}) == 0


async def test_on_sigterm_it_ends_and_frees_its_lease(mongo_uri: str, rabbitmq_uri: str) -> None:
    settings = Settings(mongo_uri=mongo_uri, rabbitmq_uri=rabbitmq_uri, internal_secret=SECRET)
    async with Inbox.opened(rabbitmq_uri) as inbox, open_mongo(mongo_uri, {}) as database:
        async with running_process(settings) as (process, client):
            await create(client)
            await inbox.received()
            process.send_signal(signal.SIGTERM)
            status = await process.wait()
        lease = await database["leases"].find_one({"_id": "relay"})
    assert status in {0, -signal.SIGTERM}
    assert lease is not None
    assert lease["expiresAt"] <= datetime.now(UTC)
