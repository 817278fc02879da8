"""The undo of one event of a task, beside the history that has not got it."""

from typing import Any

import pytest
import test_history as history
from bson import ObjectId
from chassis.mongo import Database
from devstack.testing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tasks_helpers.histories import assert_history_is_whole
from tasks_helpers.tasks import replica_of, stored
from tasks_service.events import told
from tasks_service.operation import Operation
from tasks_service.schemas import NewTask, StoredTask, TaskPatch
from tasks_service.undo import Undo
from tasks_service.undo_schemas import UndoRequest

edits = st.lists(history.fields.filter(bool), min_size=2, max_size=6)


@settings(max_examples=examples(12, 10_000), deadline=None)
@given(values=edits, number=st.integers(0, 5))
@pytest.mark.asyncio(loop_scope="session")
async def test_the_undo_gives_what_the_history_without_the_event_gives(
    database: Database, values: list[dict[str, Any]], number: int
) -> None:
    """Where no later change touches the same fields."""
    number %= len(values)
    touched = set(values[number])
    later = [{k: v for k, v in one.items() if k not in touched} for one in values[number + 1 :]]
    tasks, user = replica_of(database), str(ObjectId())
    new = NewTask(title="t", status="Open")
    task, twin = [ObjectId((await tasks.create(user, new)).task.id) for _ in range(2)]

    async def change(task_id: ObjectId, one: dict[str, Any]) -> str | None:
        if not one:
            return None
        return (await tasks.update(user, task_id, TaskPatch.model_validate(one), None)).event_id

    event_id = None
    for place, one in enumerate([*values[: number + 1], *later]):
        made = await change(task, one)
        if place == number:
            event_id = made
        else:
            await change(twin, one)
    if event_id is not None:
        request = UndoRequest.model_validate({"eventId": event_id})
        await Undo(database, tasks).undo(user, request, Operation(ObjectId()))
    documents = [await stored(database, one) for one in (twin, task)]
    expected, found = (told(StoredTask.from_document(one)) for one in documents)
    for state in (expected, found):
        state["completedAt"] = (
            state["completedAt"] is not None
        )  # the two were done at other moments
        del state["rank"]
    assert found == expected
    await assert_history_is_whole(database, task)
