"""The running responses are as the committed OpenAPI document says."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx2
import pytest
from client import Json, User
from devstack.suite import ROOT
from jsonschema import Draft202012Validator

DOCUMENT: Json = json.loads((ROOT / "api-gateway/api_gateway/openapi.json").read_text())
METHODS = {"get", "post", "put", "patch", "delete"}
NO_ID = "0" * 24


class Operation(NamedTuple):
    """One method of one path, and what the document says of it."""

    method: str
    path: str
    says: Json

    def url(self, value: str = NO_ID) -> str:
        """The path with `value` in the place of its parameters."""
        return re.sub(r"\{\w+\}", value, self.path)


def operations() -> Iterator[Operation]:
    for path, methods in DOCUMENT["paths"].items():
        for method in METHODS & set(methods):
            yield Operation(method.upper(), path, methods[method])


OPERATIONS = sorted(operations())
each_operation = pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}"
)


def resolved(node: Json) -> Json:
    """What a `$ref` into the document refers to; anything else as it is."""
    while "$ref" in node:
        target: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def assert_documented(operation: Operation, answer: httpx2.Response) -> None:
    """The status is one that the document names, and the body is as it says there."""
    responses = operation.says["responses"]
    assert str(answer.status_code) in responses, answer.text
    content = resolved(responses[str(answer.status_code)]).get("content")
    if content is None:
        assert answer.content == b""
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    if media_type == "application/json":
        schema = {**content["application/json"]["schema"], "components": DOCUMENT["components"]}
        Draft202012Validator(schema).validate(answer.json())


@each_operation
async def test_without_a_token_an_operation_responds_as_documented(
    http: httpx2.AsyncClient, operation: Operation
) -> None:
    answer = await http.request(operation.method, operation.url("swagger-ui.css"))
    assert_documented(operation, answer)
    if operation.says["security"]:
        assert answer.status_code == 401


@each_operation
async def test_a_bad_request_is_refused_as_documented(user: User, operation: Operation) -> None:
    """With a body that is no JSON, an id that is none, or a cursor that nobody gave."""
    takes_body = "requestBody" in operation.says
    takes_cursor = any(one["name"] == "cursor" for one in operation.says.get("parameters", []))
    options: Json = {}
    if takes_body:
        options = {"content": b"{", "headers": {"content-type": "application/json"}}
    elif takes_cursor:
        options = {"params": {"cursor": "no cursor"}}
    answer = await user.call(operation.method, operation.url("no-id"), **options)
    assert_documented(operation, answer)
    if takes_body or takes_cursor or "{id}" in operation.path:
        assert answer.status_code == 400
