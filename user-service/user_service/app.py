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
from chassis.telemetry import open_tracing
from fastapi import FastAPI

from user_service.accounts import INDEXES as ACCOUNT_INDEXES
from user_service.accounts import Accounts
from user_service.blacklist import Blacklist
from user_service.grants import Grants
from user_service.passwords import PasswordHasher
from user_service.projection import Projection
from user_service.refresh_tokens import INDEXES as REFRESH_TOKEN_INDEXES
from user_service.refresh_tokens import RefreshTokens
from user_service.routes import auth_router, internal_router, user_router
from user_service.sessions import INDEXES as SESSION_INDEXES
from user_service.sessions import Sessions
from user_service.settings import Settings
from user_service.throttle import INDEXES as THROTTLE_INDEXES

SERVICE = "user-service"
INDEXES = ACCOUNT_INDEXES | SESSION_INDEXES | REFRESH_TOKEN_INDEXES | THROTTLE_INDEXES


class State(TypedDict):
    """What the lifespan opens, and the routes use."""

    accounts: Accounts
    sessions: Sessions
    grants: Grants
    checks: Checks


def create_app(settings: Settings, now: Clock = utc_now) -> FastAPI:
    """The service: accounts and sessions over HTTP, and the projection of revocations into Redis."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        async with (
            open_tracing(SERVICE, settings),
            open_mongo(settings.mongo_uri.get_secret_value(), INDEXES) as database,
            open_redis(settings.redis_uri.get_secret_value()) as redis,
            PasswordHasher(settings.bcrypt_rounds) as hasher,
        ):
            blacklist = Blacklist(redis, settings.access_token_ttl_seconds, now)
            sessions = Sessions(database, blacklist, settings, now)
            projection = Projection(sessions, blacklist)
            async with running(keep_running("project revocations", projection.run)):
                yield State(
                    accounts=Accounts(database, hasher, settings, now),
                    sessions=sessions,
                    grants=Grants(sessions, RefreshTokens(database, settings), settings, now),
                    # Without Redis everything is still done, and projected when Redis is back.
                    checks=Checks(
                        {"mongo": partial(check_mongo, database)},
                        optional={"redis": redis.check, "eviction": redis.eviction},
                    ),
                )

    routers = (auth_router(settings), user_router, internal_router)
    return create_service_app(SERVICE, settings, lifespan, *routers)
