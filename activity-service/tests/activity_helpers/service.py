"""What the tests of this package share."""

import itertools
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from activity_service.activities import activities_in, to_document
from activity_service.app import SERVICE, create_app
from activity_service.settings import Settings
from activity_service.topology import TOPOLOGY
from chassis.dead_letters import DeadLetter, browse
from chassis.mongo import Database
from chassis.publisher import Publisher
from chassis.rabbit import RabbitConnection
from chassis_helpers.http import begun
from chassis_helpers.identity import SignedByGateway
from contracts.events import DEAD_LETTER_QUEUE, EXCHANGE, QUEUE, TaskEvent
from contracts.identity import IdentifiedUser, InternalIdentity
from pydantic import SecretStr

SECRET = "an-internal-secret-of-the-tests-0123456789"
ALICE = "a11ce" + "0" * 19
BOB = "b0b" + "0" * 21
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
RECORDED = datetime(2026, 11, 23, tzinfo=UTC)

Message = dict[str, Any]
_numbers = itertools.count(1)


def event(**changed: Any) -> Message:  # noqa: ANN401  any field, also of a wrong type
    """A message as tasks-service sends it, a second after the one before."""
    number = next(_numbers)
    made = START + timedelta(seconds=number)
    return {
        "eventId": f"event-{number}",
        "type": "TaskCreated",
        "taskId": f"{number:024x}",
        "userId": ALICE,
        "taskTitle": "Buy milk",
        "timestamp": made.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "version": 1,
        "changes": {},
        "requestId": f"request-{number}",
    } | changed


def as_user(user_id: str) -> SignedByGateway:
    """Lets every request come from this user."""
    user = IdentifiedUser(id=user_id, sid="s", exp=2_000_000_000)
    identity = InternalIdentity(client_ip="127.0.0.1", user=user)
    return SignedByGateway(identity, audience=SERVICE, secret=SECRET)


def settings_for(mongo_uri: str, rabbitmq_uri: str) -> Settings:
    return Settings(
        mongo_uri=SecretStr(mongo_uri),
        rabbitmq_uri=SecretStr(rabbitmq_uri),
        internal_secret=SecretStr(SECRET),
    )


@asynccontextmanager
async def running_service(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """The service with its lifespan, and Alice as its client."""
    app = create_app(settings)
    async with (
        begun(app) as asgi,
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(asgi),
            base_url="http://activity",
            auth=as_user(ALICE),
            timeout=30,
        ) as client,
    ):
        yield client


async def store(database: Database, *messages: Message) -> None:
    """Put the activities of these events where the service finds them."""
    documents = [to_document(TaskEvent.model_validate(message), RECORDED) for message in messages]
    await activities_in(database).insert_many(documents)


class Broker:
    """What a test does at the broker."""

    def __init__(self, rabbit: RabbitConnection) -> None:
        self.rabbit = rabbit
        self._publisher = Publisher(rabbit)

    async def publish(
        self, message: Message | bytes, headers: Mapping[str, Any] | None = None
    ) -> None:
        """Send it as tasks-service would, whatever it is."""
        if isinstance(message, bytes):
            body, event_id, routing_key = message, "strange", "TaskCreated"
        else:
            body = json.dumps(message).encode()
            event_id = str(message.get("eventId", "none"))
            routing_key = str(message.get("type"))
        await self._publisher.publish(
            EXCHANGE, routing_key, body, message_id=event_id, headers=headers, timeout=30
        )

    async def waiting(self, queue: str = QUEUE) -> int:
        """How many messages are in the queue and with nobody."""
        channel = await self.rabbit.open_channel()
        async with channel:
            declared = await channel.declare_queue(queue, passive=True)
            return declared.declaration_result.message_count or 0

    async def holds(self, count: int) -> bool:
        return await self.waiting() == count

    async def dead_letters(self) -> list[DeadLetter]:
        _, letters = await browse(self.rabbit, DEAD_LETTER_QUEUE, limit=10_000)
        return letters

    async def has_dead_letters(self, count: int) -> bool:
        return await self.waiting(DEAD_LETTER_QUEUE) == count


@asynccontextmanager
async def connected_broker(uri: str) -> AsyncIterator[Broker]:
    async with RabbitConnection(uri, name="test", topology=TOPOLOGY) as rabbit:
        await rabbit.wait_until_up()
        yield Broker(rabbit)
