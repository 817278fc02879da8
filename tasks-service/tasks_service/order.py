"""The order in which a person put the tasks: where a move puts one (see `rank.py`)."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from bson import ObjectId
from chassis.clock import Clock
from chassis.errors import BadRequest, Conflict
from chassis.mongo import Database, Document
from contracts.errors import FieldError
from pymongo import ASCENDING, IndexModel, UpdateOne

from tasks_service.rank import NoRoom, first_rank, rank_between
from tasks_service.schemas import StoredTask

# Also over the tasks in the trash, which come back to where they were.
INDEXES: Final = [
    IndexModel(
        [("user", ASCENDING), ("rank", ASCENDING)],
        name="rank_of_user",
        unique=True,
        partialFilterExpression={"rank": {"$gt": ""}},
    ),
    # Those that the last release made: null is also a field that is not there.
    IndexModel([("user", ASCENDING)], name="without_rank", partialFilterExpression={"rank": None}),
]
BATCH: Final = 1000
# A date for which Python has a datetime.
_READABLE: Final = {
    "$gte": datetime.min.replace(tzinfo=UTC),
    "$lte": datetime.max.replace(tzinfo=UTC),
}

_NO_SUCH_PLACE: Final = FieldError(
    field="after", message="must be another task of yours that is not in the trash, or null"
)


class Order:
    """The ranks of all users' tasks, in the collection of tasks."""

    def __init__(self, database: Database, collection: str, now: Clock) -> None:
        self._tasks = database[collection]
        self._now = now

    async def rank_behind(self, task: StoredTask, after: ObjectId | None) -> str:
        """The rank that puts `task` directly behind the other, or on top; its own if it is there.

        Two moves at once may be given the same rank: the index refuses the second. BadRequest if
        there is no such task to stand behind, Conflict if there is no room between the neighbours.
        """
        await self._rank_all(task.user)
        above = "" if after is None else await self._rank_of(after, task)
        neighbour = await self._first_below(task.user, above, {"deleted": False})
        if neighbour is not None and str(neighbour["_id"]) == task.id:
            return task.rank
        neighbour = await self._first_below(task.user, above, {})
        below = None if neighbour is None else str(neighbour["rank"])
        if after is None:
            newest = first_rank(self._now(), ObjectId())
            if below is None or newest < below:
                return newest
        return _rank_between(above, below)

    async def taken(self, user_id: str, ranks: Collection[str]) -> Sequence[str]:
        """Those of the ranks that a task of the user has, also one in the trash."""
        if not ranks:
            return []
        found = self._tasks.find({"user": user_id, "rank": {"$in": [*ranks]}}, {"rank": True})
        return [task["rank"] async for task in found.sort("rank", ASCENDING)]

    async def rank_close_behind(self, user_id: str, rank: str, others: Collection[str]) -> str:
        """A rank between this one and the next, of the user's tasks and of `others`.

        Conflict if there is no room.
        """
        neighbour = await self._first_below(user_id, rank, {})
        below = [other for other in others if other > rank]
        below += [] if neighbour is None else [str(neighbour["rank"])]
        return _rank_between(rank, min(below, default=None))

    async def _rank_of(self, after: ObjectId, task: StoredTask) -> str:
        own = {"_id": after, "user": task.user, "deleted": False, "rank": {"$gt": ""}}
        found = await self._tasks.find_one(own, {"rank": True})
        if found is None or str(after) == task.id:
            raise BadRequest("Invalid input", errors=[_NO_SUCH_PLACE])
        return str(found["rank"])

    async def _first_below(
        self, user_id: str, above: str, condition: dict[str, Any]
    ) -> Document | None:
        return await self._tasks.find_one(
            {"user": user_id, "rank": {"$gt": above}} | condition,
            {"rank": True},
            sort=[("rank", ASCENDING)],
        )

    async def _rank_all(self, user_id: str) -> None:
        """Store the rank of every task that has none: its neighbours are found by it."""
        while without := await self._without_rank(user_id):
            await self._tasks.bulk_write([_ranked(task) for task in without], ordered=False)

    async def _without_rank(self, user_id: str) -> list[Document]:
        own = {"user": user_id, "rank": None, "createdAt": _READABLE}
        found = self._tasks.find(own | {"_id": {"$type": "objectId"}}, {"createdAt": True})
        return await found.limit(BATCH).to_list()


def _rank_between(above: str, below: str | None) -> str:
    try:
        return rank_between(above, below)
    except NoRoom:
        raise Conflict("There is no more room between these two tasks") from None


def _ranked(task: Document) -> UpdateOne:
    rank = first_rank(task["createdAt"], task["_id"])
    return UpdateOne({"_id": task["_id"], "rank": None}, {"$set": {"rank": rank}})
