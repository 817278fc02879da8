"""Request bodies: `application/json`, strictly read."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

import httpx2
import pytest
from chassis.bodies import MAX_UNKNOWN, NO_NUL, VISIBLE, StrictJsonRoute, StrictObject, whole_body
from chassis.errors import BadRequest
from chassis_helpers.http import client_of
from fastapi import APIRouter, Request
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.types import Message

JSON = {"content-type": "application/json"}


class Note(BaseModel):
    text: Annotated[str, NO_NUL]
    count: int = 0


class StrictNote(StrictObject):
    text: str


router = APIRouter(route_class=StrictJsonRoute)


@router.post("/notes")
async def write_note(note: Note) -> Note:
    return note


@router.post("/strict-notes")
async def write_strict_note(note: StrictNote) -> StrictNote:
    return note


@router.get("/notes")
async def read_notes() -> list[Note]:
    return []


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(router) as client:
        yield client


def refused(answer: httpx2.Response, status: int, message: str) -> list[dict[str, str]]:
    """The faults of the fields, if any."""
    body = answer.json()
    assert (answer.status_code, body["message"]) == (status, message)
    assert body["requestId"] == answer.headers["x-request-id"]
    return list(body.get("errors", []))


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"{'text': 'a'}",
        b'{"text": "a"} tail',
        b'{"text": "a", "count": NaN}',
        b'{"text": "\\ud800"}',
        b'{"text": "\xff"}',
        '{"text": "a"}'.encode("utf-16"),
        b'{"text":' + b"[" * 100_000,
        b'{"text":' + b"[" * 1000 + b"]" * 1000 + b"}",
        b'{"count":' + b"9" * 100_000 + b"}",
    ],
    ids=lambda content: repr(content[:24]),
)
async def test_malformed_json_is_400(client: httpx2.AsyncClient, content: bytes) -> None:
    answer = await client.post("/notes", content=content, headers=JSON)
    assert refused(answer, 400, "Malformed JSON") == []


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b'"text"', b"7", b"{}"])
async def test_json_that_is_no_such_object_is_400(
    client: httpx2.AsyncClient, content: bytes
) -> None:
    answer = await client.post("/notes", content=content, headers=JSON)
    assert refused(answer, 400, "Invalid input")


async def test_nul_in_text_is_400(client: httpx2.AsyncClient) -> None:
    faults = refused(await client.post("/notes", json={"text": "a\0"}), 400, "Invalid input")
    assert faults == [{"field": "text", "message": "must not contain NUL"}]


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-json", "text/json"])
async def test_another_media_type_is_415(
    client: httpx2.AsyncClient, media_type: str | None
) -> None:
    headers = {"content-type": media_type} if media_type else {}
    answer = await client.post("/notes", content=b'{"text": "a"}', headers=headers)
    assert refused(answer, 415, "Content-Type must be application/json") == []


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_with_a_parameter_or_capitals_is_json(
    client: httpx2.AsyncClient, media_type: str
) -> None:
    content = json.dumps({"text": "ü"}).encode()
    answer = await client.post("/notes", content=content, headers={"content-type": media_type})
    assert answer.json()["text"] == "ü"


async def test_a_route_without_a_body_asks_for_no_media_type(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/notes", headers={"content-type": "text/plain"})).json() == []


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "GZIP", "gzip, identity"])
async def test_a_coded_body_is_415_and_the_response_names_what_is_accepted(
    client: httpx2.AsyncClient, coding: str
) -> None:
    headers = JSON | {"content-encoding": coding}
    answer = await client.post("/notes", content=b"\x1f\x8b", headers=headers)
    refused(answer, 415, "Content-Encoding is not supported")
    assert answer.headers["accept-encoding"] == "identity"


VISIBLE_TEXT: TypeAdapter[str] = TypeAdapter(Annotated[str, VISIBLE])


@pytest.mark.parametrize(
    "text", ["\u200b", "\u2060", "\ufeff", "\u00ad", " \u3000\t", "\u3164", "\ufe0f", "\x07", ""]
)
def test_text_with_nothing_visible_in_it_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="something visible"):
        VISIBLE_TEXT.validate_python(text)


@pytest.mark.parametrize("text", ["a", "\u200ba", "👩\u200d🚀", "\u0301", "\ufffd", "ـ", "."])
def test_text_with_something_visible_in_it_is_kept_as_it_is(text: str) -> None:
    assert VISIBLE_TEXT.validate_python(text) == text


async def test_each_unknown_member_is_a_fault(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/strict-notes", json={"text": "a", "more": 1, "most": 2})
    faults = refused(answer, 400, "Invalid input")
    assert [fault["field"] for fault in faults] == ["more", "most"]


async def test_very_many_unknown_members_are_one_fault(client: httpx2.AsyncClient) -> None:
    body = {"text": "a"} | {f"more{number}": 1 for number in range(MAX_UNKNOWN + 1)}
    faults = refused(await client.post("/strict-notes", json=body), 400, "Invalid input")
    assert [fault["message"] for fault in faults] == ["has too many members"]


async def test_a_request_that_ends_before_its_body_is_no_crash() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    with pytest.raises(BadRequest):
        await whole_body(request)
