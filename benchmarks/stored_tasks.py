"""Tasks of one user and of many others, put into MongoDB directly."""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

import bson
from bson import ObjectId
from bson.raw_bson import RawBSONDocument
from pymongo import AsyncMongoClient
from tasks_service.collection import WHOLE_FROM
from tasks_service.derived import with_derived
from tasks_service.schemas import StoredTask

_WORDS = """
    water plants buy oil lamp call doctor write report plan trip fix fence paint wall read book
    send letter clean kitchen order parts meeting budget review invoice garden train ticket
"""
WORDS = _WORDS.split()
STATUSES = ["Not Started", "In Progress", "Waiting", "Completed"]
LISTS = ["", "Home", "Work", "Errands"]
BATCH = 1_000  # of the tasks of one user, inserted by one command
AT_ONCE = 4  # commands
TEMPLATES = 200  # of the tasks of others
COPIED_USER = "0" * 24


def some_task(user: str, rng: random.Random, *, is_short: bool = False) -> dict[str, Any]:
    """As the service leaves it once its one event is in the history, so that no backfill runs meanwhile."""
    now = datetime.now(UTC).replace(microsecond=0)
    created = now - timedelta(seconds=rng.randrange(10**7))
    day = now + timedelta(days=rng.randint(-60, 120))
    length = 0 if is_short else rng.choice([0, 10, 40])
    title, description = (" ".join(rng.choices(WORDS, k=k)) for k in (4, length))
    task_id = ObjectId()
    task = StoredTask.from_document(
        {
            "_id": task_id,
            "user": user,
            "title": title,
            "description": description,
            "status": rng.choice(STATUSES),
            "due": rng.choice(
                [
                    None,
                    {"date": day.date().isoformat()},
                    {"at": day.strftime("%Y-%m-%dT%H:%M"), "tz": "Europe/Rome"},
                ]
            ),
            "priority": rng.randrange(4),
            "list": rng.choice(LISTS),
            "labels": rng.sample(WORDS, rng.randrange(4)),
            "checklist": [
                {"id": str(number), "text": " ".join(rng.choices(WORDS, k=3)), "done": False}
                for number in range(0 if is_short else rng.choice([0, 0, 3]))
            ],
            "createdAt": created,
            "updatedAt": created,
            "version": 1,
            "deleted": False,
            "sentVersion": 1,
        }
    )
    return with_derived(task.to_document()) | {WHOLE_FROM: 1}


def others(count: int, rng: random.Random) -> Iterator[list[RawBSONDocument]]:
    """Batches of tasks of other users, encoded: copies of a few, each with its own id, user and rank.

    What is derived from the id stays that of the copied task: nobody asks for it. User by user, so
    that MongoDB writes next to what it wrote just before.
    """
    users = sorted(str(ObjectId()) for _ in range(-(-count // BATCH)))
    copied = [some_task(COPIED_USER, rng, is_short=True) for _ in range(TEMPLATES)]
    parts = [
        (bson.encode(task | {"rank": COPIED_USER}), task["_id"].binary, COPIED_USER.encode())
        for task in copied
    ]
    for number, user in enumerate(users):
        batch = []
        for encoded, copied_id, text in islice(cycle(parts), min(BATCH, count - number * BATCH)):
            task_id = ObjectId()
            task = encoded.replace(copied_id, task_id.binary)
            before, between, after = task.split(text)  # at the user and at the rank
            task = user.encode().join((before, between)) + str(task_id).encode() + after
            batch.append(RawBSONDocument(task))
        yield batch


async def fill(uri: str, user: str, options: argparse.Namespace) -> None:
    """Insert all the tasks."""
    rng = random.Random(1)
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(uri, w=1, journal=False)
    async with client:
        tasks = client.get_default_database()["tasks"]
        started, inserted = time.perf_counter(), 0
        await tasks.insert_many([some_task(user, rng) for _ in range(options.own)], ordered=False)
        batches_of_others = others(options.others, rng)
        while batches := list(islice(batches_of_others, AT_ONCE)):
            await asyncio.gather(*(tasks.insert_many(one, ordered=False) for one in batches))
            inserted += sum(map(len, batches))
            took = time.perf_counter() - started
            print(f"\r{inserted} tasks of others in {took:.0f} s", end="", file=sys.stderr)
        print(file=sys.stderr)
