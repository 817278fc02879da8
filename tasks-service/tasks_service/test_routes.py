import json
import re

import httpx2
import pytest
from bson import ObjectId
from chassis.mongo import Database
from contracts.headers import INTERNAL_IDENTITY
from fastapi import FastAPI

from tasks_service.conftest import Json, create
from tasks_service.events import MAX_WAITING

pytestmark = pytest.mark.asyncio(loop_scope="session")

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NOWHERE = "6922a0000000000000000009"


async def test_a_created_task_is_answered_as_a_whole(
    client: httpx2.AsyncClient, user_id: str
) -> None:
    body = {"title": " Learn ", "description": " all of it ", "status": " Open "}
    answer = await client.post("/api/tasks", json=body)
    task = answer.json()["task"]
    assert answer.status_code == 201
    assert answer.json() == {"msg": "Task successfully created", "task": task}
    assert list(task) == [
        "_id",
        "title",
        "description",
        "status",
        "user",
        "createdAt",
        "updatedAt",
        "version",
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
    client: httpx2.AsyncClient, stranger: httpx2.AsyncClient, method: str, verb: str
) -> None:
    task = await create(client)
    body = {"title": "mine"} if method == "PATCH" else None
    for condition in ({}, {"if-match": '"7"'}):
        answer = await stranger.request(
            method, f"/api/tasks/{task['_id']}", json=body, headers=condition
        )
        assert answer.status_code == 403
        assert answer.json()["message"] == f"Not authorized to {verb} this task"
        assert "task" not in answer.json()
    assert (await client.get(f"/api/tasks/{task['_id']}")).json()["task"] == task


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "bad", ["1", "g" * 24, "a" * 23, "a" * 25, "%00" * 12, "abcdefabcdef", "é"]
)
async def test_a_malformed_id_is_a_bad_request(
    client: httpx2.AsyncClient, method: str, bad: str
) -> None:
    body = {"title": "x"} if method == "PATCH" else None
    answer = await client.request(method, f"/api/tasks/{bad}", json=body)
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == ["id"]


async def test_an_id_may_be_written_in_capitals(client: httpx2.AsyncClient) -> None:
    task = await create(client)
    answer = await client.get(f"/api/tasks/{task['_id'].upper()}")
    assert answer.json()["task"] == task


FITS = [
    {"title": "t", "status": "s"},
    {"title": "t" * 120, "status": "s" * 20, "description": "d" * 2000},
    {"title": "🎉" * 120, "status": "🎉" * 20, "description": "🎉" * 2000},
    {"title": "  " + "t" * 120 + "\n", "status": "\ts" + " " * 20, "description": "d" * 2000 + " "},
    {"title": "a\u200bb\u0301", "status": "<b>", "description": "line\nline\ttab \u2028"},
]
BAD_FIELDS = [
    ("title", ""),
    ("title", " \t\n\u00a0\u3000"),
    ("title", "t" * 121),
    ("title", "🎉" * 121),
    ("title", None),
    ("title", 5),
    ("title", True),
    ("title", ["a"]),
    ("title", {"$gt": ""}),
    ("title", "a\x00b"),
    ("status", ""),
    ("status", "  "),
    ("status", "s" * 21),
    ("status", None),
    ("status", 1.5),
    ("status", "\x00"),
    ("description", "d" * 2001),
    ("description", None),
    ("description", 0),
    ("description", "a\x00"),
]


@pytest.mark.parametrize("body", FITS)
async def test_what_fits_is_accepted_and_trimmed(
    client: httpx2.AsyncClient, body: dict[str, str]
) -> None:
    task = await create(client, **body)
    for field, value in body.items():
        assert task[field] == value.strip()
    answer = await client.patch(f"/api/tasks/{task['_id']}", json=body)
    assert answer.status_code == 200


@pytest.mark.parametrize(("field", "value"), BAD_FIELDS)
async def test_a_bad_field_is_named(client: httpx2.AsyncClient, field: str, value: object) -> None:
    task = await create(client)
    created = await client.post("/api/tasks", json={"title": "t", "status": "s", field: value})
    changed = await client.patch(f"/api/tasks/{task['_id']}", json={field: value})
    for answer in (created, changed):
        assert answer.status_code == 400
        body = answer.json()
        assert [fault["field"] for fault in body["errors"]] == [field]
        assert set(body) == {"message", "errors", "requestId"}
    assert (await client.get("/api/tasks")).json()["tasks"] == [task]


@pytest.mark.parametrize("field", ["title", "status"])
async def test_a_required_field_that_is_missing_is_named(
    client: httpx2.AsyncClient, field: str
) -> None:
    body = {"title": "t", "status": "s"}
    del body[field]
    answer = await client.post("/api/tasks", json=body)
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("body", [{}, {"unknown": 1}, {"user": NOWHERE, "Title": "x"}])
async def test_an_update_with_nothing_to_change_is_a_bad_request(
    client: httpx2.AsyncClient, body: dict[str, object]
) -> None:
    task = await create(client)
    answer = await client.patch(f"/api/tasks/{task['_id']}", json=body)
    assert answer.status_code == 400
    assert "nothing to change" in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"title"',
        b'{"title": "t", "status": "s"',
        b'{"title": "\\ud800", "status": "s"}',
        b'{"title": "t", "status": "s", "x": "\\udfff"}',
        b'{"title": "\xff", "status": "s"}',
        b'{"title": "t", "status": "s", "x": NaN}',
        b"[" * 100_000,
        b'{"title": "t", "status": "s", "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        '{"title": "t", "status": "s"}'.encode("utf-16"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_body_that_is_not_a_json_object_is_a_bad_request(
    client: httpx2.AsyncClient, method: str, body: bytes
) -> None:
    path = "/api/tasks" if method == "POST" else f"/api/tasks/{NOWHERE}"
    answer = await client.request(
        method, path, content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert "requestId" in answer.json()


async def test_a_body_of_another_type_is_refused(client: httpx2.AsyncClient) -> None:
    body = json.dumps({"title": "t", "status": "s"})
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp"):
        answer = await client.post("/api/tasks", content=body, headers={"content-type": media_type})
        assert answer.status_code == 415
    charset = {"content-type": "application/json; charset=utf-8"}
    assert (await client.post("/api/tasks", content=body, headers=charset)).status_code == 201


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
async def test_only_the_gateway_is_believed(app: FastAPI, method: str, path: str) -> None:
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


@pytest.mark.parametrize("condition", ['"2"', 'W/"1"', "1", '"1', "", '"0", "2"'])
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


async def test_a_task_whose_waiting_events_are_too_many_takes_no_more(
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
