"""The composition root of tasks-service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import TypedDict

from chassis.app import create_service_app
from chassis.background import keep_running, running
from chassis.health import Checks
from chassis.metrics import keep_refreshing
from chassis.mongo import check_mongo, open_mongo
from chassis.paging import Cursors
from chassis.rabbit import RabbitConnection
from chassis.telemetry import open_tracing
from chassis.topology import Topology
from contracts.events import EXCHANGE
from fastapi import FastAPI

from tasks_service import collection, history, idempotency
from tasks_service.backfill import Backfill
from tasks_service.bulk import Bulk
from tasks_service.facets import FacetCounts
from tasks_service.idempotency import IdempotencyKeys
from tasks_service.idempotent_route import REFUSALS
from tasks_service.lease import Lease
from tasks_service.listing import Listing, Position
from tasks_service.relay import Relay, relaying
from tasks_service.replays import Replays
from tasks_service.routes import router
from tasks_service.settings import Settings
from tasks_service.snapshots import Snapshots
from tasks_service.stale import StaleTasks
from tasks_service.tasks import Tasks
from tasks_service.undo import Undo
from tasks_service.waiting import WAITING, WaitingEvents

SERVICE = "tasks-service"
INDEXES = collection.INDEXES | history.INDEXES | idempotency.INDEXES
# The queue is activity-service's: until it is there, events are unroutable and wait.
TOPOLOGY = Topology(exchanges=[EXCHANGE])


class State(TypedDict):
    """What the lifespan opens, and the routes use."""

    keys: IdempotencyKeys
    tasks: Tasks
    bulk: Bulk
    undo: Undo
    listing: Listing
    facets: FacetCounts
    checks: Checks


def create_app(settings: Settings) -> FastAPI:
    """The service: HTTP for tasks, and beside it the relay that sends their events."""
    trash = timedelta(days=settings.trash_days)
    cursors = Cursors(Position, purpose="tasks", secrets=settings.internal_secrets)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        async with (
            open_tracing(SERVICE, settings),
            open_mongo(settings.mongo_uri.get_secret_value(), INDEXES) as database,
            RabbitConnection(
                settings.rabbitmq_uri.get_secret_value(), name=SERVICE, topology=TOPOLOGY
            ) as rabbit,
        ):
            lease = Lease(database, "relay")
            relay = Relay(database, rabbit, lease, trash=trash)
            backfill = Backfill(database, lease)
            replays = Replays(database, rabbit, lease, backfill)
            waiting = WaitingEvents(database)
            fill = keep_running("fill in tasks", StaleTasks(database).watch)
            move = keep_running("move events", backfill.watch)
            replay = keep_running("replay", replays.watch)
            watch = keep_running("waiting events", waiting.watch)
            measure = keep_running("outbox", partial(keep_refreshing, WAITING, waiting.measure))
            async with (
                relaying(relay, lease),
                running(move),
                running(replay),
                running(watch),
                running(fill),
                running(measure),
            ):
                tasks = Tasks(database, on_change=relay.wake, most=settings.max_tasks_per_user)
                snapshots = Snapshots(database)
                listing = Listing(database, cursors, snapshots)
                yield State(
                    keys=IdempotencyKeys(database, refusals=REFUSALS),
                    tasks=tasks,
                    bulk=Bulk(database, tasks, listing),
                    undo=Undo(database, tasks),
                    listing=listing,
                    facets=FacetCounts(database, snapshots),
                    # Tasks are accepted without the broker: their events wait.
                    checks=Checks(
                        {"mongo": partial(check_mongo, database)},
                        optional={"rabbitmq": rabbit.check, "events": waiting.check},
                    ),
                )

    return create_service_app(SERVICE, settings, lifespan, router)
