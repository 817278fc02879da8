"""The composition root of activity-service.

`/ready` is 503 while MongoDB or the broker is away or the consumer is held up, since recording is
half of its job. It keeps no request out: the feed is read as long as MongoDB answers.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypedDict

from chassis.app import create_service_app
from chassis.background import keep_running, running
from chassis.consumer import BatchConsumer
from chassis.dead_letters import DeadLetters
from chassis.health import Checks
from chassis.metrics import keep_refreshing
from chassis.mongo import check_mongo, open_mongo
from chassis.paging import Cursors
from chassis.publisher import Publisher
from chassis.queues import waiting_messages
from chassis.rabbit import RabbitConnection
from chassis.telemetry import open_tracing
from contracts.events import DEAD_LETTER_QUEUE, QUEUE
from fastapi import FastAPI
from prometheus_client import Gauge

from activity_service.activities import INDEXES
from activity_service.feed import Feed, Position
from activity_service.live import LiveFeed
from activity_service.recorder import Recorder
from activity_service.routes import router
from activity_service.settings import Settings
from activity_service.streams import StreamPosition, Streams
from activity_service.topology import TOPOLOGY

SERVICE = "activity-service"
QUEUES = (QUEUE, DEAD_LETTER_QUEUE)

_MESSAGES = Gauge(
    "rabbitmq_queue_messages", "Messages that wait in a queue, given to no consumer yet.", ["queue"]
)


class State(TypedDict):
    """What the lifespan opens, and the routes use."""

    feed: Feed
    streams: Streams
    checks: Checks
    on_drain: Callable[[], None]


def create_app(settings: Settings) -> FastAPI:
    """The service; MongoDB and the broker are opened in its lifespan, there or not."""
    rabbitmq_uri = settings.rabbitmq_uri.get_secret_value()
    secrets = settings.internal_secrets
    cursors = Cursors(Position, purpose="activity", secrets=secrets)
    stream_cursors = Cursors(StreamPosition, purpose="activity stream", secrets=secrets)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        async with (
            open_tracing(SERVICE, settings),
            open_mongo(settings.mongo_uri.get_secret_value(), INDEXES) as database,
            RabbitConnection(rabbitmq_uri, name=SERVICE, topology=TOPOLOGY) as rabbit,
            RabbitConnection(rabbitmq_uri, name=f"{SERVICE} dead letters") as publishing,
        ):
            recorder = Recorder(database)
            dead_letters = DeadLetters(Publisher(publishing), DEAD_LETTER_QUEUE)
            depths = [_MESSAGES.labels(queue) for queue in QUEUES]
            look = partial(waiting_messages, rabbit, QUEUES)
            measure = keep_running("queues", partial(keep_refreshing, depths, look))
            live = LiveFeed(database)
            streams = Streams(live, stream_cursors)
            async with (
                running(measure),
                running(keep_running("live feed", live.run)),
                BatchConsumer(rabbit, QUEUE, recorder.record, dead_letters) as consumer,
            ):
                yield State(
                    feed=Feed(database, cursors),
                    streams=streams,
                    checks=Checks(
                        {
                            "mongo": partial(check_mongo, database),
                            "rabbitmq": rabbit.check,
                            "consumer": consumer.check,
                        }
                    ),
                    on_drain=streams.end_all,
                )

    return create_service_app(SERVICE, settings, lifespan, router)
