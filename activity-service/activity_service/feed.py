"""Reading the feed: a user's activities, newest first, or the newest one of a task."""

from datetime import datetime
from typing import Any, NamedTuple

from chassis.errors import Forbidden, NotFound
from chassis.mongo import Database, Document
from chassis.paging import Cursors, page_length
from contracts.events import Change

from activity_service.activities import COLLECTION, NEWEST_FIRST, message_of
from activity_service.schemas import Activity, FeedPage


class Position(NamedTuple):
    """Where an activity stands in the feed. `timestamp` is aware."""

    timestamp: datetime
    version: int
    id: str


class Feed:
    """The activities as their owners see them."""

    def __init__(self, database: Database, cursors: Cursors[Position]) -> None:
        self._activities = database[COLLECTION]
        self._cursors = cursors

    async def page(
        self, user_id: str, *, limit: int, cursor: str | None, task_id: str | None
    ) -> FeedPage:
        """The activities of a user, or of one task of theirs, behind `cursor`.

        BadRequest for a cursor that this feed did not give.
        """
        query: dict[str, Any] = {"userId": user_id}
        if task_id is not None:
            query["taskId"] = task_id
        if cursor is not None:
            query |= _behind(self._cursors.decode(cursor))
        limit = page_length(limit)
        found = await self._activities.find(query).sort(NEWEST_FIRST).limit(limit + 1).to_list()
        shown = found[:limit]
        return FeedPage(
            activities=[_to_activity(document) for document in shown],
            next_cursor=self._cursors.encode(_position(shown[-1])) if found[limit:] else None,
        )

    async def latest(self, user_id: str, task_id: str) -> str:
        """The newest activity of a task, as a sentence; NotFound, or Forbidden if not theirs."""
        own = {"taskId": task_id, "userId": user_id}
        newest = await self._activities.find_one(own, sort=NEWEST_FIRST)
        if newest is not None:
            return message_of(newest)
        if await self._activities.find_one({"taskId": task_id}, projection=["_id"]):
            raise Forbidden("Not authorized")
        raise NotFound("Activity not found")


def _behind(position: Position) -> dict[str, Any]:
    # The first condition is what bounds the walk over the index; the second only sorts out the
    # few activities of that very millisecond.
    timestamp, version, last_id = position
    return {
        "timestamp": {"$lte": timestamp},
        "$or": [
            {"timestamp": {"$lt": timestamp}},
            {"version": {"$lt": version}},
            {"version": version, "_id": {"$lt": last_id}},
        ],
    }


def _position(document: Document) -> Position:
    return Position(document["timestamp"], document["version"], document["_id"])


def _to_activity(document: Document) -> Activity:
    return Activity(
        id=document["_id"],
        type=document["type"],
        task_id=document["taskId"],
        task_title=document["taskTitle"],
        message=message_of(document),
        timestamp=document["timestamp"],
        changes={
            change["field"]: Change(from_=change["from"], to=change["to"])
            for change in document["changes"]
        },
    )
