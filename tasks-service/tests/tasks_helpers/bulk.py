"""What the tests of the bulk change share."""

from collections.abc import Awaitable, Callable, Sequence

import httpx2
import pytest
from bson import ObjectId
from chassis.mongo import Database
from tasks_service import bulk
from tasks_service.bulk import Bulk
from tasks_service.bulk_schemas import BulkAnswer, BulkChange
from tasks_service.operation import Operation
from tasks_service.task_limit import MAX_PER_USER

from tasks_helpers.listing import listing_of
from tasks_helpers.tasks import NEW, USER, replica_of


class Client:
    """A user of one replica, who changes many tasks."""

    def __init__(self, database: Database, *, most: int = MAX_PER_USER) -> None:
        self.tasks = replica_of(database, most=most)
        self._bulk = Bulk(database, self.tasks, listing_of(database))

    async def create(self, number: int, user_id: str = USER) -> list[str]:
        made = [await self.tasks.create(user_id, NEW) for _ in range(number)]
        return [changed.task.id for changed in made]

    async def change(self, ids: Sequence[str], user_id: str = USER, **change: object) -> BulkAnswer:
        body = BulkChange.model_validate({"ids": ids} | change)
        return await self._bulk.change(user_id, body, Operation(ObjectId()))


async def post(client: httpx2.AsyncClient, body: object, **headers: str) -> httpx2.Response:
    return await client.post("/api/tasks/bulk", json=body, headers=headers)


Write = Callable[[], Awaitable[None]]


def replace_writes(
    monkeypatch: pytest.MonkeyPatch,
    instead: Callable[[Write], Awaitable[None]],
    *,
    once: bool = False,
) -> None:
    """Let this be done in the place of each write of a batch, or of the next; it is given that."""
    write = bulk._Batch._write

    async def replaced(batch: bulk._Batch, writes: Sequence[bulk._Write]) -> None:
        if once:
            monkeypatch.setattr(bulk._Batch, "_write", write)
        await instead(lambda: write(batch, writes))

    monkeypatch.setattr(bulk._Batch, "_write", replaced)
