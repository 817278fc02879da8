"""What every service answers, and how it refuses, whatever its routes are."""

from collections.abc import AsyncIterator, Iterator, MutableMapping
from typing import Annotated, Any, Literal

import httpx2
import pytest
import structlog
from chassis import errors
from chassis.bodies import NO_NUL, StrictJsonRoute
from chassis_helpers.http import client_of
from contracts.errors import FieldError
from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse
from pydantic import AfterValidator, BaseModel, StringConstraints
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError


def _no_spaces(value: str) -> str:
    if " " in value:
        raise ValueError("must not contain spaces")
    return value


class Note(BaseModel):
    text: Annotated[str, StringConstraints(min_length=1, max_length=10), NO_NUL]
    label: Annotated[str, AfterValidator(_no_spaces)] = ""
    count: int = 0


router = APIRouter(route_class=StrictJsonRoute)


@router.get("/notes")
async def read_notes(limit: int = 1, order: Literal["up", "down"] = "up") -> dict[str, Any]:
    return {"limit": limit, "order": order}


@router.post("/notes")
async def write_note(note: Note) -> Note:
    return note


@router.delete("/notes")
async def delete_notes() -> None:
    raise RuntimeError("the password is hunter2")


@router.get("/faults/{name}")
async def read_fault(name: str) -> None:
    faults: dict[str, Exception] = {
        "conflict": errors.Conflict("Taken", extra={"task": {"version": 2}}),
        "unauthorized": errors.Unauthorized("Who are you?"),
        "busy": errors.TooManyRequests("Slow down", retry_after=7),
        "fields": errors.BadRequest("Bad", errors=[FieldError(field="f", message="m")]),
        "away": AutoReconnect("mongo:27017 is gone"),
        "slow": OperationFailure("exceeded time limit", 50, {"code": 50}),
        "wrong": OperationFailure("unknown operator: $nope", 2, {"code": 2}),
    }
    raise faults[name]


@router.get("/echo")
async def read_echo() -> Response:
    return Response(headers={"X-Request-Id": "somebody else's"})


@router.get("/stream")
async def read_stream() -> StreamingResponse:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"first"
        raise RuntimeError

    return StreamingResponse(chunks())


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(router) as client:
        yield client


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def assert_error(answer: httpx2.Response, status: int, message: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert answer.headers["content-type"] == "application/json"
    body: dict[str, Any] = answer.json()
    assert body["requestId"] == answer.headers["x-request-id"]
    return body


async def test_a_good_request_is_answered_with_its_own_id(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/notes", headers={"x-request-id": "page-1"})
    assert answer.json() == {"limit": 1, "order": "up"}
    assert answer.headers.get_list("x-request-id") == ["page-1"]


async def test_an_answer_has_one_request_id(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/echo", headers={"x-request-id": "page-1"})
    assert answer.headers.get_list("x-request-id") == ["page-1"]


async def test_a_malformed_request_id_is_replaced(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/notes", headers={"x-request-id": "a b"})
    assert answer.headers["x-request-id"] != "a b"


async def test_bad_fields_are_named_one_by_one(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/notes", json={"text": "", "label": "a b", "count": "x"})
    body = assert_error(answer, 400, "Invalid input")
    assert {fault["field"] for fault in body["errors"]} == {"text", "label", "count"}
    assert {"field": "label", "message": "must not contain spaces"} in body["errors"]
    assert set(body) == {"message", "errors", "requestId"}


@pytest.mark.parametrize("query", ["limit=ten", "limit=", "limit=1.5", "limit=" + "9" * 5000])
async def test_a_bad_query_value_is_named(client: httpx2.AsyncClient, query: str) -> None:
    body = assert_error(await client.get(f"/notes?{query}"), 400, "Invalid input")
    assert [fault["field"] for fault in body["errors"]] == ["limit"]


@pytest.mark.parametrize("path", ["/nowhere", "/notes/", "/docs", "/redoc", "/openapi.json"])
async def test_an_unknown_path_is_404(client: httpx2.AsyncClient, path: str) -> None:
    assert_error(await client.get(path), 404, "Not found")


async def test_a_wrong_method_is_405(client: httpx2.AsyncClient) -> None:
    answer = await client.put("/notes")
    assert_error(answer, 405, "Method not allowed")


async def test_an_unexpected_exception_is_a_500_without_details_and_logged_with_its_traceback(
    client: httpx2.AsyncClient, logs: list[MutableMapping[str, Any]]
) -> None:
    answer = await client.delete("/notes", headers={"x-request-id": "page-2"})
    body = assert_error(answer, 500, "An internal server error occurred")
    assert body["requestId"] == "page-2"
    assert "hunter2" not in answer.text
    crashes = [line for line in logs if line["event"] == "request failed"]
    assert [(line["log_level"], line["exc_info"]) for line in crashes] == [("error", True)]


async def test_an_answer_that_breaks_off_is_not_answered_twice(client: httpx2.AsyncClient) -> None:
    with pytest.raises(RuntimeError):
        await client.get("/stream")


async def test_each_request_is_one_line(
    client: httpx2.AsyncClient, logs: list[MutableMapping[str, Any]]
) -> None:
    await client.get("/notes?limit=5")
    assert [(line["method"], line["path"], line["status"]) for line in logs] == [
        ("GET", "/notes", 200)
    ]


async def test_a_service_error_is_its_status_message_and_extra(client: httpx2.AsyncClient) -> None:
    assert assert_error(await client.get("/faults/conflict"), 409, "Taken")["task"] == {
        "version": 2
    }
    assert "errors" not in (await client.get("/faults/conflict")).json()
    body = assert_error(await client.get("/faults/fields"), 400, "Bad")
    assert body["errors"] == [{"field": "f", "message": "m"}]


async def test_a_401_challenges_and_a_429_says_when(client: httpx2.AsyncClient) -> None:
    challenged = await client.get("/faults/unauthorized")
    assert challenged.headers["www-authenticate"] == "Bearer"
    throttled = await client.get("/faults/busy")
    assert (throttled.status_code, throttled.headers["retry-after"]) == (429, "7")


@pytest.mark.parametrize("fault", ["away", "slow"])
async def test_mongo_away_or_slow_is_503_and_says_when_to_retry(
    client: httpx2.AsyncClient, fault: str
) -> None:
    answer = await client.get(f"/faults/{fault}")
    assert_error(answer, 503, "Service Error or Unavailable")
    assert answer.headers["retry-after"] == "1"


async def test_a_faulty_query_is_500(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/faults/wrong")
    assert_error(answer, 500, "An internal server error occurred")
    assert issubclass(OperationFailure, PyMongoError)
    assert "$nope" not in answer.text
