"""Tasks that the trash has let go, as their events tell them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from bson import ObjectId
from chassis.mongo import Document
from contracts.events import UtcMillis
from pydantic import TypeAdapter
from pymongo import ASCENDING

from tasks_service.history import BASELINE, History
from tasks_service.schemas import StoredTask, UnreadableTask

TIME: Final = TypeAdapter[datetime](UtcMillis)
_TIMES: Final = ("completedAt", "deletedAt")


class Removed(NamedTuple):
    """A task as it was in the trash; its events from `whole_from` on tell all of it."""

    task: StoredTask
    whole_from: int


async def removed_tasks(
    history: History, user_id: str, task_ids: Sequence[ObjectId]
) -> Mapping[ObjectId, Removed]:
    """Those of the tasks whose events tell enough."""
    if not task_ids:
        return {}
    found = history.events.find({"userId": user_id, "taskId": {"$in": task_ids}})
    documents: dict[ObjectId, Document] = {}
    # One event after the other: all those of many tasks would take much memory.
    async for event in found.sort([("taskId", ASCENDING), ("version", ASCENDING)]):
        before = documents.get(event["taskId"])
        if before is None or event["type"] == BASELINE:
            before = _first(event)
        state = {name: change["to"] for name, change in event.get("changes", {}).items()}
        version = event["version"]
        passed = {"version": version, "sentVersion": version, "updatedAt": event["timestamp"]}
        documents[event["taskId"]] = before | state | passed
    removed = {}
    for task_id, document in documents.items():
        times = {
            name: TIME.validate_python(document[name]) for name in _TIMES if document.get(name)
        }
        try:
            task = StoredTask.from_document(document | times)
        except UnreadableTask:
            continue
        removed[task_id] = Removed(task, document["wholeFrom"])
    return removed


def _first(event: Document) -> Document:
    task_id: ObjectId = event["taskId"]
    created_at = event["timestamp"] if event["type"] == "TaskCreated" else task_id.generation_time
    return {
        "_id": task_id,
        "user": event["userId"],
        "createdAt": created_at,
        "deleted": True,
        "wholeFrom": event["version"],
    }
