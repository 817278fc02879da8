"""Undos in random histories of several tasks, of which some are removed from the trash."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest
import test_history as history
from bson import ObjectId
from chassis.errors import Conflict, ServiceError
from chassis.mongo import Database, Document
from devstack.testing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tasks_helpers.histories import assert_history_is_whole, history_of
from tasks_helpers.relay import Replica
from tasks_service.events import told
from tasks_service.operation import Operation
from tasks_service.schemas import NewTask, StoredTask
from tasks_service.undo import Undo
from tasks_service.undo_schemas import UndoRequest

chosen = st.integers(0, 40)
undos = st.one_of(
    st.tuples(st.just("undo"), chosen, st.booleans()),
    st.tuples(st.just("remove"), chosen, st.none()),
)
steps = st.lists(history.steps | undos, min_size=3, max_size=12)


class World(NamedTuple):
    """One user's tasks."""

    replica: Replica
    database: Database
    user: str
    ids: list[str]

    async def events(self) -> Sequence[Document]:
        return [
            {"_id": event.get("eventId", event.get("_id")), "taskId": task_id} | event
            for task_id in self.ids
            for event in await history_of(self.database, task_id)
        ]

    async def states(self) -> Mapping[str, dict[str, Any]]:
        """All that is told of each task that is there, and its version."""
        found = self.database["tasks"].find({"user": self.user})
        tasks = [StoredTask.from_document(document) async for document in found]
        return {task.id: told(task) | {"version": task.version} for task in tasks}

    async def take(self, step: tuple[str, int, Any]) -> None:
        name, number, value = step
        try:
            if name == "undo":
                await self.undo(number, whole_batch=value)
            elif name == "remove":
                await self.replica.send_once()
                await self.database["tasks"].delete_many({"user": self.user, "deleted": True})
            else:
                await history.take(self.replica, self.user, self.ids, step)
        except ServiceError as refusal:
            assert refusal.status in {400, 404}  # noqa: PT017 — of a step that fits no task

    async def undo(self, number: int, *, whole_batch: bool) -> None:
        """Undo the event of that number, or its batch, and compare with what is expected."""
        events = await self.events()
        event = events[number % len(events)]
        meant, body = [event], {"eventId": event["_id"]}
        if whole_batch and event["batchId"]:
            meant = [one for one in events if one["batchId"] == event["batchId"]]
            body = {"batchId": event["batchId"]}
        before = await self.states()
        request = UndoRequest.model_validate(body)
        try:
            await Undo(self.database, self.replica.tasks).undo(
                self.user, request, Operation(ObjectId())
            )
        except Conflict as refusal:
            assert await self.states() == before
            conflicts = (refusal.extra or {})["conflicts"]
            clashes = {(one["taskId"], one["field"]) for one in conflicts}
            assert clashes
            assert clashes <= {
                (str(one["taskId"]), field)
                for one in meant
                for field in touched_later(one, events) | {"deletedAt"}
            }
            return
        after = await self.states()
        for one in meant:
            task_id = str(one["taskId"])
            assert_undone(one, events, before.get(task_id), after.get(task_id))
        others = before.keys() - {str(one["taskId"]) for one in meant}
        assert {one: before[one] for one in others} == {one: after[one] for one in others}


def touched_later(event: Document, events: Sequence[Document]) -> set[str]:
    """The fields that later events of the task have changed."""
    later = [
        one
        for one in events
        if str(one["taskId"]) == str(event["taskId"]) and one["version"] > event["version"]
    ]
    return {field for one in later for field in one["changes"]}


def is_undone(event: Document, events: Sequence[Document]) -> bool:
    """By what the last event that was caused by this one has come to."""
    undos = [one for one in events if one["causedBy"] == event["_id"]]
    return bool(undos) and not is_undone(max(undos, key=lambda one: int(one["version"])), events)


def assert_undone(
    event: Document,
    events: Sequence[Document],
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    if is_undone(event, events):
        assert after == before
    elif event["type"] in {"TaskCreated", "TaskRestored"}:
        assert after is None or after["deletedAt"] is not None
    elif event["type"] == "TaskDeleted":
        assert after is not None
        assert after["deletedAt"] is None
    else:
        assert before is not None
        assert after is not None
        later = touched_later(event, events)
        for field in before.keys() - {"version"}:
            if field not in event["changes"]:
                assert after[field] == before[field]
            elif field == "rank" and field not in later:
                assert after[field].startswith(event["changes"][field]["from"][:8])
            elif field not in later:
                assert after[field] == event["changes"][field]["from"]


@settings(
    max_examples=examples(15, 2_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(new=st.lists(history.fields, min_size=3, max_size=3), taken=steps, last=chosen)
@pytest.mark.usefixtures("inbox")
async def test_an_undo_gives_what_the_history_without_the_event_gives(
    replica: Replica,
    own: Database,
    new: list[dict[str, Any]],
    taken: list[tuple[str, int, Any]],
    last: int,
) -> None:
    """Wherever nothing later has touched the same fields."""
    world = World(replica, own, str(ObjectId()), [])
    for values in new:
        body = NewTask.model_validate({"title": "t", "status": "Open"} | values)
        world.ids.append((await replica.tasks.create(world.user, body)).task.id)
    for step in [*taken, ("undo", last, True), ("undo", last, False)]:
        await world.take(step)
    for task_id in await world.states():
        await assert_history_is_whole(own, task_id)
