"""The service as a process, and its feed as a client sees it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import httpx2
from activity_service.activities import COLLECTION
from activity_service.settings import Settings
from chassis.mongo import Database
from devstack.testing import eventually, free_port

from activity_helpers.service import (
    SECRET,
    Message,
)

WITHIN = 60.0  # seconds; other tests may run beside these


async def ids_in_feed(client: httpx2.AsyncClient) -> list[str]:
    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = await client.get("/api/activity", params={"cursor": cursor} if cursor else {})
        assert answer.status_code == 200
        ids += [activity["id"] for activity in answer.json()["activities"]]
        cursor = answer.json()["nextCursor"]
    return ids


async def recorded(client: httpx2.AsyncClient, messages: Sequence[Message]) -> list[str]:
    """Wait until the feed has all these; returns its ids, newest first."""
    wanted = {message["eventId"] for message in messages}

    async def all_there() -> list[str]:
        ids = await ids_in_feed(client)
        return ids if wanted <= set(ids) else []

    found: list[str] = await eventually(all_there, within=WITHIN, every=0.2)
    return found


async def checks(client: httpx2.AsyncClient) -> dict[str, str]:
    words: dict[str, str] = (await client.get("/ready")).json()["checks"]
    return words


async def wait_for_checks(client: httpx2.AsyncClient, words: Mapping[str, str]) -> None:
    """Wait until `/ready` says this; on a busy machine a check may run out of its time."""

    async def as_wanted() -> bool:
        named = await checks(client)
        return all(named[name].startswith(word) for name, word in words.items())

    reached: bool = await eventually(as_wanted, within=WITHIN)
    assert reached


@asynccontextmanager
async def process(
    settings: Settings, *arguments: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx2.AsyncClient]]:
    """The service as a process of its own, and a client of it."""
    port = free_port()
    env = {
        "PATH": os.environ["PATH"],
        "PORT": str(port),
        "INTERNAL_SECRET": SECRET,
        "MONGO_URI": settings.mongo_uri.get_secret_value(),
        "RABBITMQ_URI": settings.rabbitmq_uri.get_secret_value(),
        "LOG_LEVEL": "warning",
    }
    tied = ("setpriv", "--pdeathsig", "KILL", "--")  # whatever ends the tests
    started = await asyncio.create_subprocess_exec(*tied, sys.executable, *arguments, env=env)
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            yield started, client
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def count(database: Database) -> int:
    return await database[COLLECTION].count_documents({})


READY = {"mongo": "up", "rabbitmq": "up", "consumer": "up"}
