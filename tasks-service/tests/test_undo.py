"""Undoing an event or a batch over HTTP."""

import asyncio

import httpx2
import pytest
from chassis.mongo import Database
from tasks_helpers.histories import assert_history_is_whole, history_of
from tasks_helpers.service import Json, create
from tasks_helpers.tasks import stored

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

    async def test_a_completion_is_undone_also_where_the_task_was_completed_once_more_since(
        self, client: httpx2.AsyncClient
    ) -> None:
        task = await create(client)
        event_id = await patched(client, task, status="Completed")
        await patched(client, task, status=task["status"])
        await patched(client, task, status="Completed")
        [now] = (await undo(client, event_id))["tasks"]
        assert fields(now) == fields(task)

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

    async def test_with_a_key_it_is_done_once(self, client: httpx2.AsyncClient) -> None:
        task = await create(client)
        event_id = await patched(client, task, title="New")
        first = await undo(client, event_id, **{"idempotency-key": "k"})
        again = await client.post(
            PATH, json={"eventId": event_id}, headers={"idempotency-key": "k"}
        )
        assert (again.json(), again.headers["idempotency-replayed"]) == (first, "true")
        other = await client.post(PATH, json={"batchId": "b"}, headers={"idempotency-key": "k"})
        assert other.status_code == 422

    async def test_many_at_once_undo_it_once_beside_other_changes(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        task = await create(client)
        event_id = await patched(client, task, title="New")
        async with asyncio.TaskGroup() as group:
            undos = [group.create_task(undo(client, event_id)) for _ in range(10)]
            for number in range(20):
                group.create_task(patched(client, task, description=f"{number}"))
        [batch_id] = {one.result()["batchId"] for one in undos} - {None}
        events = await history_of(database, task["_id"])
        assert [event["batchId"] for event in events if event["causedBy"]] == [batch_id]
        assert len(events) == 23
        await assert_history_is_whole(database, task["_id"])

    async def test_a_move_goes_back_also_where_another_has_taken_its_place(
        self, client: httpx2.AsyncClient
    ) -> None:
        last, other, mover, first = [await create(client) for _ in range(4)]
        await patched(client, mover, after=other["_id"])
        event_id = await patched(client, mover, after=None)
        rank = (await client.get(f"/api/tasks/{other['_id']}")).json()["task"]["rank"]
        await patched(client, first, after=other["_id"])  # has now the rank that `mover` had
        [moved] = (await undo(client, event_id))["tasks"]
        assert moved["rank"] > rank
        listed = (await client.get("/api/tasks?sort=rank")).json()["tasks"]
        ids = [task["_id"] for task in (other, first, mover, last)]
        assert [task["_id"] for task in listed] == ids
        again = await patched(client, mover, after=None)
        [moved] = (await undo(client, again))["tasks"]
        listed = (await client.get("/api/tasks?sort=rank")).json()["tasks"]
        assert [task["_id"] for task in listed] == ids
