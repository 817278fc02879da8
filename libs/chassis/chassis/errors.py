"""The error tree, and how each error becomes the body in `docs/api.md`.

    ServiceError
    ├── BadRequest            400
    ├── Unauthorized          401
    ├── Forbidden             403
    ├── NotFound              404
    ├── Conflict              409
    ├── PreconditionFailed    412
    ├── PayloadTooLarge       413
    ├── UnsupportedMediaType  415
    ├── UnprocessableContent  422
    ├── TooManyRequests       429
    └── Unavailable           503

Use cases raise them; `error_response` alone writes the body that a client sees.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.errors import UNAVAILABLE, ErrorBody, FieldError
from starlette.responses import JSONResponse

from chassis.tracing import current_request_id


class ServiceError(Exception):
    """An answer other than success.

    The client sees `message`, `errors` (faults of single fields) and the members of `extra`.
    """

    status = 500

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        errors: Sequence[FieldError] | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status or type(self).status
        self.errors = errors
        self.headers = dict(headers or {})
        self.extra = extra


class BadRequest(ServiceError):
    status = 400


class Unauthorized(ServiceError):
    """Carries the challenge that RFC 6750, section 3, asks of a 401."""

    status = 401

    def __init__(self, message: str) -> None:
        super().__init__(message, headers={"www-authenticate": "Bearer"})


class Forbidden(ServiceError):
    status = 403


class NotFound(ServiceError):
    status = 404


class Conflict(ServiceError):
    status = 409


class PreconditionFailed(ServiceError):
    """`If-Match` named another version than the current one (RFC 9110, section 13.1.1)."""

    status = 412


class PayloadTooLarge(ServiceError):
    status = 413


class UnsupportedMediaType(ServiceError):
    status = 415


class UnprocessableContent(ServiceError):
    """An `Idempotency-Key` that stands for another body."""

    status = 422


class TooManyRequests(ServiceError):
    """`retry_after` is in seconds."""

    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, headers={"retry-after": str(retry_after)})


class Unavailable(ServiceError):
    """Something this answer needs is away; `retry_after` is in seconds."""

    status = 503

    def __init__(self, message: str = UNAVAILABLE, *, retry_after: int = 1) -> None:
        super().__init__(message, headers={"retry-after": str(retry_after)})


def error_response(error: ServiceError) -> JSONResponse:
    """The answer that `error` becomes: `{"message", "errors"?, "requestId"}` and its `extra`."""
    body = ErrorBody(
        message=error.message,
        errors=list(error.errors) if error.errors else None,
        request_id=current_request_id() or "",
    )
    content = body.model_dump(by_alias=True, exclude_none=True) | dict(error.extra or {})
    return JSONResponse(content, status_code=error.status, headers=error.headers)
