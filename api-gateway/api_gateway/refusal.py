"""The answer to what never became a request, or breaks off in the middle of one."""

import json
from http import HTTPStatus

from chassis.tracing import request_id_from
from contracts.errors import ErrorBody
from contracts.headers import REQUEST_ID
from starlette.types import Scope

from api_gateway.edge import AnswerHeaders

_REQUEST_ID = REQUEST_ID.encode()


def refusal(status: int, message: str, scope: Scope, headers: AnswerHeaders) -> bytes:
    """A whole answer in bytes, the connection's last; `scope` has what was read of the head."""
    request_id = _request_id(scope)
    body = ErrorBody(message=message, request_id=request_id)
    content = json.dumps(body.model_dump(by_alias=True, exclude_none=True)).encode()
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode(),
        b"content-type: application/json",
        f"content-length: {len(content)}".encode(),
        f"{REQUEST_ID}: {request_id}".encode(),
        b"cache-control: no-store",
        b"connection: close",
        *(name + b": " + value for name, value in headers.to(scope)),
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + content


def _request_id(scope: Scope) -> str:
    """The id under which the request is served already, else the one it would have got."""
    served: str | None = scope["state"].get("request_id")
    if served is not None:
        return served
    sent = (value.decode("latin-1") for name, value in scope["headers"] if name == _REQUEST_ID)
    return request_id_from(next(sent, None))
