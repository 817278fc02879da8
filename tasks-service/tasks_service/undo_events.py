"""The events that an undo is about: those that wait in their tasks, and those in the history."""

from collections.abc import Sequence
from typing import Any, Final

from bson import ObjectId
from chassis.mongo import Database, Document

from tasks_service.collection import COLLECTION
from tasks_service.events import EVENTS, events_in
from tasks_service.history import BASELINE, History, kept

_LINKS: Final = dict.fromkeys(("taskId", "type", "version", "causedBy"), True)


class UndoEvents:
    """Events of a user. What is read from the tasks is read before the history: see `history.py`."""

    def __init__(self, database: Database) -> None:
        self._tasks = database[COLLECTION]
        self._history = History(database).events

    async def one(self, user_id: str, event_id: str) -> Sequence[Document]:
        """The event of this id, if the user has it."""
        sent = {"_id": event_id, "userId": user_id, "type": {"$ne": BASELINE}}
        # Most are there, and no task needs to be looked through for them.
        if found := await self._history.find(sent).to_list():
            return found
        return await self._waiting(user_id, "eventId", event_id) or (
            await self._history.find(sent).to_list()
        )

    async def of_batch(self, user_id: str, batch_id: str) -> Sequence[Document]:
        """The events of the batch, by their tasks."""
        waiting = await self._waiting(user_id, "batchId", batch_id)
        events = {event["_id"]: event for event in waiting}
        async for event in self._history.find({"batchId": batch_id, "userId": user_id}):
            events[event["_id"]] = event
        return sorted(events.values(), key=lambda event: (event["taskId"], event["version"]))

    async def _waiting(self, user_id: str, name: str, value: str) -> Sequence[Document]:
        query = {"user": user_id, "unsentSince": {"$exists": True}, f"events.{name}": value}
        is_meant = {"$eq": [f"$$this.{name}", {"$literal": value}]}
        shown = {"user": True, "events": {"$filter": {"input": EVENTS, "cond": is_meant}}}
        return [
            kept(task, event, event["eventId"])
            async for task in self._tasks.find(query, shown)
            for event in task["events"]
        ]

    async def links(
        self, user_id: str, task_ids: Sequence[ObjectId], documents: Sequence[Document]
    ) -> Sequence[Document]:
        """The undos among the events of these tasks, and the baselines, by version.

        `documents` are those tasks that are there, read before this is called.
        """
        links = {
            event["eventId"]: kept(task, event, event["eventId"])
            for task in documents
            for event in events_in(task)
            if event.get("causedBy")
        }
        of_tasks: dict[str, Any] = {"userId": user_id, "taskId": {"$in": task_ids}}
        some = {"$or": [{"causedBy": {"$gt": ""}}, {"type": BASELINE}]}
        async for event in self._history.find(of_tasks | some, _LINKS):
            links[event["_id"]] = event
        return sorted(links.values(), key=lambda event: int(event["version"]))
