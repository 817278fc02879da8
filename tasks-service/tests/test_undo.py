"""Undoing an event or a batch, whatever its age."""

from typing import Any

import httpx2
import pytest
import test_history as history
from bson import ObjectId
from chassis.errors import Conflict
from chassis.mongo import Database, Document
from devstack.testing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo.asynchronous.client_session import AsyncClientSession
from tasks_helpers.histories import assert_history_is_whole, history_of
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import Replica
from tasks_helpers.service import Json, create
from tasks_helpers.tasks import USER, replica_of, stored
from tasks_service import undo as module
from tasks_service.changes import update_of
from tasks_service.events import told
from tasks_service.history import BASELINE
from tasks_service.idempotency import Operation
from tasks_service.schemas import NewTask, StoredTask, TaskPatch
from tasks_service.undo import Changes, Undo
from tasks_service.undo_schemas import UndoAnswer, UndoRequest

PATH = "/api/tasks/undo"


async def patched(client: httpx2.AsyncClient, task: Json, **values: object) -> str:
    """The id of the event."""
    answer = await client.patch(f"/api/tasks/{task['_id']}", json=values)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["eventId"])


async def undo(client: httpx2.AsyncClient, event_id: str, **headers: str) -> Json:
    answer = await client.post(PATH, json={"eventId": event_id}, headers=headers)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def fields(task: Json) -> Json:
    return {name: task[name] for name in task.keys() - {"version", "updatedAt"}}


@pytest.mark.asyncio(loop_scope="session")
class TestOverHttp:
    async def test_only_what_the_event_changed_goes_back(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        task = await create(client, labels=["a"])
        event_id = await patched(client, task, title="New", labels=["a", "b"])
        await patched(client, task, priority=3, labels=["a", "b", "c"])
        body = await undo(client, event_id)
        assert body["msg"] == "Undone"
        [now] = body["tasks"]
        assert (now["title"], now["labels"], now["priority"]) == (task["title"], ["a", "c"], 3)
        assert now["version"] == 4
        *_, event = await history_of(database, task["_id"])
        assert (event["causedBy"], event["batchId"]) == (event_id, body["batchId"])
        await assert_history_is_whole(database, task["_id"])

    async def test_a_later_change_of_the_field_is_a_conflict_and_nothing_is_done(
        self, client: httpx2.AsyncClient
    ) -> None:
        task = await create(client)
        event_id = await patched(client, task, title="New", priority=1)
        await patched(client, task, title="Newer")
        answer = await client.post(PATH, json={"eventId": event_id})
        assert answer.status_code == 409
        clash = {"field": "title", "from": task["title"], "to": "New", "now": "Newer"}
        assert answer.json()["conflicts"] == [{"taskId": task["_id"]} | clash]
        now = (await client.get(f"/api/tasks/{task['_id']}")).json()["task"]
        assert (now["version"], now["priority"]) == (3, 1)

    async def test_a_second_time_it_changes_nothing_and_an_undo_can_be_undone(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        task = await create(client)
        event_id = await patched(client, task, status="Completed")
        completed = (await client.get(f"/api/tasks/{task['_id']}")).json()["task"]
        first = await undo(client, event_id)
        assert fields(first["tasks"][0]) == fields(task)
        again = await undo(client, event_id)
        assert (again["batchId"], again["tasks"][0]["version"]) == (None, 3)
        *_, event = await history_of(database, task["_id"])
        await patched(client, task, status="Other")
        assert (await undo(client, event_id))["tasks"][0]["version"] == 4
        await patched(client, task, status=task["status"])
        redone = await undo(client, event["eventId"])
        assert fields(redone["tasks"][0]) == fields(completed)  # with its completedAt
        assert (await undo(client, event_id))["tasks"][0]["version"] == 7

    async def test_of_a_create_it_is_a_delete_of_a_delete_a_restore_of_that_a_delete(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        task = await create(client)
        await patched(client, task, title="whatever came later")
        [made, *_] = await history_of(database, task["_id"])
        await undo(client, made["eventId"])
        assert (await client.get(f"/api/tasks/{task['_id']}")).status_code == 404
        for deleted in (False, True, False):
            *_, event = await history_of(database, task["_id"])
            await undo(client, event["eventId"])
            assert (await stored(database, task["_id"]))["deleted"] == deleted
        await assert_history_is_whole(database, task["_id"])

    async def test_a_batch_is_undone_whole_or_not_at_all(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        tasks = [await create(client, priority=number) for number in range(3)]
        ids = [task["_id"] for task in tasks]
        body = {"ids": ids, "set": {"priority": 3}, "addLabels": ["x"]}
        batch = {"batchId": (await client.post("/api/tasks/bulk", json=body)).json()["batchId"]}
        await patched(client, tasks[1], priority=2)
        answer = await client.post(PATH, json=batch)
        assert answer.status_code == 409
        assert [(await stored(database, one))["version"] for one in ids] == [2, 3, 2]
        await patched(client, tasks[1], priority=3)
        answer = await client.post(PATH, json=batch)
        assert answer.status_code == 200, answer.text
        found = {task["_id"]: fields(task) for task in answer.json()["tasks"]}
        assert found == {task["_id"]: fields(task) for task in tasks}
        events = [(await history_of(database, one))[-1] for one in ids]
        assert {event["batchId"] for event in events} == {answer.json()["batchId"]}
        redone = await client.post(PATH, json={"batchId": answer.json()["batchId"]})
        assert {task["priority"] for task in redone.json()["tasks"]} == {3}

    async def test_a_field_of_a_task_in_the_trash_is_a_conflict(
        self, client: httpx2.AsyncClient
    ) -> None:
        task = await create(client)
        event_id = await patched(client, task, title="New")
        await client.delete(f"/api/tasks/{task['_id']}")
        answer = await client.post(PATH, json={"eventId": event_id})
        assert answer.status_code == 409
        assert [one["field"] for one in answer.json()["conflicts"]] == ["deletedAt"]

    async def test_what_is_unknown_or_anothers_is_not_found(
        self, client: httpx2.AsyncClient, other_client: httpx2.AsyncClient
    ) -> None:
        event_id = await patched(client, await create(client), title="New")
        assert (await other_client.post(PATH, json={"eventId": event_id})).status_code == 404
        assert (await client.post(PATH, json={"batchId": event_id})).status_code == 404
        bad: list[object] = [{}, {"eventId": "a", "batchId": "b"}, {"eventId": ""}, {"eventId": 1}]
        for body in bad:
            assert (await client.post(PATH, json=body)).status_code == 400

    async def test_with_a_key_it_is_done_once(self, client: httpx2.AsyncClient) -> None:
        task = await create(client)
        event_id = await patched(client, task, title="New")
        first = await undo(client, event_id, **{"idempotency-key": "k"})
        again = await undo(client, event_id, **{"idempotency-key": "k"})
        assert first == again


async def undone(replica: Replica, own: Database, event_id: str) -> UndoAnswer:
    request = UndoRequest.model_validate({"eventId": event_id})
    return await Undo(own, replica.tasks).undo(USER, request, Operation(ObjectId()))


async def test_what_has_been_sent_can_be_undone_also_after_the_trash_let_it_go(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    task_id = await replica.create(description="d")
    await replica.rename(task_id, "New")
    before = await replica.tasks.get(USER, task_id)
    _, event_id = await replica.tasks.delete(USER, task_id, None)
    await replica.send_once()
    await inbox.received(3)
    await own["tasks"].delete_one({"_id": task_id})
    assert event_id is not None
    answer = await undone(replica, own, event_id)
    [task] = answer.tasks
    now = await replica.tasks.get(USER, task_id)
    left = {"version", "updated_at", "sent_version", "fence", "unsent_since"}
    assert now.model_dump(exclude=left) == before.model_dump(exclude=left)
    assert task.version == 4
    await replica.send_once()
    await inbox.received(4)
    await assert_history_is_whole(own, task_id)


async def test_a_transaction_that_is_overtaken_leaves_nothing_and_is_tried_again(
    replica: Replica, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [await replica.create() for _ in range(2)]
    for task_id in ids:
        await own["tasks"].update_one({"_id": task_id}, {"$set": {"events.0.batchId": "b"}})
    undo = Undo(own, replica.tasks)
    write = undo._write_all

    async def overtaken(
        changes: Changes, batch_id: str, session: AsyncClientSession | None
    ) -> None:
        monkeypatch.setattr(undo, "_write_all", write)
        await replica.rename(ids[1], "meanwhile")
        await write(changes, batch_id, session)

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
