"""What the undo of one event would do to its task."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from bson import ObjectId
from chassis.clock import Clock
from chassis.errors import Conflict
from chassis.mongo import Database, Document
from contracts.events import UtcMillis
from pydantic import TypeAdapter
from pydantic.alias_generators import to_snake

from tasks_service.access import readable
from tasks_service.changes import next_version
from tasks_service.collection import COLLECTION
from tasks_service.events import told
from tasks_service.history import BASELINE, History, kept
from tasks_service.reversal import Clash, reverse
from tasks_service.schemas import StoredTask

TOO_OLD: Final = "It is older than the history of its task"
_TIME: Final = TypeAdapter[datetime](UtcMillis)


class Plan(NamedTuple):
    """`after` is None where nothing is to be written. Without `is_there` the trash has let it go."""

    event: Document
    before: StoredTask
    after: StoredTask | None
    clashes: Sequence[Clash]
    is_there: bool


class Plans:
    """Reads a task and its events."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._tasks = database[COLLECTION]
        self._history = History(database)
        self._now = now

    async def of(self, event: Document) -> Plan:
        """Conflict if the event is older than what is known of its task."""
        document = await self._tasks.find_one({"_id": event["taskId"]}, {"derived": False})
        events = await self._events(event, document)
        if any(one["type"] == BASELINE and one["version"] >= event["version"] for one in events):
            raise Conflict(TOO_OLD, extra={"conflicts": []})
        before = _gone(event, events) if document is None else readable(document)
        values: dict[str, Any] = {}
        clashes: Sequence[Clash] = []
        if not _is_undone(event, events):
            values, clashes = await self._values(event, before)
        after = next_version(before, values, self._now()) if values and not clashes else None
        return Plan(event, before, after, clashes, document is not None)

    async def _events(self, event: Document, document: Document | None) -> list[Document]:
        """Of the task, by version."""
        of_task = {"userId": event["userId"], "taskId": event["taskId"]}
        waiting = [] if document is None else document.get("events", [])
        events = {
            one["eventId"]: kept(document, one, one["eventId"]) for one in waiting if document
        }
        async for one in self._history.events.find(of_task):
            events[one["_id"]] = one
        return sorted(events.values(), key=lambda one: (one["version"], one["type"] == BASELINE))

    async def _values(
        self, event: Document, before: StoredTask
    ) -> tuple[dict[str, Any], Sequence[Clash]]:
        if event["type"] in {"TaskCreated", "TaskRestored"}:
            return ({} if before.deleted else {"deleted": True}), []
        if event["type"] == "TaskDeleted":
            return ({"deleted": False} if before.deleted else {}), []
        now = told(before)
        if before.deleted:
            return {}, [Clash("deletedAt", None, None, now["deletedAt"])]
        values, clashes = reverse(event["changes"], now)
        # It follows the status.
        clashes = [clash for clash in clashes if clash.field != "completedAt"]
        completed_at = values.pop("completedAt", None)
        if completed_at is not None and "status" in values:
            values["completedAt"] = _TIME.validate_python(completed_at)
        if "rank" in values and await self._is_taken(before, values["rank"]):
            clashes.append(
                Clash("rank", values["rank"], event["changes"]["rank"]["to"], now["rank"])
            )
        return {to_snake(name): value for name, value in values.items()}, clashes

    async def _is_taken(self, task: StoredTask, rank: str) -> bool:
        others = {"user": task.user, "rank": rank, "_id": {"$ne": ObjectId(task.id)}}
        return await self._tasks.find_one(others, {"_id": True}) is not None


def _is_undone(event: Document, events: Sequence[Document]) -> bool:
    """Whether the last undo of it stands: that may have been undone in turn."""
    undone_by = {one["causedBy"]: one["_id"] for one in events if one.get("causedBy")}
    event_id, undos = event["_id"], 0
    while event_id in undone_by:
        event_id, undos = undone_by[event_id], undos + 1
    return undos % 2 == 1


def _gone(event: Document, events: Sequence[Document]) -> StoredTask:
    """A task that the trash has let go, as it was in there."""
    state: Document = {}
    for one in events:
        if one["type"] == BASELINE:
            state = {}
        state |= {name: change["to"] for name, change in one["changes"].items()}
    first, last = events[0], events[-1]
    task_id: ObjectId = event["taskId"]
    times = {
        name: _TIME.validate_python(state[name])
        for name in ("completedAt", "deletedAt")
        if state.get(name) is not None
    }
    created_at = first["timestamp"] if first["version"] == 1 else task_id.generation_time
    return StoredTask.from_document(
        state
        | times
        | {
            "_id": task_id,
            "user": event["userId"],
            "version": last["version"],
            "sentVersion": last["version"],
            "createdAt": created_at,
            "updatedAt": last["timestamp"],
            "deleted": True,
        }
    )
