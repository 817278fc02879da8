"""A service of a test's own routes, asked in this process."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx2
from chassis.app import create_service_app
from chassis.health import Check
from chassis.settings import ServiceSettings
from fastapi import APIRouter, FastAPI


@asynccontextmanager
async def _nothing_to_open(_: FastAPI) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def client_of(
    *routers: APIRouter,
    name: str = "note-service",
    settings: ServiceSettings | None = None,
    checks: Mapping[str, Check] | None = None,
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a service of this name with these routes, which needs nothing."""
    app = create_service_app(
        name,
        settings or ServiceSettings(port=1),
        routers=list(routers),
        lifespan=_nothing_to_open,
        checks=lambda: dict(checks or {}),
    )
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{name}") as client:
        yield client
