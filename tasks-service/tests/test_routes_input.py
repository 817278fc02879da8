"""What a body and an id may hold, and what is said of one that does not."""

import json

import httpx2
import pytest
from tasks_helpers.service import create

pytestmark = pytest.mark.asyncio(loop_scope="session")
NOWHERE = "6922a0000000000000000009"


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
