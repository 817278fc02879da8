"""The composition root of tasks-service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from chassis.app import create_service_app
from chassis.cursor import CursorCodec
from chassis.health import Check
from chassis.mongo import check_mongo, open_mongo
from chassis.rabbit import BROKER_FAULTS, RabbitConnection
from chassis.topology import Exchange, Topology
from contracts.events import EXCHANGE
from fastapi import FastAPI

from tasks_service.lease import Lease
from tasks_service.listing import Listing, Position
from tasks_service.relay import Relay, relaying
from tasks_service.routes import router
from tasks_service.settings import Settings
from tasks_service.tasks import INDEXES, Tasks

SERVICE = "tasks-service"
# The queue is activity-service's: until it is there, events are unroutable and wait.
TOPOLOGY = Topology(exchanges=[Exchange(EXCHANGE)])


def create_app(settings: Settings) -> FastAPI:
    """The service: HTTP for tasks, and beside it the relay that sends their events."""
    retention = timedelta(days=settings.event_retention_days)
    cursors = CursorCodec(Position, purpose="tasks", secret=settings.internal_secret)
    checks: dict[str, Check] = {}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            open_mongo(settings.mongo_uri.get_secret_value(), INDEXES) as database,
            RabbitConnection(
                settings.rabbitmq_uri.get_secret_value(), name=SERVICE, topology=TOPOLOGY
            ) as rabbit,
        ):
            lease = Lease(database, "relay")
            relay = Relay(database, rabbit, lease, retention=retention)
            app.state.tasks = Tasks(database, retention=retention, on_change=relay.wake)
            app.state.listing = Listing(database, cursors)
            checks["mongo"] = partial(check_mongo, database)
            checks["rabbitmq"] = partial(_check_rabbit, rabbit)
            async with relaying(relay, lease):
                yield

    return create_service_app(
        SERVICE,
        settings,
        routers=[router],
        lifespan=lifespan,
        checks=lambda: checks,
        up=frozenset({"up", "away"}),
    )


async def _check_rabbit(rabbit: RabbitConnection) -> str:
    """Tasks are accepted without the broker, their events wait: its absence is not ours."""
    try:
        return await rabbit.check()
    except (*BROKER_FAULTS, TimeoutError):
        return "away"
