"""From a batch of messages to activities: stored once each, or given up, or all of it tried again."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, get_args

import pymongo
import structlog
from chassis.mongo import Database
from chassis.spans import Attributes, SpanKind, batch_span, event_span
from contracts.events import QUEUE, EventType, TaskEvent
from prometheus_client import Histogram
from pymongo.errors import BulkWriteError

from activity_service.activities import activities_in
from activity_service.messages import Poison, Readable, read

# Seconds. Bounds one try, and with it how long the service takes to stop. What a try has stored when
# its time is over stays stored, so a slow MongoDB still gets on with every try.
STORE_TIMEOUT = 2.5

BYTES_OF_A_TURN: Final = 65_536  # of bodies read, after which requests and streams get their turn

_DUPLICATE_KEY = 11000

# What MongoDB says against one document, whoever sends it and when: BadValue, FailedToParse,
# TypeMismatch, Overflow, InvalidBSON, DollarPrefixedFieldName, InvalidIdField, EmptyFieldName,
# DottedFieldName, DocumentValidationFailure, BSONObjectTooLarge. Any other code is MongoDB's own
# fault (stepping down, disk full), or unknown: then nothing is given up.
_FAULTS_OF_A_DOCUMENT = frozenset({2, 9, 14, 15, 22, 52, 53, 56, 57, 121, 10334})

_TYPES: Final = frozenset(get_args(EventType))
_DELAY: Final = Histogram(
    "activity_delay_seconds",
    "From the change of a task to its activity in the feed, by the type of the event.",
    ["type"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
for _type in _TYPES:
    _DELAY.labels(_type)

_PROCESS: Final = f"process {QUEUE}"
_MESSAGING: Final[Attributes] = {
    "messaging.system": "rabbitmq",
    "messaging.destination.name": QUEUE,
    "messaging.operation.name": "process",
    "messaging.operation.type": "process",
}

log = structlog.get_logger()


class Recorder:
    """Stores events as activities, `_id` = `eventId`: the first event with an id stays."""

    def __init__(self, database: Database) -> None:
        self._activities = activities_in(database)

    async def record(self, batch: Sequence[bytes]) -> Mapping[int, str]:
        """Store what can be stored; returns why the others never can, by their places in the batch.

        Raises for a passing fault of MongoDB; then the same batch may be given again.
        """
        given_up: dict[int, str] = {}
        readable: dict[str, tuple[int, Readable]] = {}
        bytes_of_turn = 0
        for place, body in enumerate(batch):
            bytes_of_turn += len(body)
            if bytes_of_turn > BYTES_OF_A_TURN:
                await asyncio.sleep(0)
                bytes_of_turn = len(body)
            try:
                message = read(body)
            except Poison as error:
                given_up[place] = error.reason
            else:
                readable.setdefault(message.event.event_id, (place, message))
        refused = await self._store([message for _, message in readable.values()])
        return given_up | {readable[event_id][0]: reason for event_id, reason in refused.items()}

    async def _store(self, messages: Sequence[Readable]) -> Mapping[str, str]:
        """Insert what is not there yet; returns why MongoDB refuses a document, by event id."""
        if not messages:
            return {}
        started = time.time_ns()
        events = [message.event for message in messages]
        traces = [event.traceparent for event in events]
        batch = {**_MESSAGING, "messaging.batch.message_count": len(events)}
        with batch_span(_PROCESS, SpanKind.CONSUMER, traces, batch):
            duplicates, refused = await self._insert(messages)
            for event in events:
                attributes = {**_MESSAGING, "messaging.message.id": event.event_id}
                with event_span(
                    _PROCESS,
                    SpanKind.CONSUMER,
                    event.traceparent,
                    start=started,
                    attributes=attributes,
                ):
                    if event.event_id not in refused:
                        _report(event, is_new=event.event_id not in duplicates)
        return refused

    async def _insert(self, messages: Sequence[Readable]) -> tuple[set[str], dict[str, str]]:
        """The ids of events that were there already, and of those that MongoDB refuses, with reasons."""
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
        return duplicates, refused


def _report(event: TaskEvent, *, is_new: bool) -> None:
    """One line per event, which carries on the ids of the request that caused it."""
    if is_new:
        delay = (datetime.now(UTC) - event.timestamp).total_seconds()
        _DELAY.labels(event.type if event.type in _TYPES else "other").observe(max(0.0, delay))
    log.info(
        "activity recorded" if is_new else "activity already recorded",
        eventId=event.event_id,
        type=event.type,
        taskId=event.task_id,
        requestId=event.request_id,
        traceparent=event.traceparent,
    )
