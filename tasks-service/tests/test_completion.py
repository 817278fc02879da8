"""`completedAt` is set and cleared with the status."""

import httpx2
import pytest
from bson import ObjectId
from chassis.mongo import Database
from tasks_helpers.service import Json, create

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def patched(client: httpx2.AsyncClient, task: Json, **fields: object) -> Json:
    answer = await client.patch(f"/api/tasks/{task['_id']}", json=fields)
    assert answer.status_code == 200, answer.text
    changed: Json = answer.json()["task"]
    return changed


async def test_it_is_the_time_of_the_change_to_completed_in_any_case(
    client: httpx2.AsyncClient,
) -> None:
    task = await create(client)
    assert task["completedAt"] is None
    done = await patched(client, task, status="cOmPleTed")
    assert done["completedAt"] == done["updatedAt"]
    renamed = await patched(client, task, title="Other", status="Completed")
    assert renamed["completedAt"] == done["completedAt"]
    assert (await patched(client, task, status="Open"))["completedAt"] is None


async def test_a_task_may_be_completed_from_the_first(client: httpx2.AsyncClient) -> None:
    task = await create(client, status="COMPLETED")
    assert task["completedAt"] == task["createdAt"]


async def test_a_task_that_the_last_release_opened_again_is_not_completed(
    client: httpx2.AsyncClient, database: Database
) -> None:
    task = await create(client, status="Completed")
    at = {"_id": ObjectId(task["_id"])}
    await database["tasks"].update_one(at, {"$set": {"status": "Open"}})
    [listed] = (await client.get("/api/tasks")).json()["tasks"]
    assert listed["completedAt"] is None
    done = await patched(client, task, status="Completed")
    assert done["completedAt"] == done["updatedAt"]
