"""The gateway, put together."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypedDict

from chassis.app import create_base_app
from chassis.breaker import CircuitBreaker
from chassis.health import Check, Checks
from chassis.redis import RedisClient, open_redis
from chassis.requests import RequestMiddleware
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from api_gateway.blacklist import Blacklist
from api_gateway.door import Door
from api_gateway.edge import AnswerHeaders, Edge, is_preflight
from api_gateway.identity import Signer
from api_gateway.revocation import Revocations, UserServiceAnswers
from api_gateway.settings import GatewaySettings
from api_gateway.surface import ACTIVITY, OWN_PATHS, TASKS, USERS, Service
from api_gateway.upstream import Upstream, open_upstream

SERVICE = "api-gateway"


class State(TypedDict):
    """What the lifespan opens."""

    checks: Checks


class Gateway:
    """The ASGI application. FastAPI has the gateway's own routes, the door has all else."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._door: Door | None = None
        self._own_routes = create_base_app(SERVICE, self._lifespan)
        self._others = RequestMiddleware(self._pass_through_door)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["raw_path"] not in OWN_PATHS or is_preflight(scope)):
            await self._others(scope, receive, send)
        else:
            await self._own_routes(scope, receive, send)

    async def _pass_through_door(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._door is not None  # noqa: S101 — requests come within the lifespan
        await self._door(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[State]:
        settings = self._settings
        async with AsyncExitStack() as stack:
            redis = await stack.enter_async_context(
                open_redis(settings.redis_uri.get_secret_value())
            )
            urls: dict[Service, str] = {
                USERS: settings.user_service_url,
                TASKS: settings.tasks_service_url,
                ACTIVITY: settings.activity_service_url,
            }
            upstreams: dict[Service, Upstream] = {
                service: await stack.enter_async_context(open_upstream(service, url))
                for service, url in urls.items()
            }
            breaker = CircuitBreaker("redis")
            signer = Signer(settings.internal_secret.get_secret_value())
            revocations = Revocations(
                Blacklist(redis, breaker), UserServiceAnswers(upstreams[USERS], signer)
            )
            self._door = Door(settings, upstreams, revocations, signer)
            yield State(checks=_checks(redis, breaker, upstreams))


def create_app(settings: GatewaySettings) -> ASGIApp:
    """The whole gateway; it opens its connections in its lifespan."""
    return Edge(Gateway(settings), answer_headers(settings))


def answer_headers(settings: GatewaySettings) -> AnswerHeaders:
    """What every answer has, also one that the application never sees."""
    return AnswerHeaders(settings.cors_origins, production=settings.in_production)


def _checks(
    redis: RedisClient, breaker: CircuitBreaker, upstreams: Mapping[Service, Upstream]
) -> Checks:
    async def breaker_state() -> str:
        # Shown, and no reason to be unready: an open breaker closes only with traffic, which a
        # gateway called unready would not get.
        return breaker.state

    required: dict[str, Check] = {"redis": redis.check}
    required.update((service, upstream.check) for service, upstream in upstreams.items())
    return Checks(required, optional={"breaker": breaker_state})
