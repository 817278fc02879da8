"""The history: every event of every task, from when the broker has confirmed it.

A confirmed event is inserted here before it is taken out of its task's document. So whoever reads
the document first and the history second misses no event, and may see one twice. The documents of
an account are found by `userId`, to be removed together with the account.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from bson import ObjectId
from chassis.mongo import Database, Document
from contracts.events import TaskEvent
from pymongo import ASCENDING, IndexModel
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

COLLECTION: Final = "task_events"
BASELINE: Final = "Baseline"
"""The type of an event that is never published: the state of a task whose older events are lost."""
BY_TIME: Final = "by_time"
INDEXES: Final = {
    COLLECTION: [
        IndexModel(
            [("userId", ASCENDING), ("taskId", ASCENDING), ("version", ASCENDING)], name="of_task"
        ),
        IndexModel(
            [("timestamp", ASCENDING), ("version", ASCENDING), ("_id", ASCENDING)], name=BY_TIME
        ),
        IndexModel(
            [("batchId", ASCENDING)],
            name="of_batch",
            partialFilterExpression={"batchId": {"$gt": ""}},
        ),
    ]
}
DUPLICATE_KEY: Final = 11000


def kept(task: Document, event: Document, event_id: str) -> Document:
    """An event of a task's document, as the history has it."""
    told = {name: value for name, value in event.items() if name != "eventId"}
    return told | {"_id": event_id, "taskId": task["_id"], "userId": task["user"]}


def message_of_kept(event: Document) -> TaskEvent:
    """An event of the history as it is published; ValidationError if it is not one."""
    ids = {"eventId": event["_id"], "taskId": str(event["taskId"])}
    return TaskEvent.model_validate(event | ids)


class History:
    """The events of all tasks."""

    def __init__(self, database: Database) -> None:
        self.events = database.get_collection(COLLECTION, read_concern=ReadConcern("majority"))

    async def add(self, events: Sequence[Document]) -> None:
        """Return once a majority has them; one that is there already stays as it is."""
        if not events:
            return
        try:
            await self.events.insert_many(events, ordered=False)
        except BulkWriteError as error:
            codes = {fault["code"] for fault in error.details["writeErrors"]}
            if codes != {DUPLICATE_KEY} or error.details["writeConcernErrors"]:
                raise

    async def has(self, task_id: ObjectId, event_id: str) -> bool:
        """Whether the task has had this event."""
        found = await self.events.find_one({"_id": event_id, "taskId": task_id}, {"_id": True})
        return found is not None

    async def versions_of_batch(
        self, batch_id: str, task_ids: Collection[ObjectId]
    ) -> Mapping[ObjectId, int]:
        """To which version the batch has brought each of these tasks, if it has."""
        found = self.events.find(
            {"batchId": batch_id, "taskId": {"$in": list(task_ids)}},
            {"taskId": True, "version": True},
        )
        return {event["taskId"]: int(event["version"]) async for event in found}
