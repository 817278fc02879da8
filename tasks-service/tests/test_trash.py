"""The trash: what is deleted can be restored, until it expires."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from bson import ObjectId
from chassis.mongo import Database
from tasks_helpers.service import Json, create
from tasks_helpers.tasks import stored

pytestmark = pytest.mark.asyncio(loop_scope="session")

FULL = {
    "description": "d",
    "status": "Completed",
    "due": {"date": "2026-12-01"},
    "priority": 3,
    "list": "Home",
    "labels": ["a"],
    "checklist": [{"id": "i", "text": "t", "done": True}],
}


async def trashed(client: httpx2.AsyncClient, **fields: object) -> Json:
    """The task before it was deleted."""
    task = await create(client, **fields)
    answer = await client.delete(f"/api/tasks/{task['_id']}")
    assert answer.status_code == 200
    return task


async def restore(
    client: httpx2.AsyncClient, task_id: str, if_match: str | None = None
) -> httpx2.Response:
    headers = {} if if_match is None else {"if-match": if_match}
    return await client.post(f"/api/tasks/{task_id}/restore", headers=headers)


async def test_a_restored_task_is_as_it_was_but_for_version_and_update(
    client: httpx2.AsyncClient, database: Database
) -> None:
    task = await trashed(client, **FULL)
    kept = await stored(database, task["_id"])
    assert kept["deleted"]
    assert kept["deletedAt"] == kept["updatedAt"]
    answer = await restore(client, task["_id"])
    body = answer.json()
    kept = await stored(database, task["_id"])
    assert (answer.status_code, answer.headers["etag"]) == (200, '"3"')
    assert body["msg"] == "Task successfully restored"
    assert body["eventId"] == kept["events"][-1]["eventId"]
    assert body["task"] == task | {"version": 3, "updatedAt": body["task"]["updatedAt"]}
    assert (kept["deleted"], "deletedAt" in kept, "expiresAt" in kept) == (False, False, False)
    assert (await client.get(f"/api/tasks/{task['_id']}")).json()["task"] == body["task"]
    assert (await client.get("/api/tasks")).json()["tasks"] == [body["task"]]


async def test_what_is_not_in_the_trash_is_not_found(client: httpx2.AsyncClient) -> None:
    task = await create(client)
    for task_id in (task["_id"], str(ObjectId())):
        answer = await restore(client, task_id)
        assert (answer.status_code, answer.json()["message"]) == (404, "Task not found")
    assert (await restore(client, "1")).status_code == 400
    task = await trashed(client)
    assert (await restore(client, task["_id"])).status_code == 200
    assert (await restore(client, task["_id"])).status_code == 404


async def test_the_trash_of_another_user_is_forbidden(
    client: httpx2.AsyncClient, other_client: httpx2.AsyncClient
) -> None:
    for task in (await trashed(client), await create(client)):
        answer = await restore(other_client, task["_id"], '"7"')
        assert answer.status_code == 403
        assert answer.json()["message"] == "Not authorized to update this task"


async def test_the_condition_is_about_the_version_in_the_trash(client: httpx2.AsyncClient) -> None:
    task = await trashed(client)
    stale = await restore(client, task["_id"], '"1"')
    assert stale.status_code == 412
    assert stale.headers["etag"] == '"2"'
    assert stale.json()["task"]["version"] == 2
    assert stale.json()["task"]["deletedAt"] is not None
    assert (await restore(client, task["_id"], '"2"')).status_code == 200


async def test_a_task_that_the_last_release_deleted_can_be_restored(
    client: httpx2.AsyncClient, database: Database
) -> None:
    task = await create(client)
    at = {"_id": ObjectId(task["_id"])}
    in_a_week = datetime.now(UTC) + timedelta(days=7)
    tombstone = {"deleted": True, "expiresAt": in_a_week, "version": 2}
    await database["tasks"].update_one(at, {"$set": tombstone})
    answer = await restore(client, task["_id"])
    assert answer.status_code == 200
    kept = await stored(database, task["_id"])
    assert "expiresAt" not in kept
    changes = kept["events"][-1]["changes"]
    assert changes == {"deletedAt": {"from": task["updatedAt"], "to": None}}
