"""An application asked in this process, by a call or through a real server."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import uvicorn
from chassis.app import create_base_app, create_service_app
from chassis.health import Checks
from chassis.server import Server
from chassis.settings import ServiceSettings
from devstack.testing import eventually
from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send


@asynccontextmanager
async def begun(app: FastAPI) -> AsyncIterator[ASGIApp]:
    """The application with its lifespan begun, whose state every request carries as in a server."""
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
            scope["state"] = dict(state or {})
            await app(scope, receive, send)

        yield with_state


@asynccontextmanager
async def client_of(
    *routers: APIRouter,
    name: str = "note-service",
    settings: ServiceSettings | None = None,
    checks: Checks | None = None,
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an application with these routes; with `settings` it demands an identity."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        yield {"checks": checks or Checks({})}

    if settings is None:
        app = create_base_app(name, lifespan, routers=routers)
    else:
        app = create_service_app(name, settings, lifespan, *routers)
    async with (
        begun(app) as asgi,
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(asgi), base_url=f"http://{name}"
        ) as client,
    ):
        yield client


@asynccontextmanager
async def served(
    app: ASGIApp,
    http: type[asyncio.Protocol] | str = "httptools",
    *,
    lifespan: str = "off",
    address: tuple[str, int] = ("127.0.0.1", 0),
) -> AsyncIterator[int]:
    """The port on which a real server serves `app`."""
    with socket.create_server(address) as listener:
        server = Server(
            uvicorn.Config(
                app,
                http=http,
                ws="none",
                lifespan=lifespan,  # type: ignore[arg-type]  # "on" or "off"
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=1,
            )
        )
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await eventually(lambda: server.started or task.done())
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await task
