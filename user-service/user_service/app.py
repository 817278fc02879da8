"""The composition root of user-service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TypedDict

from chassis.app import create_service_app
from chassis.background import keep_running, running
from chassis.clock import Clock, utc_now
from chassis.health import Checks
from chassis.mongo import check_mongo, open_mongo
from chassis.redis import open_redis
from fastapi import FastAPI

from user_service import accounts, sessions, throttle
from user_service.accounts import Accounts
from user_service.passwords import PasswordHasher
from user_service.projection import Projection
from user_service.revocations import Revocations
from user_service.routes import auth_router, internal_router
from user_service.sessions import Sessions
from user_service.settings import UserServiceSettings
from user_service.throttle import Bounds, LoginThrottle

SERVICE = "user-service"
INDEXES = accounts.INDEXES | sessions.INDEXES | throttle.INDEXES


class State(TypedDict):
    """What the lifespan opens, and the routes use."""

    accounts: Accounts
    sessions: Sessions
    revocations: Revocations
    checks: Checks


def create_app(settings: UserServiceSettings, now: Clock = utc_now) -> FastAPI:
    """The service: accounts and sessions over HTTP, and the projection of revocations into Redis."""
    bounds = Bounds(
        account_and_address=settings.login_failures_per_account_and_address,
        account=settings.login_failures_per_account,
        address=settings.login_failures_per_address,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        async with (
            open_mongo(settings.mongo_uri.get_secret_value(), INDEXES) as database,
            open_redis(settings.redis_uri.get_secret_value()) as redis,
            PasswordHasher(settings.bcrypt_rounds) as hasher,
        ):
            projection = Projection(database, redis, settings.access_token_ttl_seconds, now)
            revocations = Revocations(database, projection, now)
            async with running(keep_running("project revocations", projection.run)):
                yield State(
                    accounts=Accounts(database, hasher, LoginThrottle(database, bounds, now), now),
                    sessions=Sessions(database, revocations, settings, now),
                    revocations=revocations,
                    # Without Redis everything is still done, and projected when Redis is back.
                    checks=Checks(
                        {"mongo": partial(check_mongo, database)}, optional={"redis": redis.check}
                    ),
                )

    return create_service_app(SERVICE, settings, lifespan, auth_router(settings), internal_router)
