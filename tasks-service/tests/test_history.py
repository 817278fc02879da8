"""The history of random tasks: whatever was done to them, their events tell it."""

from typing import Any

import pytest
from bson import ObjectId
from chassis.errors import ServiceError
from chassis.mongo import Database
from devstack.testing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.errors import BulkWriteError
from tasks_helpers import random_tasks
from tasks_helpers.histories import assert_history_is_whole, history_of
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import Replica
from tasks_helpers.service import profiled
from tasks_helpers.tasks import USER, stored
from tasks_service.bulk_schemas import BulkChange
from tasks_service.history import History
from tasks_service.operation import Operation
from tasks_service.schemas import NewTask, TaskPatch

TASKS = 3

fields = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(random_tasks.TEXTS[1:]),
        "status": st.sampled_from(["Open", "completed", "Completed", "Later"]),
        "description": st.sampled_from(random_tasks.TEXTS),
        "due": random_tasks.dues,
        "priority": st.integers(0, 3),
        "list": st.sampled_from(["", "Home"]),
        "labels": st.lists(st.sampled_from(["a", "b", "c"]), unique=True),
        "checklist": st.lists(
            st.builds(
                lambda key, done: {"id": key, "text": key, "done": done},
                st.sampled_from(["x", "y", "z"]),
                st.booleans(),
            ),
            unique_by=lambda item: str(item["id"]),
        ),
    },
)
numbers = st.integers(0, TASKS - 1)
bulks = st.one_of(
    fields.filter(bool).map(lambda values: {"set": values}),
    st.sampled_from([{"action": "delete"}, {"action": "restore"}, {"addLabels": ["A", "d"]}]),
)
steps = st.one_of(
    st.tuples(st.just("patch"), numbers, fields.filter(bool)),
    st.tuples(st.just("move"), numbers, st.none() | numbers),
    st.tuples(st.just("trash"), numbers, st.none()),
    st.tuples(st.just("restore"), numbers, st.none()),
    st.tuples(st.just("bulk"), numbers, bulks),
    st.tuples(st.just("send"), numbers, st.none()),
)


async def take(replica: Replica, user: str, ids: list[str], step: tuple[str, int, Any]) -> None:
    name, number, value = step
    task_id = ObjectId(ids[number])
    if name == "patch":
        await replica.tasks.update(user, task_id, TaskPatch.model_validate(value), None)
    elif name == "move":
        after = None if value is None else ids[value]
        await replica.tasks.update(user, task_id, TaskPatch(after=after), None)
    elif name == "trash":
        await replica.tasks.delete(user, task_id, None)
    elif name == "restore":
        await replica.tasks.restore(user, task_id, None, Operation(ObjectId()))
    elif name == "bulk":
        change = BulkChange.model_validate({"ids": ids[number:]} | value)
        await replica.bulk.change(user, change, Operation(ObjectId()))
    else:
        await replica.send_once()


@settings(
    max_examples=examples(12, 10_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    new=st.lists(fields, min_size=TASKS, max_size=TASKS),
    taken=st.lists(steps, min_size=4, max_size=12),
)
@pytest.mark.usefixtures("inbox")
async def test_the_events_of_a_task_give_the_task(
    replica: Replica, own: Database, new: list[dict[str, Any]], taken: list[tuple[str, int, Any]]
) -> None:
    user = str(ObjectId())
    ids = []
    for values in new:
        body = NewTask.model_validate({"title": "t", "status": "Open"} | values)
        ids.append((await replica.tasks.create(user, body)).task.id)
    for step in taken:
        try:
            await take(replica, user, ids, step)
        except ServiceError as refusal:
            assert refusal.status in {400, 404}  # noqa: PT017 — of a step that fits no task
    for task_id in ids:
        await assert_history_is_whole(own, task_id)
    await replica.send_once()
    for task_id in ids:
        assert "events" not in await stored(own, task_id)
        await assert_history_is_whole(own, task_id)


async def test_events_that_are_there_already_are_added_once_beside_others(own: Database) -> None:
    history = History(own)
    await history.add([{"_id": "a", "version": 1}])
    await history.add([{"_id": "b"}, {"_id": "a", "version": 2}, {"_id": "c"}])
    found = await own["task_events"].find().sort("_id").to_list()
    assert found == [{"_id": "a", "version": 1}, {"_id": "b"}, {"_id": "c"}]


async def test_what_the_store_refuses_is_not_taken_for_added(own: Database) -> None:
    await own.command("collMod", "task_events", validator={"version": 1})
    with pytest.raises(BulkWriteError):
        await History(own).add([{"_id": "a", "version": 1}, {"_id": "a"}, {"_id": "b"}])


async def test_a_restore_is_found_again_when_its_event_has_been_sent(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    task_id = await replica.create()
    await replica.tasks.delete(USER, task_id, None)
    operation = Operation(ObjectId())
    first = await replica.tasks.restore(USER, task_id, None, operation)
    await replica.send_once()
    await inbox.received(3)
    for is_retry in (False, True):
        again = Operation(operation.id, is_retry=is_retry)
        task, event_id = await replica.tasks.restore(USER, task_id, None, again)
        assert (task.version, event_id) == (3, first.event_id)
    assert len(await history_of(own, task_id)) == 3


async def test_a_bulk_change_knows_what_it_has_done_when_that_has_been_sent(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    ids = [await replica.create() for _ in range(3)]
    operation = Operation(ObjectId())
    delete = BulkChange.model_validate({"ids": [str(one) for one in ids[:2]], "action": "delete"})
    await replica.bulk.change(USER, delete, operation)
    await replica.send_once()
    await inbox.received(5)
    delete = BulkChange.model_validate({"ids": [str(one) for one in ids], "action": "delete"})
    answer = await replica.bulk.change(USER, delete, Operation(operation.id, is_retry=True))
    assert [(one.status, one.version) for one in answer.results] == [(200, 2)] * 3
    assert [len(await history_of(own, task_id)) for task_id in ids] == [2] * 3


async def test_the_events_of_a_task_and_of_a_batch_are_found_by_index(own: Database) -> None:
    history = History(own)
    await history.add(
        [
            {"_id": f"{number}", "taskId": ObjectId(), "version": 1, "batchId": f"{number % 5}"}
            for number in range(30)
        ]
    )
    async with profiled(own, "task_events") as operations:
        await history.versions_of_batch("3", [ObjectId()])
        await own["task_events"].find({"userId": USER}).to_list()
    assert [one["planSummary"].partition(" ")[0] for one in operations] == ["IXSCAN"] * 2
    assert [one["docsExamined"] for one in operations] == [6, 0]
