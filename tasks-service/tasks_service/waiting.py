"""Events that wait to be sent: metrics, and past some time a warning and a reading for `/ready`."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

import pymongo
import structlog
from chassis.clock import Clock, utc_now
from chassis.mongo import NO_ARRAY, Database, millis_of
from prometheus_client import Gauge
from pymongo import ASCENDING
from pymongo.errors import PyMongoError

from tasks_service.collection import COLLECTION

LONGEST_WAIT = timedelta(seconds=30)
WATCH_SECONDS = 5.0
TIMEOUT = 2.0  # seconds for one look

MOST_COUNTED = 10_000

WAITING: Final = (
    Gauge("outbox_tasks", f"Tasks with events that wait to be sent, counted up to {MOST_COUNTED}."),
    Gauge("outbox_oldest_seconds", "For how long the oldest of them has waited; 0 if none waits."),
)
"""What `WaitingEvents.measure` finds."""

log = structlog.get_logger()


class WaitingEvents:
    """Looks at the tasks themselves, not at the relay, so that a relay that has ended shows too."""

    def __init__(self, database: Database, *, now: Clock = utc_now) -> None:
        self._tasks = database[COLLECTION]
        self._now = now
        self._warned = False

    async def check(self) -> str:
        """For `/ready`: "up", or how long events have waited if that is too long."""
        seconds = await self._waited()
        return "up" if seconds is None else f"waiting since {seconds} s"

    async def measure(self) -> tuple[float, float]:
        """How many tasks have waiting events, and for how many seconds the oldest has waited."""
        tasks = await self._tasks.count_documents(
            {"unsentSince": {"$exists": True}}, limit=MOST_COUNTED
        )
        oldest = await self._oldest({"unsentSince": {"$type": "date"} | NO_ARRAY})
        return tasks, 0.0 if oldest is None else max(0.0, oldest)

    async def watch(self) -> None:
        """Warn once when events begin to wait too long, until cancelled."""
        while True:
            with suppress(PyMongoError), pymongo.timeout(TIMEOUT):  # others report MongoDB's faults
                await self._report()
            await asyncio.sleep(WATCH_SECONDS)

    async def _report(self) -> None:
        seconds = await self._waited()
        if seconds is not None and not self._warned:
            tasks = await self._tasks.count_documents(self._waiting_too_long())
            log.warning("events wait to be sent", tasks=tasks, seconds=seconds)
        if seconds is None and self._warned:
            log.info("events are sent again")
        self._warned = seconds is not None

    async def _waited(self) -> int | None:
        """How many seconds the oldest have waited; None if that is not too long."""
        oldest = await self._oldest(self._waiting_too_long())
        return None if oldest is None else round(oldest)

    async def _oldest(self, query: dict[str, Any]) -> float | None:
        """Seconds since the oldest of these has waited; None where there is none."""
        oldest = await self._tasks.find_one(
            query, {"unsentSince": True}, sort=[("unsentSince", ASCENDING)]
        )
        if oldest is None:
            return None
        return (millis_of(self._now()) - millis_of(oldest["unsentSince"])) / 1000

    def _waiting_too_long(self) -> dict[str, Any]:
        return {"unsentSince": {"$lt": self._now() - LONGEST_WAIT} | NO_ARRAY}
