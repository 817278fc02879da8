"""Tasks over HTTP: created, read, changed, deleted."""

import re

import httpx2
import pytest
from bson import ObjectId
from tasks_helpers.service import Json, create
from tasks_service.schemas import NewTask

pytestmark = pytest.mark.asyncio(loop_scope="session")

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NOWHERE = "6922a0000000000000000009"
WRITTEN = NewTask.model_json_schema()["properties"]


async def test_a_created_task_is_answered_as_a_whole(
    client: httpx2.AsyncClient, user_id: str
) -> None:
    body = {"title": " Learn ", "description": " all of it ", "status": " Open "}
    answer = await client.post("/api/tasks", json=body)
    task = answer.json()["task"]
    assert answer.status_code == 201
    assert answer.json() == {"msg": "Task successfully created", "task": task}
    assert set(task) == {*WRITTEN, "_id", "user", "createdAt", "updatedAt", "version"}
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
    forged |= {"createdAt": "2000-01-01T00:00:00.000Z", "updatedAt": "2000-01-01T00:00:00.000Z"}
    task = await create(client, **forged)
    assert task["user"] == user_id
    assert task["_id"] != NOWHERE
    assert task["version"] == 1
    assert not task["createdAt"].startswith("2000")
    answer = await client.patch(f"/api/tasks/{task['_id']}", json={"title": "New"} | forged)
    changed = answer.json()["task"]
    assert changed == task | {"title": "New", "version": 2, "updatedAt": changed["updatedAt"]}


async def test_an_update_changes_what_was_sent_and_nothing_else(client: httpx2.AsyncClient) -> None:
    task = await create(client, description="as it was")
    answer = await client.patch(f"/api/tasks/{task['_id']}", json={"status": "$status"})
    changed = answer.json()["task"]
    assert answer.status_code == 200
    assert answer.json() == {"msg": "Task successfully updated", "task": changed}
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


async def test_an_update_to_the_present_values_is_accepted(client: httpx2.AsyncClient) -> None:
    task = await create(client)
    answer = await client.patch(f"/api/tasks/{task['_id']}", json={"title": task["title"]})
    assert (answer.status_code, answer.json()["task"]["version"]) == (200, 2)


async def test_a_deleted_task_is_gone(client: httpx2.AsyncClient) -> None:
    task = await create(client)
    path = f"/api/tasks/{task['_id']}"
    answer = await client.delete(path)
    assert (answer.status_code, answer.json()) == (200, {"msg": "Task successfully deleted"})
    for again in (
        await client.delete(path),
        await client.get(path),
        await client.patch(path, json={"title": "Back"}),
    ):
        assert (again.status_code, again.json()["message"]) == (404, "Task not found")
    assert (await client.get("/api/tasks")).json()["totalTasks"] == 0
