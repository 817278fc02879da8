"""The FastAPI application that every service starts from."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

import structlog
from contracts.errors import UNAVAILABLE, FieldError
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from chassis.errors import ServiceError, Unavailable, error_body
from chassis.health import Check, health_router
from chassis.mongo import is_away
from chassis.requests import RequestMiddleware
from chassis.settings import ServiceSettings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

_PHRASES = {404: "Not found", 405: "Method not allowed"}

log = structlog.get_logger()


def create_service_app(  # noqa: PLR0913 — what differs between services, named by the caller
    service: str,
    settings: ServiceSettings,
    *,
    routers: list[APIRouter],
    lifespan: Lifespan,
    checks: Callable[[], Mapping[str, Check]],
    up: frozenset[str] = frozenset({"up"}),
) -> FastAPI:
    """A service with health routes, the contract's error bodies, request ids and logs.

    `up` is `health_router`'s: the words of a check that leave the service ready.
    """
    app = FastAPI(title=service, lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.state.settings = settings
    app.state.service = service
    app.state.routers = [health_router(service, checks, up=up), *routers]
    app.add_middleware(RequestMiddleware)
    app.add_exception_handler(ServiceError, _answer_service_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)
    app.add_exception_handler(PyMongoError, _answer_mongo_error)
    for router in app.state.routers:
        app.include_router(router)
    return app


async def _answer_service_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ServiceError)  # noqa: S101 — registered for this class
    return JSONResponse(error.body(), status_code=error.status, headers=error.headers)


async def _answer_validation_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 — registered for this class
    faults = [
        FieldError(field=_field_name(fault["loc"]), message=_sentence(fault["msg"]))
        for fault in error.errors()
    ]
    return JSONResponse(error_body("Invalid input", faults), status_code=400)


async def _answer_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 — registered for this class
    message = _PHRASES.get(error.status_code, str(error.detail))
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if error.status_code == 405:
        headers["allow"] = ", ".join(sorted(_allowed_methods(request)))
    return JSONResponse(error_body(message), status_code=error.status_code, headers=headers)


async def _answer_mongo_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PyMongoError)  # noqa: S101 — registered for this class
    if not is_away(error):
        raise error
    log.warning("MongoDB is away", error=type(error).__name__)
    return await _answer_service_error(request, Unavailable(UNAVAILABLE))


def _allowed_methods(request: Request) -> set[str]:
    """All methods of this path; Starlette itself names those of the first route alone."""
    return {
        method
        for router in request.app.state.routers
        for route in router.routes
        if route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods
    }


def _field_name(location: tuple[int | str, ...]) -> str:
    """`("body", "title")` is `title`; a fault of the whole body is `body`."""
    return ".".join(str(part) for part in location[1:]) or str(location[0])


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")
