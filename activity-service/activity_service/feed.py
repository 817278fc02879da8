"""Reading the feed: a user's activities, newest first, or the newest one of a task."""

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from bson.datetime_ms import DatetimeMS
from chassis.errors import Forbidden, NotFound
from chassis.mongo import Database
from chassis.paging import Cursors, page_length

from activity_service.activities import NEWEST_FIRST, ActivityDocument, activities_in
from activity_service.answers import activity_of
from activity_service.schemas import Activity, FeedPage

LATEST: Final = datetime.max.replace(microsecond=999_000, tzinfo=UTC)
MAX_UNREADABLE = 20  # activities that the search for a task's newest one leaves out


class Position(NamedTuple):
    """Where an activity stands in the feed. `timestamp` is aware; `version` None where none is stored."""

    timestamp: datetime
    version: int | None
    id: str


class Feed:
    """The activities as their owners see them."""

    def __init__(self, database: Database, cursors: Cursors[Position]) -> None:
        self._activities = activities_in(database)
        self._cursors = cursors

    async def page(
        self,
        user_id: str,
        *,
        limit: int,
        cursor: str | None,
        task_id: str | None,
        stream_cursor: str,
    ) -> FeedPage:
        """The activities of a user, or of one task of theirs, behind `cursor`.

        `stream_cursor` is of a moment before this call, so that nothing falls between the page and
        the stream. BadRequest for a cursor that this feed did not give.
        """
        query: dict[str, Any] = {"userId": user_id}
        if task_id is not None:
            query["taskId"] = task_id
        if cursor is not None:
            query |= _behind(self._cursors.decode(cursor))
        limit = page_length(limit)
        found = await self._activities.find(query).sort(NEWEST_FIRST).limit(limit + 1).to_list()
        shown = found[:limit]
        position = _last_position(shown) if found[limit:] else None
        return FeedPage(
            activities=[activity for document in shown if (activity := activity_of(document))],
            next_cursor=self._cursors.encode(position) if position else None,
            stream_cursor=stream_cursor,
        )

    async def latest(self, user_id: str, task_id: str) -> str:
        """The newest activity of a task, as a sentence; NotFound, or Forbidden if not theirs."""
        own = {"taskId": task_id, "userId": user_id}
        newest = await self._activities.find_one(own, sort=NEWEST_FIRST)
        if newest is not None and (
            activity := activity_of(newest) or await self._newest_readable(own)
        ):
            return activity.message
        if await self._activities.find_one({"taskId": task_id}, projection=["_id"]):
            raise Forbidden("Not authorized")
        raise NotFound("Activity not found")

    async def _newest_readable(self, query: dict[str, Any]) -> Activity | None:
        """Behind the newest one, which cannot be read."""
        found = self._activities.find(query).sort(NEWEST_FIRST).skip(1).limit(MAX_UNREADABLE)
        async for document in found:
            if activity := activity_of(document):
                return activity
        return None


def _behind(position: Position) -> dict[str, Any]:
    # The first condition is what bounds the walk over the index; the others only sort out the few
    # activities of that very millisecond. One without a version sorts behind all that have one.
    timestamp, version, last_id = position
    same_millisecond: list[dict[str, Any]] = [{"version": version, "_id": {"$lt": last_id}}]
    if version is not None:
        same_millisecond.append({"version": {"$not": {"$gte": version}}})
    return {
        "timestamp": {"$lte": timestamp},
        "$or": [{"timestamp": {"$lt": timestamp}}, *same_millisecond],
    }


def _last_position(shown: list[ActivityDocument]) -> Position | None:
    """Of the last one that has a time: those without stand at the very end of the feed."""
    for document in reversed(shown):
        timestamp, version = document.get("timestamp"), document.get("version")
        if isinstance(timestamp, DatetimeMS):  # a stored date for which Python has no datetime
            timestamp = LATEST if int(timestamp) > 0 else None
        if isinstance(timestamp, datetime):
            return Position(
                timestamp, version if isinstance(version, int) else None, document["_id"]
            )
    return None
