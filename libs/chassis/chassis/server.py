"""The process: logs configured, uvicorn on uvloop, a drain of at most ten seconds on SIGTERM."""

import asyncio
import gc
import json
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Literal

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE

from chassis.logs import configure_logs, flush_logs
from chassis.metrics import serving_metrics
from chassis.settings import ServiceSettings, Settings, load_settings

ON_DRAIN: Final = "on_drain"  # in the state of the lifespan: to be called when the drain begins
KEEPALIVE_SECONDS: Final = 75  # after which an idle connection is closed
DRAIN_SECONDS = 5  # for the requests in flight; the lifespan's own shutdown has the rest
NEW_OBJECTS: Final = 10_000  # after which cycles are looked for among them; Python's default is 700


def run_service(
    service: str, create_app: Callable[[Settings], FastAPI], settings_class: type[Settings]
) -> None:
    """What `python -m` of a service does: serve, or print its OpenAPI document when told `openapi`."""
    settings = load_settings(settings_class)
    app = create_app(settings)
    if sys.argv[1:] == ["openapi"]:
        json.dump(app.openapi(), sys.stdout)
    else:
        serve(service, app, settings)


class Server(uvicorn.Server):
    """uvicorn's server, which tells the application when it begins to drain.

    The lifespan hears of the drain only after all responses, and a response without an end would hold
    it up until it is cut off. So what the state of the lifespan has as `on_drain` is called first.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        spare_loaded_objects()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        on_drain = self.lifespan.state.get(ON_DRAIN)
        if on_drain is not None:
            on_drain()
        try:
            await super().shutdown(sockets)
        finally:
            flush_logs()  # the signal that ended the server now ends the process, without `atexit`


def spare_loaded_objects() -> None:
    """Leave what there is now out of all further garbage collections, and make these rarer.

    Modules, routes and schemas are some 100,000 objects that live as long as the process. To walk
    them again and again took a fifth of a request's processor time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])


def serve(
    service: str,
    app: ASGIApp,
    settings: ServiceSettings,
    *,
    http: type[asyncio.Protocol] | Literal["httptools"] = "httptools",
) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is in flight and close the resources.

    `http` is what reads and writes a connection; services use uvicorn's own.
    """
    configure_logs(service, level=settings.log_level, log_format=settings.log_format)
    with serving_metrics(settings):
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            loop="uvloop",
            http=http,
            ws="none",
            log_config=None,  # configure_logs has done it
            access_log=False,  # one line per request is written by RequestMiddleware
            server_header=False,
            proxy_headers=False,  # the gateway decides which proxies to trust
            timeout_graceful_shutdown=DRAIN_SECONDS,
            timeout_keep_alive=KEEPALIVE_SECONDS,
            lifespan="on",
        )
        server = Server(config)
        with suppress(KeyboardInterrupt):  # which uvicorn raises again after its drain
            server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)
