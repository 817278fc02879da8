"""Undoing beside crashes, elections and other processes."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from bson import ObjectId
from chassis.errors import Conflict, Unavailable
from chassis.mongo import Database, Document, ensure_indexes, open_mongo
from chassis.mongo_errors import is_unavailable
from devstack.mongo import Mongo
from devstack.servers import Server
from pymongo.errors import PyMongoError
from tasks_helpers.histories import history_of
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import Replica
from tasks_helpers.service import profiled
from tasks_helpers.tasks import NEW, USER, replica_of, stored
from tasks_helpers.undo import batch_undone, changed, undone
from tasks_service import task_writes
from tasks_service import undo as module
from tasks_service.app import INDEXES
from tasks_service.changes import update_of
from tasks_service.history import BASELINE
from tasks_service.operation import Operation
from tasks_service.schemas import StoredTask, TaskPatch
from tasks_service.undo import Undo
from tasks_service.undo_plans import Plan
from tasks_service.undo_schemas import UndoAnswer, UndoRequest


async def test_a_transaction_that_is_overtaken_leaves_nothing_and_is_tried_again(
    replica: Replica, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [await replica.create() for _ in range(2)]
    for task_id in ids:
        await own["tasks"].update_one({"_id": task_id}, {"$set": {"events.0.batchId": "b"}})
    undo = Undo(own, replica.tasks)
    write, another = undo._write_all, replica_of(own)

    async def overtaken(changes: Sequence[Plan], batch_id: str, **options: Any) -> None:  # noqa: ANN401
        monkeypatch.setattr(undo, "_write_all", write)
        await another.update(USER, ids[1], TaskPatch(title="meanwhile"), None)
        await write(changes, batch_id, **options)

    monkeypatch.setattr(undo, "_write_all", overtaken)
    request = UndoRequest.model_validate({"batchId": "b"})
    await undo.undo(USER, request, Operation(ObjectId()))
    documents = [await stored(own, task_id) for task_id in ids]
    assert [(one["deleted"], one["version"]) for one in documents] == [(True, 2), (True, 3)]


async def test_a_process_that_dies_within_a_batch_has_undone_nothing(
    replica: Replica, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [await replica.create() for _ in range(3)]
    for task_id in ids:
        await own["tasks"].update_one({"_id": task_id}, {"$set": {"events.0.batchId": "b"}})
    undo = Undo(own, replica.tasks)
    operation = Operation(ObjectId())
    request = UndoRequest.model_validate({"batchId": "b"})
    updates = 0

    def dies(
        before: StoredTask, after: StoredTask, event: Document
    ) -> tuple[Document, list[Document]]:
        nonlocal updates
        updates += 1
        if updates == 3:
            raise ConnectionAbortedError
        return update_of(before, after, event)

    with monkeypatch.context() as patched:
        patched.setattr(module, "update_of", dies)
        with pytest.raises(ConnectionAbortedError):
            await undo.undo(USER, request, operation)
    assert {(await stored(own, task_id))["version"] for task_id in ids} == {1}
    first = await undo.undo(USER, request, Operation(operation.id, is_retry=True))
    again = await undo.undo(USER, request, Operation(operation.id, is_retry=True))
    assert first.batch_id == again.batch_id == str(operation.id)
    assert {(await stored(own, task_id))["version"] for task_id in ids} == {2}


async def test_an_event_that_undoes_itself_is_undone_as_often_as_it_says(
    replica: Replica, own: Database
) -> None:
    task_id = await replica.create()
    _, event_id = await replica.tasks.update(USER, task_id, TaskPatch(title="New"), None)
    assert event_id is not None
    where = {"_id": task_id, "events.eventId": event_id}
    await own["tasks"].update_one(where, {"$set": {"events.$.causedBy": event_id}})
    async with asyncio.timeout(60):
        await undone(replica, own, event_id)


async def test_what_is_older_than_the_history_cannot_be_undone(
    replica: Replica, own: Database
) -> None:
    task_id = await replica.create()
    _, event_id = await replica.tasks.update(USER, task_id, TaskPatch(title="New"), None)
    assert event_id is not None
    baseline = {"_id": "b", "type": BASELINE, "taskId": task_id, "userId": USER, "version": 2}
    await own["task_events"].insert_one(baseline | {"changes": {}})
    with pytest.raises(Conflict) as refused:
        await undone(replica, own, event_id)
    assert refused.value.extra == {"conflicts": []}


async def test_what_another_process_did_for_the_same_request_is_answered_with_its_batch(
    replica: Replica, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await replica.create()
    [event] = (await own["tasks"].find_one({}) or {})["events"]
    request = UndoRequest.model_validate({"eventId": event["eventId"]})
    operation = Operation(ObjectId())
    undo = Undo(own, replica.tasks)
    write = undo._write_all

    async def overtaken(changes: Sequence[Plan], batch_id: str, **options: Any) -> None:  # noqa: ANN401
        monkeypatch.setattr(undo, "_write_all", write)
        again = Operation(operation.id, is_retry=True)
        await Undo(own, replica_of(own)).undo(USER, request, again)
        await write(changes, batch_id, **options)

    monkeypatch.setattr(undo, "_write_all", overtaken)
    answer = await undo.undo(USER, request, operation)
    assert answer.batch_id == str(operation.id)
    assert len((await own["tasks"].find_one({}) or {})["events"]) == 2


async def test_no_more_tasks_come_back_than_a_user_may_have(
    replica: Replica, own: Database
) -> None:
    ids = [await replica.create() for _ in range(3)]
    batch_id = await changed(replica, ids, action="delete")
    await replica.create()
    with pytest.raises(Conflict) as refused:
        await batch_undone(own, batch_id, replica_of(own, most=3))
    assert refused.value.extra == {"conflicts": []}
    assert await own["tasks"].count_documents({"deleted": True}) == 3
    assert len((await batch_undone(own, batch_id, replica_of(own, most=4))).tasks) == 3
    assert (await batch_undone(own, batch_id, replica_of(own, most=4))).batch_id is None


async def test_an_undo_reads_few_documents(replica: Replica, own: Database, inbox: Inbox) -> None:
    ids = [await replica.create() for _ in range(40)]
    batch_id = await changed(replica, ids[:3], set={"title": "New"})
    await replica.send_once()
    await inbox.received(43)
    await replica.rename(ids[39], "waits")
    for _ in range(40):  # another user's, which wait
        await replica.tasks.create(str(ObjectId()), NEW)
    for collection, most in (("tasks", 8), ("task_events", 14)):
        async with profiled(own, collection) as operations:
            batch_id = (await batch_undone(own, batch_id)).batch_id or ""
        examined = [one for one in operations if one["op"] in {"query", "update"}]
        assert sum(one.get("docsExamined", 0) for one in examined) <= most * 2
        assert {one["planSummary"].partition(" ")[0] for one in examined} == {"IXSCAN"}


async def test_a_batch_beside_an_election_is_undone_or_can_be_tried_again(
    own_mongo: Server[Mongo], monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[tuple[str, dict[str, Any]]] = [
        ("update", {"errorCode": 189}),
        # The transaction stays open until MongoDB ends it.
        ("commitTransaction", {"closeConnection": True}),
    ]
    async with open_mongo(own_mongo.store.database_uri("undo"), {}) as own:
        await ensure_indexes(own, INDEXES)
        tasks = replica_of(own)
        for number, (command, how) in enumerate(faults):
            ids = [ObjectId((await tasks.create(USER, NEW)).task.id) for _ in range(2)]
            batch = {"events.0.batchId": f"{number}"}
            await own["tasks"].update_many({"version": 1}, {"$set": batch})
            with own_mongo.store.failing(command, **how), monkeypatch.context() as patched:
                patched.setattr(module, "LONGEST_TRANSACTION", 0.5)
                with pytest.raises(PyMongoError) as away:
                    await batch_undone(own, f"{number}", tasks)
            assert is_unavailable(away.value)
            with own_mongo.store.failing(command, mode={"times": 2}, **how):
                await batch_undone(own, f"{number}", tasks)
            for task_id in ids:
                assert (await stored(own, task_id))["deleted"]
                assert len(await history_of(own, task_id)) == 2


async def test_one_batch_is_undone_after_the_other_and_the_wait_is_bounded(
    replica: Replica, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [await replica.create() for _ in range(4)]
    batches = [await changed(replica, ids[start : start + 2], action="delete") for start in (0, 2)]
    undo = Undo(own, replica.tasks)
    begun, may_end = asyncio.Event(), asyncio.Event()
    write = undo._write

    async def slow(changes: Sequence[Plan], batch_id: str) -> bool:
        begun.set()
        await may_end.wait()
        return await write(changes, batch_id)

    async def undo_batch(batch_id: str) -> UndoAnswer:
        request = UndoRequest.model_validate({"batchId": batch_id})
        return await undo.undo(USER, request, Operation(ObjectId()))

    monkeypatch.setattr(undo, "_write", slow)
    monkeypatch.setattr(task_writes, "LONGEST_WAIT", 0.1)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        first = group.create_task(undo_batch(batches[0]))
        await begun.wait()
        with pytest.raises(Unavailable):
            await undo_batch(batches[1])
        may_end.set()
    assert len(first.result().tasks) == 2
    assert len((await undo_batch(batches[1])).tasks) == 2
