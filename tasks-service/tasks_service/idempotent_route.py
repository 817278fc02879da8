"""The HTTP side of idempotency keys: every POST of a router takes one."""

import re
from collections.abc import Callable, Coroutine, Sequence
from typing import Annotated, Any, Final

from bson import ObjectId
from chassis.bodies import StrictJsonRoute, whole_body
from chassis.errors import BadRequest, ServiceError
from chassis.identity import current_user
from chassis.openapi import error_responses
from contracts.errors import FieldError
from fastapi import Depends, Header, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError

from tasks_service.idempotency import (
    Answer,
    IdempotencyKeys,
    KeyedRequest,
)
from tasks_service.operation import Operation

REFUSALS: Final = (ServiceError, HTTPException, RequestValidationError)
"""What the handler of a route raises when it has done nothing."""

_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
OF_THE_BODY: Final = frozenset({"content-length", "content-type"})


def idempotency_key(headers: Sequence[str]) -> str | None:
    """The key in the one header; quotes do not count. BadRequest unless it is visible ASCII."""
    if not headers:
        return None
    key = headers[0].strip(" \t")
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if len(headers) > 1 or not _KEY.fullmatch(key):
        fault = FieldError(field="idempotency-key", message="must be 1 to 200 visible ASCII")
        raise BadRequest("Invalid input", errors=[fault])
    return key


class IdempotentRoute(StrictJsonRoute):
    """A POST with an `Idempotency-Key` has its effect once, and its first answer is given again.

    The handler takes the ids of what it makes from its `TheOperation`.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if "POST" not in (self.methods or ()):
            return handle

        async def handle_once(request: Request) -> Response:
            key = idempotency_key(request.headers.getlist("idempotency-key"))
            if key is None:
                return await handle(request)
            return await _once(request, key, handle)

        return handle_once


async def _once(
    request: Request, key: str, handle: Callable[[Request], Coroutine[Any, Any, Response]]
) -> Response:
    state = request.scope["state"]
    body = await whole_body(request)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def perform(operation: Operation) -> Answer:
        state["operation"] = operation
        response = await handle(Request(request.scope, receive))
        headers = {
            name: value for name, value in response.headers.items() if name not in OF_THE_BODY
        }
        return Answer(response.status_code, headers, bytes(response.body).decode())

    keys: IdempotencyKeys = state["keys"]
    user = await current_user(request)
    keyed = KeyedRequest(user.id, request.scope["path"], key, body)
    answer, is_replayed = await keys.once(keyed, perform)
    replayed = {"idempotency-replayed": "true"} if is_replayed else {}
    return Response(
        answer.body, answer.status, answer.headers | replayed, media_type="application/json"
    )


async def _operation(
    request: Request,
    _key: Annotated[
        str | None,
        Header(
            alias="idempotency-key",
            description="1–200 visible ASCII: within 24 hours the same key gives the first answer",
        ),
    ] = None,
) -> Operation:
    operation: Operation | None = request.scope["state"].get("operation")
    return operation or Operation(ObjectId())


TheOperation = Annotated[Operation, Depends(_operation)]

REPLAYED: Final = {
    "Idempotency-Replayed": {
        "description": "`true` if the answer is the one that the key had before",
        "schema": {"type": "string"},
    }
}
KEY_REFUSED: Final = error_responses({422: "The Idempotency-Key was used with another body"})
