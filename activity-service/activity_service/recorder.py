"""From a batch of deliveries to activities: stored once each, or parked, or all of it tried again."""

import asyncio
from collections.abc import Mapping, Sequence

import pymongo
import structlog
from chassis.consumer import Delivery
from chassis.mongo import Database
from chassis.parked import park
from chassis.publisher import Publisher
from contracts.events import PARKED_QUEUE, TaskEvent
from pymongo.errors import BulkWriteError

from activity_service.activities import COLLECTION
from activity_service.messages import Poison, Readable, read

# Seconds. Together they bound one try, and with it how long the service takes to stop. What a try
# has stored when its time is over stays stored, so a slow MongoDB still gets on with every try.
STORE_TIMEOUT = 2.5
PARK_TIMEOUT = 1.5

_DUPLICATE_KEY = 11000

# What MongoDB says against one document, whoever sends it and when: BadValue, FailedToParse,
# TypeMismatch, Overflow, InvalidBSON, DollarPrefixedFieldName, InvalidIdField, EmptyFieldName,
# DottedFieldName, DocumentValidationFailure, BSONObjectTooLarge. Any other code says that MongoDB
# is not well (stepping down, disk full), or is not known: then nothing is parked.
_FAULTS_OF_A_DOCUMENT = frozenset({2, 9, 14, 15, 22, 52, 53, 56, 57, 121, 10334})

log = structlog.get_logger()


class Recorder:
    """Stores events as activities, `_id` = `eventId`: the first event with an id stays."""

    def __init__(self, database: Database, publisher: Publisher) -> None:
        self._activities = database[COLLECTION]
        self._publisher = publisher

    async def record(self, batch: Sequence[Delivery]) -> None:
        """Return when every delivery is stored or parked and may be acknowledged.

        Raises for a passing fault, of MongoDB or of the broker; then the same batch may be given
        again. Parking comes last: a batch that waits for MongoDB parks nothing at every try.
        """
        poison: list[tuple[Delivery, str]] = []
        readable: dict[str, tuple[Delivery, Readable]] = {}
        for delivery in batch:
            try:
                message = read(delivery.body)
            except Poison as error:
                poison.append((delivery, error.reason))
            else:
                readable.setdefault(message.event.event_id, (delivery, message))
        refused = await self._store([message for _, message in readable.values()])
        poison += [(readable[event_id][0], reason) for event_id, reason in refused.items()]
        await self._park(poison)

    async def _store(self, messages: Sequence[Readable]) -> Mapping[str, str]:
        """Insert what is not there yet; returns why MongoDB refuses a document, by event id."""
        if not messages:
            return {}
        duplicates: set[str] = set()
        refused: dict[str, str] = {}
        try:
            with pymongo.timeout(STORE_TIMEOUT):
                await self._activities.insert_many(
                    [message.document for message in messages], ordered=False
                )
        except BulkWriteError as error:
            if error.details["writeConcernErrors"]:
                raise
            for fault in error.details["writeErrors"]:
                event_id = messages[fault["index"]].event.event_id
                if fault["code"] == _DUPLICATE_KEY:
                    duplicates.add(event_id)
                elif fault["code"] in _FAULTS_OF_A_DOCUMENT:
                    refused[event_id] = f"refused by MongoDB: code {fault['code']}"
                else:
                    raise
        for message in messages:
            if message.event.event_id not in refused:
                _report(message.event, is_new=message.event.event_id not in duplicates)
        return refused

    async def _park(self, poison: Sequence[tuple[Delivery, str]]) -> None:
        results = await asyncio.gather(
            *(
                park(self._publisher, PARKED_QUEUE, delivery, reason, timeout=PARK_TIMEOUT)
                for delivery, reason in poison
            ),
            return_exceptions=True,
        )
        for (delivery, reason), result in zip(poison, results, strict=True):
            if result is not None:
                raise result
            log.warning(
                "message parked",
                reason=reason,
                messageId=delivery.message_id,
                routingKey=delivery.routing_key,
            )


def _report(event: TaskEvent, *, is_new: bool) -> None:
    """One line per event, which carries on the ids of the request that caused it."""
    log.info(
        "activity recorded" if is_new else "activity already recorded",
        eventId=event.event_id,
        type=event.type,
        taskId=event.task_id,
        requestId=event.request_id,
        traceparent=event.traceparent,
    )
