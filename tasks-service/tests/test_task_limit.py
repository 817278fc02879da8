"""A user may have so many tasks and not one more, whatever comes at once."""

import asyncio

import pytest
from bson import ObjectId
from chassis.errors import Conflict, Forbidden, NotFound, PreconditionFailed, ServiceError
from chassis.mongo import Database
from tasks_helpers.listing import document
from tasks_helpers.service import profiled
from tasks_helpers.tasks import NEW, replica_of
from tasks_service import task_limit
from tasks_service.operation import Operation
from tasks_service.preconditions import IfMatch
from tasks_service.task_limit import TaskLimit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def make(database: Database, limit: TaskLimit, user: str, wanted: int = 1) -> int:
    """How many tasks were made."""
    async with limit.taking(user, wanted) as granted:
        if granted:
            made = [document(0, user=user) for _ in range(granted)]
            await database["tasks"].insert_many(made)
    return granted


async def live(database: Database, user: str) -> int:
    return await database["tasks"].count_documents({"user": user, "deleted": False})


@pytest.mark.parametrize("wanted", [1, 4])
async def test_of_many_at_once_exactly_as_many_as_there_is_room_for_are_made(
    database: Database, user_id: str, wanted: int
) -> None:
    limit = TaskLimit(database["tasks"], 25)
    made = await asyncio.gather(*(make(database, limit, user_id, wanted) for _ in range(60)))
    assert sum(made) == await live(database, user_id) == 25


async def test_each_user_has_room_of_their_own(database: Database, user_id: str) -> None:
    limit = TaskLimit(database["tasks"], 1)
    assert [await make(database, limit, user_id) for _ in range(2)] == [1, 0]
    assert await make(database, limit, str(ObjectId())) == 1


async def test_what_is_deleted_makes_room_again(database: Database, user_id: str) -> None:
    limit = TaskLimit(database["tasks"], 3)
    assert await make(database, limit, user_id, 5) == 3
    assert await make(database, limit, user_id) == 0
    await database["tasks"].update_one({"user": user_id}, {"$set": {"deleted": True}})
    assert await make(database, limit, user_id, 5) == 1


async def test_a_failure_takes_no_room(database: Database, user_id: str) -> None:
    limit = TaskLimit(database["tasks"], 2)
    for _ in range(5):
        with pytest.raises(ConnectionError):
            async with limit.taking(user_id):
                raise ConnectionError
    assert [await make(database, limit, user_id) for _ in range(3)] == [1, 1, 0]


@pytest.mark.asyncio(loop_scope="function")
async def test_a_user_is_counted_only_as_room_is_halved(own: Database, user_id: str) -> None:
    limit = TaskLimit(own["tasks"], 100)
    async with profiled(own) as operations:
        for _ in range(100):
            await make(own, limit, user_id)
    counts = [one for one in operations if "aggregate" in one["command"]]
    assert len(counts) <= 8


async def test_what_another_process_made_is_seen_after_a_while(
    database: Database, user_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit, other = TaskLimit(database["tasks"], 10), TaskLimit(database["tasks"], 10)
    await make(database, limit, user_id)
    assert await make(database, other, user_id, 10) == 9
    monkeypatch.setattr(task_limit, "MAX_AGE", 0.0)
    assert await make(database, limit, user_id) == 0


async def test_a_restore_that_no_room_would_help_says_why(database: Database, user_id: str) -> None:
    tasks = replica_of(database, most=1)
    trashed = ObjectId((await tasks.create(user_id, NEW)).task.id)
    await tasks.delete(user_id, trashed, None)
    live = ObjectId((await tasks.create(user_id, NEW)).task.id)
    others = ObjectId((await tasks.create(str(ObjectId()), NEW)).task.id)

    async def refusal(task_id: ObjectId, if_match: IfMatch | None = None) -> type[ServiceError]:
        with pytest.raises(ServiceError) as refused:
            await tasks.restore(user_id, task_id, if_match, Operation(ObjectId()))
        return refused.type

    assert await refusal(trashed) is Conflict
    assert await refusal(trashed, IfMatch.parse(['"1"'])) is PreconditionFailed
    assert await refusal(live) is NotFound
    assert await refusal(ObjectId()) is NotFound
    assert await refusal(others) is Forbidden
