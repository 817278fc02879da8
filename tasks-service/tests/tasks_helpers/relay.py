"""What the tests of the relay share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bson import ObjectId
from chassis.mongo import Database
from chassis.rabbit import RabbitConnection
from chassis.topology import Topology
from contracts.events import EXCHANGE
from devstack.testing import eventually
from tasks_service.backfill import Backfill
from tasks_service.bulk import Bulk
from tasks_service.lease import Lease
from tasks_service.relay import Relay, relaying
from tasks_service.replays import Replays
from tasks_service.schemas import TaskPatch
from tasks_service.tasks import Tasks

from tasks_helpers.inbox import Inbox
from tasks_helpers.listing import listing_of
from tasks_helpers.tasks import NEW, USER

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TRASH = timedelta(days=30)
TOPOLOGY = Topology([EXCHANGE])


class Replica:
    """The tasks and the relay of one process.

    Its lease lasts for longer than a loaded machine lets it wait, unless a test says otherwise.
    """

    def __init__(self, database: Database, rabbit: RabbitConnection, seconds: float = 60.0) -> None:
        self.lease = Lease(database, "relay", seconds=seconds)
        self.relay = Relay(database, rabbit, self.lease, trash=TRASH)
        self.tasks = Tasks(database, on_change=self.relay.wake)
        self.bulk = Bulk(database, self.tasks, listing_of(database))
        self.backfill = Backfill(database, self.lease)
        self.replays = Replays(database, rabbit, self.lease, self.backfill)

    async def create(self, user: str = USER, **fields: str) -> ObjectId:
        task, _ = await self.tasks.create(user, NEW.model_copy(update=fields))
        return ObjectId(task.id)

    async def rename(self, task_id: ObjectId, title: str, user: str = USER) -> None:
        await self.tasks.update(user, task_id, TaskPatch(title=title), None)

    @asynccontextmanager
    async def relaying(self) -> AsyncIterator[None]:
        async with relaying(self.relay, self.lease):
            yield

    async def send_once(self) -> None:
        """What the relay does when it is woken, without its loop."""
        assert await self.lease.try_to_hold()
        await self.relay._send_waiting()


async def all_sent(own: Database) -> bool:
    return await own["tasks"].count_documents({"unsentSince": {"$exists": True}}) == 0


async def wait_until_all_sent(own: Database) -> None:
    sent: bool = await eventually(lambda: all_sent(own))
    assert sent


def versions(inbox: Inbox, task_id: ObjectId) -> list[int]:
    return [one.event.version for one in inbox.messages if one.event.task_id == str(task_id)]
