"""Reading the feed: a user's activities, newest first, or the newest one of a task."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, cast

import bson
from bson.datetime_ms import DatetimeMS
from bson.raw_bson import RawBSONDocument
from chassis.errors import Forbidden, NotFound
from chassis.mongo import Database
from chassis.paging import Cursors, page_length
from pymongo.asynchronous.collection import AsyncCollection

from activity_service.activities import NEWEST_FIRST, ActivityDocument, activities_in
from activity_service.answers import activity_of
from activity_service.schemas import Activity, FeedPage

LATEST: Final = datetime.max.replace(microsecond=999_000, tzinfo=UTC)
PAGE_BYTES: Final = 2_097_152  # of BSON, which takes several times as much as objects and as JSON
# Documents of up to 200 kB each: all that is read for a page of 50, as our page asks for.
READ_AT_ONCE: Final = 51
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
        self._options = self._activities.codec_options
        self._unread = cast(
            "AsyncCollection[RawBSONDocument]",
            self._activities.with_options(
                codec_options=self._options.with_options(document_class=RawBSONDocument)
            ),
        )
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

        At most `limit` of them, and fewer where they have more than `PAGE_BYTES` together.
        `stream_cursor` is of a moment before this call, so that nothing falls between the page and
        the stream. BadRequest for a cursor that this feed did not give.
        """
        query: dict[str, Any] = {"userId": user_id}
        if task_id is not None:
            query["taskId"] = task_id
        if cursor is not None:
            query |= _behind(self._cursors.decode(cursor))
        shown, is_last = await self._first(query, page_length(limit))
        position = None if is_last else _last_position(shown)
        return FeedPage(
            activities=[activity for document in shown if (activity := activity_of(document))],
            next_cursor=self._cursors.encode(position) if position else None,
            stream_cursor=stream_cursor,
        )

    async def _first(
        self, query: Mapping[str, Any], limit: int
    ) -> tuple[list[ActivityDocument], bool]:
        """The first ones that make a page, at least one of them, and whether there are no others."""
        shown: list[ActivityDocument] = []
        size = 0
        found = self._unread.find(query, batch_size=READ_AT_ONCE).sort(NEWEST_FIRST)
        async with found.limit(limit + 1):
            async for document in found:
                size += len(document.raw)
                if len(shown) == limit or (shown and size > PAGE_BYTES):
                    return shown, False
                shown.append(cast("ActivityDocument", bson.decode(document.raw, self._options)))
        return shown, True

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
