"""The gateway, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from chassis.app import create_base_app
from chassis.background import keep_running, running
from chassis.breaker import CircuitBreaker
from chassis.mongo import Database, open_mongo
from chassis.redis import open_redis
from chassis.requests import RequestMiddleware
from chassis.telemetry import open_tracing
from fastapi import FastAPI
from starlette.types import ASGIApp

from api_gateway import api_docs, quota_routes
from api_gateway.blacklist import Blacklist
from api_gateway.client_ip import ClientIps
from api_gateway.client_limits import ClientLimits
from api_gateway.cors import Cors
from api_gateway.http_protocol import HttpProtocol
from api_gateway.plans import Plans
from api_gateway.proxy import Proxy, State
from api_gateway.quota_accounts import Quotas
from api_gateway.quota_script import QuotaScript
from api_gateway.readiness import readiness
from api_gateway.response_headers import ResponseHeaders, ResponseHeadersMiddleware
from api_gateway.revocation import Revocations, UserServiceAnswers
from api_gateway.routes import ACTIVITY, TASKS, USERS, ServiceName
from api_gateway.settings import Settings
from api_gateway.streams import OpenStreams
from api_gateway.upstreams import open_upstreams

SERVICE = "api-gateway"


def create_app(settings: Settings) -> ASGIApp:
    """The whole gateway; it opens its connections in its lifespan."""
    secret = settings.internal_secret.get_secret_value()
    urls: dict[ServiceName, str] = {
        USERS: settings.user_service_url,
        TASKS: settings.tasks_service_url,
        ACTIVITY: settings.activity_service_url,
    }

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        async with (
            open_tracing(SERVICE, settings),
            open_redis(settings.redis_uri.get_secret_value()) as redis,
            open_upstreams(urls, secret) as upstreams,
            open_plans(settings) as (plans, database),
        ):
            breaker = CircuitBreaker("redis")
            script = QuotaScript(redis) if plans else None
            blacklist = Blacklist(redis, breaker, script=script)
            revocations = Revocations(blacklist, UserServiceAnswers(upstreams[USERS]))
            streams = OpenStreams(revocations)
            async with running(keep_running("watch sessions", streams.watch_sessions)):
                yield State(
                    upstreams=upstreams,
                    revocations=revocations,
                    quotas=Quotas(blacklist, plans, per_address=settings.rate_limit_per_minute),
                    streams=streams,
                    checks=readiness(redis, breaker, upstreams, database),
                    on_drain=streams.end_all,
                )

    # FastAPI lies behind the proxy, because its layers would cost a forwarded request some 15 µs.
    own_routes = create_base_app(
        SERVICE, lifespan, routers=[api_docs.router, quota_routes.router], middleware=()
    )
    cors = Cors(settings.cors_origins)
    proxy = Proxy(own_routes, settings=settings, cors=cors)
    return ResponseHeadersMiddleware(RequestMiddleware(proxy), _response_headers(settings))


@asynccontextmanager
async def open_plans(settings: Settings) -> AsyncIterator[tuple[Plans | None, Database | None]]:
    """The plans, kept fresh, and their database; neither with QUOTAS=off."""
    if settings.quotas == "off":
        yield None, None
        return
    plans = Plans(settings.default_limits())
    async with open_mongo(settings.mongo_uri.get_secret_value(), {}) as database:
        refreshing = keep_running("keep plans", partial(plans.keep_fresh, database))
        async with running(refreshing):
            yield plans, database


def create_protocol(settings: Settings) -> type[HttpProtocol]:
    """The class to give to uvicorn, which makes one of it for each connection."""

    class ConfiguredProtocol(HttpProtocol):
        response_headers = _response_headers(settings)
        limits = ClientLimits(
            in_all=settings.max_connections,
            per_client=settings.max_connections_per_client,
            is_proxy=ClientIps(settings.trusted_proxies).is_trusted,
        )

    return ConfiguredProtocol


def _response_headers(settings: Settings) -> ResponseHeaders:
    # In production TLS is sure to be in front.
    hsts_max_age = settings.hsts_max_age if settings.in_production else None
    return ResponseHeaders(Cors(settings.cors_origins), hsts_max_age=hsts_max_age)
