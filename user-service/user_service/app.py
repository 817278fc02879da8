"""user-service, put together."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from chassis.app import create_service_app
from chassis.background import keep_running, running
from chassis.clock import Clock, utc_now
from chassis.health import Check
from chassis.mongo import Database, check_mongo, open_mongo
from chassis.redis import RedisClient, RedisError, open_redis
from fastapi import FastAPI

from user_service import accounts, sessions, throttle
from user_service.accounts import Accounts
from user_service.passwords import PasswordHasher
from user_service.projection import Projection
from user_service.revocations import Revocations
from user_service.routes import UseCases, auth_router, internal_router
from user_service.sessions import Sessions
from user_service.settings import UserServiceSettings
from user_service.throttle import Bounds, LoginThrottle

AWAY = "away"  # Redis, that is: everything is still done, and projected when it is back
INDEXES = accounts.INDEXES | sessions.INDEXES | throttle.INDEXES


def create_app(settings: UserServiceSettings, now: Clock = utc_now) -> FastAPI:
    """The ASGI application; nothing is opened before its lifespan begins."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            open_mongo(settings.mongo_uri.get_secret_value(), INDEXES) as database,
            open_redis(settings.redis_uri.get_secret_value()) as redis,
            PasswordHasher(settings.bcrypt_rounds) as hasher,
        ):
            projection = Projection(database, redis, settings.access_token_ttl_seconds, now)
            async with running(keep_running("project revocations", projection.run)):
                app.state.checks = _checks(database, redis)
                app.state.use_cases = _use_cases(settings, database, hasher, projection, now)
                yield

    def opened() -> UseCases:
        use_cases: UseCases = app.state.use_cases
        return use_cases

    def checks() -> Mapping[str, Check]:
        opened_checks: Mapping[str, Check] = app.state.checks
        return opened_checks

    app = create_service_app(
        "user-service",
        settings,
        routers=[auth_router(settings, opened), internal_router(opened)],
        lifespan=lifespan,
        checks=checks,
        up=frozenset({"up", AWAY}),
    )
    return app


def _use_cases(
    settings: UserServiceSettings,
    database: Database,
    hasher: PasswordHasher,
    projection: Projection,
    now: Clock,
) -> UseCases:
    bounds = Bounds(
        account_and_address=settings.login_failures_per_account_and_address,
        account=settings.login_failures_per_account,
        address=settings.login_failures_per_address,
    )
    revocations = Revocations(database, projection, now)
    return UseCases(
        accounts=Accounts(database, hasher, LoginThrottle(database, bounds, now), now),
        sessions=Sessions(database, revocations, settings, now),
        revocations=revocations,
    )


def _checks(database: Database, redis: RedisClient) -> Mapping[str, Check]:
    async def mongo() -> str:
        return await check_mongo(database)

    async def redis_up() -> str:
        try:
            return await redis.check()
        except RedisError:
            return AWAY

    return {"mongo": mongo, "redis": redis_up}
