"""What was recorded, in the order in which it was: the change streams of the collection of activities.

A position in that order is a resume token of MongoDB, of which only the text is kept. Its text sorts
as the changes do (MongoDB manual, "Change Streams", "Resume Tokens").
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import OperationFailure, PyMongoError

from activity_service.activities import ActivityDocument

Changes = AsyncChangeStream[Any]

_NOT_RESUMABLE: Final = "NonResumableChangeStreamError"
# InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost.
_LOST_CODES: Final = frozenset({260, 280, 286})


class PositionLost(Exception):
    """MongoDB no longer knows what came after a position."""


class Recorded(NamedTuple):
    """One activity at its position. `size` is in bytes of BSON."""

    position: str
    document: ActivityDocument
    size: int


async def watch(
    activities: AsyncCollection[ActivityDocument],
    *,
    after: str | None,
    user_id: str | None = None,
    at_once: int,
    wait: float,
) -> Changes:
    """A change stream of the activities that are recorded after a position, or from now on.

    Of all users, unless one is named. A read waits `wait` seconds for the next one. MongoDB sends
    `at_once` at most, where it would send 16 MiB, all of which become objects before the first one is
    read. Raises PyMongoError: see `is_lost`.
    """
    user = {"$type": "string"} if user_id is None else user_id
    match = {"operationType": "insert", "fullDocument.userId": user}
    shown = {"fullDocument": 1, "size": {"$bsonSize": "$fullDocument"}}
    return await activities.watch(
        [{"$match": match}, {"$project": shown}],
        resume_after={"_data": after} if after else None,
        max_await_time_ms=int(wait * 1000),
        batch_size=at_once,
    )


async def read(changes: Changes) -> Recorded | None:
    """The next activity; None if there is none, and none comes in time.

    Raises PositionLost when the collection is gone, and PyMongoError.
    """
    change: Mapping[str, Any] | None = await changes.try_next()
    if change is not None:
        return Recorded(change["_id"]["_data"], change["fullDocument"], change["size"])
    if not changes.alive:
        raise PositionLost
    return None


def position_of(changes: Changes) -> str:
    """Up to where it has been read; it has a position as soon as it is open."""
    token: Mapping[str, Any] = changes.resume_token or {}
    return str(token["_data"])


def is_lost(error: PyMongoError) -> bool:
    """Whether MongoDB no longer knows the position that was asked for."""
    return error.has_error_label(_NOT_RESUMABLE) or (
        isinstance(error, OperationFailure) and error.code in _LOST_CODES
    )
