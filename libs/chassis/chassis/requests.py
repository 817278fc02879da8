"""For every request: an id, a trace, one log line, its duration, a 500 for an unexpected exception."""

import asyncio
import time
from collections.abc import MutableMapping
from http import HTTPMethod
from typing import Any, Final

import structlog
from contracts.headers import REQUEST_ID, TRACEPARENT
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from chassis.errors import ServiceError, Unavailable, error_response
from chassis.spans import ServerSpan
from chassis.tracing import request_id_from, traceparent_from

CRASHED = "An internal server error occurred"
_QUIET_PATHS = frozenset({"/health", "/ready"})
_REQUEST_ID = REQUEST_ID.encode()
_TRACEPARENT = TRACEPARENT.encode()
_STREAM = b"text/event-stream"

UNMATCHED: Final = "unmatched"
_METHODS: Final = frozenset(HTTPMethod)
_DURATION: Final = Histogram(
    "http_request_duration_seconds",
    "From the request's head to the end of its response, of an event stream to its head, by method, "
    "route and status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

log = structlog.get_logger()


class RequestMiddleware:
    """Gives each request an id and a trace, a 500 for an unexpected exception, and one log line.

    The duration is counted under the path of the scope's `route`, which whoever finds the route
    puts there, as Starlette does. While tracing is on, a span of the request is named after it.

    Both identifiers are bound to the log's context, and stand in the scope's state as
    `request_id` and `traceparent`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        is_quiet = scope["path"] in _QUIET_PATHS
        request_id, caller = _identifiers(scope)
        span = None if is_quiet else ServerSpan.start(scope["method"], caller)
        traceparent = span.traceparent if span else traceparent_from(caller)
        state = scope.setdefault("state", {})
        state["request_id"], state["traceparent"] = request_id, traceparent
        answer = _Answer(send, request_id)
        # Not bound_contextvars(): reading the whole context before and after costs more.
        bound = bind_contextvars(requestId=request_id, traceparent=traceparent)
        try:
            await self._app(scope, receive, answer)
        except asyncio.CancelledError:
            # uvicorn cancels what is still under way at the end of a drain, and would answer 500.
            if answer.status is None:
                await error_response(Unavailable())(scope, receive, answer)
            raise
        except Exception:
            log.exception("request failed", path=scope["path"])
            if answer.status is not None:
                raise  # the answer has begun: only a broken connection can tell the client
            await error_response(ServiceError(CRASHED))(scope, receive, answer)
        finally:
            seconds = time.perf_counter() - started
            counted = (
                seconds if answer.streaming_since is None else answer.streaming_since - started
            )
            _DURATION.labels(*_labels(scope, answer.status)).observe(counted)
            emit = log.debug if is_quiet else log.info
            emit(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=answer.status,
                ms=round(seconds * 1000, 1),
            )
            reset_contextvars(**bound)
            if span:
                span.end(route=getattr(scope.get("route"), "path", None), status=answer.status)


def _labels(scope: Scope, status: int | None) -> tuple[str, str, str]:
    """Of few values, whatever a client sends: the route's template in place of the path.

    A status of "none" is a response that never began, because the client was gone.
    """
    method = scope["method"] if scope["method"] in _METHODS else "other"
    route = getattr(scope.get("route"), "path", UNMATCHED)
    return method, route, "none" if status is None else str(status)


def _identifiers(scope: Scope) -> tuple[str, str | None]:
    """The request's id, and the `traceparent` of who sent it, whatever that says."""
    request_id = traceparent = None
    for name, value in scope["headers"]:
        if name == _REQUEST_ID and request_id is None:
            request_id = value.decode("latin-1")
        elif name == _TRACEPARENT and traceparent is None:
            traceparent = value.decode("latin-1")
    return request_id_from(request_id), traceparent


class _Answer:
    """A `send` that adds the request id to the answer and remembers its status.

    `streaming_since` is when the head of an event stream was sent: how long it then lasts is no measure.
    """

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._header = (_REQUEST_ID, request_id.encode())
        self.status: int | None = None
        self.streaming_since: float | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [pair for pair in message.get("headers", ()) if pair[0] != _REQUEST_ID]
            if any(pair[0] == b"content-type" and pair[1].startswith(_STREAM) for pair in headers):
                self.streaming_since = time.perf_counter()
            headers.append(self._header)
            message = _with_headers(message, headers)
        await self._send(message)


def _with_headers(message: MutableMapping[str, Any], headers: list[tuple[bytes, bytes]]) -> Message:
    return {**message, "headers": headers}
