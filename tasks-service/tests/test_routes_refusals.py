"""Missing tasks, the tasks of others, stale versions, and callers who are nobody."""

import httpx2
import pytest
from bson import ObjectId
from chassis.mongo import Database
from contracts.headers import INTERNAL_IDENTITY
from starlette.types import ASGIApp
from tasks_helpers.service import create
from tasks_service.events import MAX_WAITING

pytestmark = pytest.mark.asyncio(loop_scope="session")
NOWHERE = "6922a0000000000000000009"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_a_missing_task_is_not_found(client: httpx2.AsyncClient, method: str) -> None:
    body = {"title": "x"} if method == "PATCH" else None
    answer = await client.request(method, f"/api/tasks/{NOWHERE}", json=body)
    assert (answer.status_code, answer.json()["message"]) == (404, "Task not found")
    assert answer.json()["requestId"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "verb"), [("GET", "read"), ("PATCH", "update"), ("DELETE", "delete")]
)
async def test_the_task_of_another_user_is_forbidden(
    client: httpx2.AsyncClient, other_client: httpx2.AsyncClient, method: str, verb: str
) -> None:
    task = await create(client)
    body = {"title": "mine"} if method == "PATCH" else None
    for condition in ({}, {"if-match": '"7"'}):
        answer = await other_client.request(
            method, f"/api/tasks/{task['_id']}", json=body, headers=condition
        )
        assert answer.status_code == 403
        assert answer.json()["message"] == f"Not authorized to {verb} this task"
        assert "task" not in answer.json()
    assert (await client.get(f"/api/tasks/{task['_id']}")).json()["task"] == task


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", f"/api/tasks/{NOWHERE}"), ("DELETE", "/api/tasks")]
)
async def test_a_wrong_method_is_405(client: httpx2.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == 405
    assert "requestId" in answer.json()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/tasks"),
        ("GET", "/api/tasks"),
        ("GET", f"/api/tasks/{NOWHERE}"),
        ("PATCH", f"/api/tasks/{NOWHERE}"),
        ("DELETE", f"/api/tasks/{NOWHERE}"),
    ],
)
async def test_a_request_that_the_gateway_did_not_sign_is_401(
    app: ASGIApp, method: str, path: str
) -> None:
    transport = httpx2.ASGITransport(app)
    bodies: list[object] = [None]
    if method in {"POST", "PATCH"}:
        bodies = [None, {"title": "t", "status": "s"}, {"title": 1}]
    async with httpx2.AsyncClient(transport=transport, base_url="http://tasks") as anybody:
        for forged in ({}, {"x-user-id": NOWHERE}, {INTERNAL_IDENTITY: "x.y.z"}):
            for body in bodies:
                answer = await anybody.request(method, path, json=body, headers=forged)
                assert answer.status_code == 401


async def test_an_etag_that_still_matches_lets_the_change_through(
    client: httpx2.AsyncClient,
) -> None:
    task = await create(client)
    path = f"/api/tasks/{task['_id']}"
    for version, condition in enumerate(['"1"', '"9", "2"', "*"], start=2):
        answer = await client.patch(
            path, json={"title": str(version)}, headers={"if-match": condition}
        )
        assert (answer.status_code, answer.headers["etag"]) == (200, f'"{version}"')
    assert (await client.delete(path, headers={"if-match": '"4"'})).status_code == 200
    assert (await client.delete(path, headers={"if-match": '"4"'})).status_code == 404


@pytest.mark.parametrize("condition", ['"2"', 'W/"2"', "1", '"1', "", '"0", "2"'])
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_an_etag_that_no_longer_matches_is_answered_with_the_current_task(
    client: httpx2.AsyncClient, method: str, condition: str
) -> None:
    task = await create(client)
    body = {"title": "lost"} if method == "PATCH" else None
    answer = await client.request(
        method, f"/api/tasks/{task['_id']}", json=body, headers={"if-match": condition}
    )
    assert answer.status_code == 412
    assert answer.json()["task"] == task
    assert answer.headers["etag"] == '"1"'
    assert answer.json()["message"]
    assert (await client.get(f"/api/tasks/{task['_id']}")).json()["task"] == task


async def test_a_task_with_too_many_waiting_events_is_503(
    client: httpx2.AsyncClient, database: Database
) -> None:
    task = await create(client)
    at = {"_id": ObjectId(task["_id"])}
    await database["tasks"].update_one(at, {"$set": {"version": MAX_WAITING}})
    path = f"/api/tasks/{task['_id']}"
    for answer in (await client.patch(path, json={"title": "x"}), await client.delete(path)):
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
    await database["tasks"].update_one(at, {"$set": {"sentVersion": 1}})
    assert (await client.patch(path, json={"title": "x"})).status_code == 200
