"""What an id and a body may be, and what is said of one that is not."""

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


@pytest.mark.parametrize("field", ["title", "status"])
async def test_a_required_field_that_is_missing_is_named(
    client: httpx2.AsyncClient, field: str
) -> None:
    body = {"title": "t", "status": "s"}
    del body[field]
    answer = await client.post("/api/tasks", json=body)
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
