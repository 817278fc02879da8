"""Moves against a model, one after the other and at once: no task is lost, and none is doubled."""

import asyncio
from collections.abc import Iterator

import pytest
from bson import ObjectId
from chassis.mongo import Database
from devstack.testing import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tasks_helpers.tasks import NEW, patience, replica_of
from tasks_service.schemas import TaskPatch
from tasks_service.tasks import Tasks

pytestmark = pytest.mark.asyncio(loop_scope="session")

TASKS = 5
# The task at this place of the first order, behind that one (None: to the top).
moves = st.tuples(st.integers(0, TASKS - 1), st.none() | st.integers(0, TASKS - 1))


@pytest.fixture(scope="module")
def patient() -> Iterator[None]:
    with patience():
        yield


async def made(database: Database, user: str) -> list[str]:
    """The ids of new tasks, in their order."""
    created = [await replica_of(database).create(user, NEW) for _ in range(TASKS)]
    return [changed.task.id for changed in created][::-1]


async def order(database: Database, user: str) -> list[str]:
    found = database["tasks"].find({"user": user}, {"rank": True}).sort("rank")
    return [str(task["_id"]) async for task in found]


async def move(tasks: Tasks, user: str, ids: list[str], which: int, behind: int | None) -> None:
    after = None if behind is None else ids[behind]
    await tasks.update(user, ObjectId(ids[which]), TaskPatch(after=after), None)


@settings(max_examples=examples(8, 1000), deadline=None)
@given(steps=st.lists(moves.filter(lambda step: step[0] != step[1]), max_size=30))
async def test_moves_one_after_the_other_give_the_order_of_a_list(
    indexed: Database, steps: list[tuple[int, int | None]]
) -> None:
    user = str(ObjectId())
    tasks, ids = replica_of(indexed), await made(indexed, user)
    expected = list(ids)
    for which, behind in steps:
        await move(tasks, user, ids, which, behind)
        expected.remove(ids[which])
        expected.insert(0 if behind is None else expected.index(ids[behind]) + 1, ids[which])
        assert await order(indexed, user) == expected


@pytest.mark.usefixtures("patient")
@example(rounds=[[(2, 0), (3, 0), (4, 0)], [(1, 2), (0, 2)], [(4, 0), (3, 0), (2, 0)]])
@settings(max_examples=examples(8, 1000), deadline=None)
@given(
    rounds=st.lists(
        st.lists(moves.filter(lambda step: step[0] != step[1]), min_size=2, max_size=4),
        min_size=1,
        max_size=4,
    )
)
async def test_moves_of_two_clients_at_once_lose_and_double_no_task(
    indexed: Database, rounds: list[list[tuple[int, int | None]]]
) -> None:
    user = str(ObjectId())
    replicas, ids = (replica_of(indexed), replica_of(indexed)), await made(indexed, user)
    for steps in rounds:
        await asyncio.gather(
            *(move(replicas[n % 2], user, ids, *step) for n, step in enumerate(steps))
        )
        assert sorted(await order(indexed, user)) == sorted(ids)
        ranks = await indexed["tasks"].distinct("rank", {"user": user})
        assert len(ranks) == TASKS
    # What each of them was told is what is there: each of the events tells one move.
    for task_id in ids:
        document = await indexed["tasks"].find_one({"_id": ObjectId(task_id)})
        assert document is not None
        told = [event["changes"]["rank"] for event in document["events"]]
        assert [change["from"] for change in told[1:]] == [change["to"] for change in told[:-1]]
        assert told[-1]["to"] == document["rank"]
