"""The relay: sends the events that wait inside the tasks, and marks them sent once confirmed.

Every write of this process wakes the relay, and so does a short poll. The relay reads the tasks
with waiting events, oldest first, publishes a batch of tasks at once, one task's events one after
the other. What the broker has confirmed it inserts into the history, and then it takes it out of
the tasks and raises each task's `sentVersion`. After a crash at any point events are sent again, and
none is lost; an event is first sent only after the one before it was confirmed. Behind a batch that
was not full the relay waits for `GATHER_SECONDS`, so that under load a batch has more events.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

import pymongo
import structlog
from bson import ObjectId
from chassis.background import keep_running, running
from chassis.mongo import Database, Document
from chassis.publisher import PublishFailed
from chassis.rabbit import RabbitConnection
from contracts.events import TaskEvent
from pymongo import ASCENDING, DESCENDING
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from tasks_service.collection import COLLECTION, UNSENT_OF_SHARD
from tasks_service.event_spans import record_sent, sending
from tasks_service.events import message_of, waiting_events
from tasks_service.hints import hinted
from tasks_service.history import History, kept
from tasks_service.lease import Lease
from tasks_service.marks import marks_of
from tasks_service.publishing import EventPublisher
from tasks_service.set_aside import SetAside
from tasks_service.shards import FIRST, in_shards

POLL_SECONDS = 0.5
GATHER_SECONDS = 0.02
BATCH_TASKS = 200
BATCH_EVENTS_PER_TASK = 20
DRAIN_SECONDS = 3.0
RELEASE_TIMEOUT = 1.0
HIGHEST_FENCE = 2**53

log = structlog.get_logger()


class Relay:
    """Runs in every replica, which sends the events of the shards that its `lease` gives it.

    A task in the trash expires `trash` after its deletion, and not before its last event was sent.
    """

    def __init__(
        self,
        database: Database,
        rabbit: RabbitConnection,
        lease: Lease,
        *,
        trash: timedelta,
    ) -> None:
        # What a majority has not got yet may be rolled back: such an event must not be sent.
        self._tasks = database.get_collection(COLLECTION, read_concern=ReadConcern("majority"))
        self._rabbit = rabbit
        self._history = History(database)
        self._publisher = EventPublisher(rabbit)
        self._lease = lease
        self._trash = trash
        self._woken = asyncio.Event()
        self._at_work = asyncio.Lock()
        self._stopping = False
        self._set_aside = SetAside()

    def wake(self) -> None:
        """There may be something to send."""
        self._woken.set()

    async def stop(self) -> None:
        """Begin no further batch, and wait until the one under way is marked."""
        self._stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._at_work.acquire()

    async def run(self) -> None:
        """Send events until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self._send_waiting()
            except PyMongoError as error:
                log.warning("relay interrupted", error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()

    async def _send_waiting(self) -> None:
        self._set_aside.release_due()
        while self._may_send():
            async with self._at_work:
                found = await self._send_batch()
            if not found:
                break
            if found < BATCH_TASKS:  # the next one costs less for each event, the more it has
                await asyncio.sleep(GATHER_SECONDS)
        self._set_aside.reset_backoff()

    def _may_send(self) -> bool:
        return (
            bool(self._lease.shards)
            and self._rabbit.is_up
            and not self._stopping
            and not self._set_aside.is_full
        )

    async def _send_batch(self) -> int:
        """Return how many tasks had events that wait."""
        fence = self._lease.fence
        tasks = await self._read(self._lease.shards)
        with sending(tasks):
            sent = await asyncio.gather(*(self._send_events_of(task) for task in tasks))
            confirmed = [(task, events) for task, events in zip(tasks, sent, strict=True) if events]
            await self._history.add([event for _, events in confirmed for event in events])
            await self._mark(confirmed, fence)
        return len(tasks)

    async def _read(self, shards: Collection[int]) -> list[Document]:
        """The tasks of these shards that have waited longest, by one walk through the index."""
        others = {"_id": {"$nin": self._set_aside.ids}}
        waiting = {"unsentSince": {"$exists": True}} | in_shards(shards) | others
        shown = {"user": True, "sentVersion": True, "events": waiting_events(BATCH_EVENTS_PER_TASK)}

        async def read(hint: str | None) -> list[Document]:
            oldest = self._tasks.find(waiting, shown, hint=hint).sort("unsentSince", ASCENDING)
            # One batch of the driver, and so at most 16 MiB: a negative limit asks for no more.
            return await oldest.batch_size(BATCH_TASKS).limit(-BATCH_TASKS).to_list()

        return await hinted(UNSENT_OF_SHARD, read)

    async def _send_events_of(self, task: Document) -> list[Document]:
        """Publish in order, up to the first failure; what was confirmed, as the history has it."""
        confirmed: list[Document] = []
        try:
            for stored in task["events"]:
                event = message_of(task, stored)
                await self._publish(event)
                confirmed.append(kept(task, stored, event.event_id))
        except PublishFailed as failure:
            self._set_aside.add_unconfirmed(task["_id"], reason=str(failure))
        except (KeyError, TypeError, ValueError) as fault:
            self._set_aside.add_unsendable(task["_id"], reason=type(fault).__name__)
        else:
            if not confirmed:
                self._set_aside.add_unsendable(task["_id"], reason="no event waits")
        return confirmed

    async def _publish(self, event: TaskEvent) -> None:
        """Return once the broker has confirmed it; PublishFailed otherwise, ValueError if it cannot."""
        started = time.time_ns()
        await self._publisher.publish(event)
        record_sent(event, started)

    async def _mark(self, confirmed: Sequence[tuple[Document, list[Document]]], fence: int) -> None:
        if not confirmed:
            return
        marks = marks_of(confirmed, fence, trash=self._trash)
        result = await self._tasks.bulk_write(marks, ordered=False)
        if result.matched_count < len(confirmed):
            await self._meet_higher_fence([task["_id"] for task, _ in confirmed], fence)

    async def _meet_higher_fence(self, task_ids: Sequence[ObjectId], fence: int) -> None:
        """It is that of a relay that superseded this one, or of a lease that has been lost."""
        highest = await self._tasks.find_one(
            {"_id": {"$in": task_ids}, "fence": {"$gt": fence}},
            {"fence": True, "shard": True},
            sort=[("fence", DESCENDING)],
        )
        if highest is None:
            return  # the task was removed meanwhile
        if not isinstance(highest["fence"], int | float) or highest["fence"] > HIGHEST_FENCE:
            self._set_aside.add_unsendable(highest["_id"], reason="no relay has such a fence")
        elif not await self._lease.outbid(int(highest["fence"]), highest.get("shard", FIRST)):
            log.warning("superseded by another relay", fence=fence)


@asynccontextmanager
async def relaying(relay: Relay, lease: Lease) -> AsyncIterator[None]:
    """Run the relay beside the body; afterwards finish its batch and hand its shards over."""
    keep_lease = keep_running("relay lease", partial(lease.keep, relay.wake))
    async with running(keep_lease), running(keep_running("relay", relay.run)):
        yield
        await relay.stop()
    with suppress(PyMongoError), pymongo.timeout(RELEASE_TIMEOUT):
        await lease.release()
