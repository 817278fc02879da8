"""The FastAPI application that every service starts from."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import structlog
from contracts.errors import FieldError
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from chassis import health
from chassis.background import keep_running, running
from chassis.errors import BadRequest, ServiceError, Unavailable, error_response
from chassis.event_loop import watch_event_loop
from chassis.identity import IdentityMiddleware
from chassis.mongo_errors import is_unavailable
from chassis.requests import CRASHED, RequestMiddleware
from chassis.settings import ServiceSettings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Mapping[str, Any]]]
"""Opens a service's resources, yields its state (a TypedDict with `checks`), closes them again."""

_MESSAGES = {404: "Not found", 405: "Method not allowed"}

log = structlog.get_logger()


def create_base_app(
    name: str,
    lifespan: Lifespan,
    *,
    routers: Sequence[APIRouter] = (),
    middleware: Sequence[Middleware] = (Middleware(RequestMiddleware),),
) -> FastAPI:
    """An application with health routes, request ids, one log line a request, and our error bodies.

    Only the gateway uses this as it is, with middlewares that stand in front of more than these
    routes: a service takes `create_service_app`, which lets nobody in but the gateway.
    """

    @asynccontextmanager
    async def watched_lifespan(app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        async with running(keep_running("event loop", watch_event_loop)), lifespan(app) as state:
            yield state

    app = FastAPI(
        title=name,
        lifespan=watched_lifespan,
        openapi_url=None,
        redirect_slashes=False,
        middleware=middleware,
        exception_handlers={
            ServiceError: _answer_service_error,
            RequestValidationError: _answer_validation_error,
            HTTPException: _answer_http_exception,
            PyMongoError: _answer_mongo_error,
            Exception: _answer_crash,
        },
    )
    for router in (*routers, health.router):  # in this order each request is compared with them
        app.include_router(router)
    return app


def create_service_app(
    name: str, settings: ServiceSettings, lifespan: Lifespan, *routers: APIRouter
) -> FastAPI:
    """A service behind the gateway: every path but those of `health` demands its identity."""
    identity = Middleware(
        IdentityMiddleware,
        service=name,
        secrets=settings.internal_secrets,
        public_paths=health.PATHS,
    )
    middleware = [Middleware(RequestMiddleware), identity]
    return create_base_app(name, lifespan, routers=routers, middleware=middleware)


async def _answer_service_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ServiceError)  # noqa: S101 — registered for this class
    return error_response(error)


async def _answer_validation_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 — registered for this class
    faults = [
        FieldError(field=_field_name(fault["loc"]), message=_sentence(fault["msg"]))
        for fault in error.errors()
    ]
    return error_response(BadRequest("Invalid input", errors=faults))


async def _answer_http_exception(_request: Request, error: Exception) -> JSONResponse:
    """What Starlette and FastAPI raise themselves: no such route or method, malformed JSON."""
    assert isinstance(error, HTTPException)  # noqa: S101 — registered for this class
    message = _MESSAGES.get(error.status_code, str(error.detail))
    return error_response(ServiceError(message, status=error.status_code, headers=error.headers))


async def _answer_mongo_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PyMongoError)  # noqa: S101 — registered for this class
    if not is_unavailable(error):
        raise error
    log.warning("MongoDB is unavailable", error=type(error).__name__)
    return error_response(Unavailable())


async def _answer_crash(_request: Request, _error: Exception) -> JSONResponse:
    """Starlette raises the error again, and so `RequestMiddleware` in front of it logs it."""
    return error_response(ServiceError(CRASHED))


def _field_name(location: tuple[int | str, ...]) -> str:
    """`("body", "title")` is `title`; a fault of the whole body is `body`."""
    return ".".join(str(part) for part in location[1:]) or str(location[0])


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")
