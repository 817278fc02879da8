"""Tasks over HTTP: created, read, changed, deleted."""

import re

import httpx2
import pytest
from bson import ObjectId
from chassis.mongo import Database
from tasks_helpers.service import Json, create
from tasks_helpers.tasks import stored
from tasks_service.schemas import NewTask

pytestmark = pytest.mark.asyncio(loop_scope="session")

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NOWHERE = "6922a0000000000000000009"
WRITTEN = NewTask.model_json_schema()["properties"]
SET_BY_THE_SERVICE = {"_id", "user", "version", "rank"} | {
    f"{done}At" for done in ("created", "updated", "completed", "deleted")
}


async def test_a_created_task_is_answered_as_a_whole(
    client: httpx2.AsyncClient, database: Database, user_id: str
) -> None:
    body = {"title": " Learn ", "description": " all of it ", "status": " Open "}
    answer = await client.post("/api/tasks", json=body)
    task = answer.json()["task"]
    assert answer.status_code == 201
    event_id = answer.json()["eventId"]
    assert answer.json() == {
        "msg": "Task successfully created",
        "task": task,
        "eventId": event_id,
    }
    assert set(task) == {*WRITTEN, *SET_BY_THE_SERVICE}
    assert [event["eventId"] for event in (await stored(database, task["_id"]))["events"]] == [
        event_id
    ]
    assert ObjectId.is_valid(task["_id"])
    assert (task["title"], task["description"], task["status"]) == ("Learn", "all of it", "Open")
    assert (task["user"], task["version"]) == (user_id, 1)
    assert TIME.fullmatch(task["createdAt"])
    assert task["updatedAt"] == task["createdAt"]
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"/api/tasks/{task['_id']}"


async def test_a_task_reads_back_as_it_was_created(client: httpx2.AsyncClient) -> None:
    task = await create(client, description="Ünïcode 🎉 $set {a.b}", title="$title")
    answer = await client.get(f"/api/tasks/{task['_id']}")
    assert (answer.status_code, answer.json()) == (200, {"task": task})
    assert answer.headers["etag"] == '"1"'


async def test_the_description_is_empty_by_default(client: httpx2.AsyncClient) -> None:
    assert (await create(client))["description"] == ""


async def test_no_client_sets_what_the_service_sets(
    client: httpx2.AsyncClient, user_id: str
) -> None:
    forged: Json = {"user": NOWHERE, "_id": NOWHERE, "version": 9, "deleted": True, "events": []}
    forged |= {"rank": "0", "completedAt": "2000-01-01T00:00:00.000Z", "deletedAt": 1}
    forged |= {"createdAt": "2000-01-01T00:00:00.000Z", "updatedAt": "2000-01-01T00:00:00.000Z"}
    task = await create(client, **forged)
    assert task["user"] == user_id
    assert task["_id"] != NOWHERE
    assert task["version"] == 1
    assert not task["createdAt"].startswith("2000")
    answer = await client.patch(f"/api/tasks/{task['_id']}", json={"title": "New"} | forged)
    changed = answer.json()["task"]
    assert changed == task | {"title": "New", "version": 2, "updatedAt": changed["updatedAt"]}


async def test_an_update_changes_what_was_sent_and_nothing_else(
    client: httpx2.AsyncClient, database: Database
) -> None:
    task = await create(client, description="as it was")
    answer = await client.patch(f"/api/tasks/{task['_id']}", json={"status": "$status"})
    changed = answer.json()["task"]
    assert answer.status_code == 200
    event_id = (await stored(database, task["_id"]))["events"][-1]["eventId"]
    assert answer.json() == {
        "msg": "Task successfully updated",
        "task": changed,
        "eventId": event_id,
    }
    assert answer.headers["etag"] == '"2"'
    assert changed == task | {
        "status": "$status",
        "version": 2,
        "updatedAt": changed["updatedAt"],
    }
    assert changed["updatedAt"] >= task["updatedAt"]
    read = await client.get(f"/api/tasks/{task['_id']}")
    assert read.json()["task"] == changed
    assert read.headers["etag"] == '"2"'


async def test_an_update_can_empty_the_description(client: httpx2.AsyncClient) -> None:
    task = await create(client, description="full")
    answer = await client.patch(f"/api/tasks/{task['_id']}", json={"description": ""})
    assert answer.json()["task"]["description"] == ""


async def test_an_update_to_the_present_values_changes_nothing(
    client: httpx2.AsyncClient, database: Database
) -> None:
    full = {"labels": ["a"], "checklist": [{"id": "i", "text": "t", "done": True}]}
    task = await create(client, **full, due={"at": "2026-12-01T09:00", "tz": "Europe/Rome"})
    path = f"/api/tasks/{task['_id']}"
    before = await stored(database, task["_id"])
    sent = {name: task[name] for name in WRITTEN} | {"title": f" {task['title']} "}
    answer = await client.patch(path, json=sent)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert answer.json() == {
        "msg": "Task successfully updated",
        "task": task,
        "eventId": None,
    }
    assert await stored(database, task["_id"]) == before
    stale = await client.patch(path, json=sent, headers={"if-match": '"7"'})
    assert stale.status_code == 412


async def test_a_deleted_task_is_gone(client: httpx2.AsyncClient, database: Database) -> None:
    task = await create(client)
    path = f"/api/tasks/{task['_id']}"
    answer = await client.delete(path)
    event_id = (await stored(database, task["_id"]))["events"][-1]["eventId"]
    body = {"msg": "Task successfully deleted", "eventId": event_id}
    assert (answer.status_code, answer.json()) == (200, body)
    for again in (
        await client.delete(path),
        await client.get(path),
        await client.patch(path, json={"title": "Back"}),
    ):
        assert (again.status_code, again.json()["message"]) == (404, "Task not found")
    assert (await client.get("/api/tasks")).json()["totalTasks"] == 0
