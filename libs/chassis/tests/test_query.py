"""The parameters of a URL's query, read by a model."""

from collections.abc import AsyncIterator
from typing import Annotated

import httpx2
import pytest
from chassis.app import create_base_app
from chassis.query import query_parameters, query_reader
from chassis_helpers.http import client_of
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

Short = Annotated[str, Field(max_length=5)]


class NotesQuery(BaseModel):
    label: Annotated[list[Short], Field(max_length=3, description="All of them")] = []
    page: Annotated[int, Field(le=9)] = 1
    before: str | None = None


router = APIRouter()


@router.get("/notes", openapi_extra=query_parameters(NotesQuery))
async def read_notes(asked: Annotated[NotesQuery, Depends(query_reader(NotesQuery))]) -> NotesQuery:
    return asked


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(router) as client:
        yield client


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("", ([], 1, None)),
        ("page=2&before=", ([], 2, "")),
        ("label=b&page=3&label=a", (["b", "a"], 3, None)),
        ("label=%2B+%26", (["+ &"], 1, None)),
        ("other=1&other=2", ([], 1, None)),
    ],
)
async def test_a_query_is_read_by_its_model(
    client: httpx2.AsyncClient, query: str, read: tuple[list[str], int, str | None]
) -> None:
    answer = await client.get(f"/notes?{query}")
    labels, page, before = read
    assert answer.json() == {"label": labels, "page": page, "before": before}


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("page=1&page=1", ["page"]),
        ("before=a&page=1&before=a&before=b&page=1", ["before", "page"]),
        ("page=ten", ["page"]),
        ("label=short&label=longer", ["label.1"]),
        ("page=10&label=a&label=b&label=c&label=d", ["label", "page"]),
    ],
)
async def test_a_query_that_is_refused_names_the_parameters(
    client: httpx2.AsyncClient, query: str, fields: list[str]
) -> None:
    answer = await client.get(f"/notes?{query}")
    assert answer.status_code == 400
    assert answer.json()["message"] == "Invalid input"
    assert [fault["field"] for fault in answer.json()["errors"]] == fields


def test_a_query_is_described_by_its_model() -> None:
    app = create_base_app("notes", lambda _: pytest.fail("is not started"), routers=[router])
    described = app.openapi()["paths"]["/notes"]["get"]["parameters"]
    assert [(one["name"], one["schema"].get("type")) for one in described] == [
        ("label", "array"),
        ("page", "integer"),
        ("before", None),
    ]
    assert described[0]["description"] == "All of them"
    assert {(one["in"], one["required"]) for one in described} == {("query", False)}
