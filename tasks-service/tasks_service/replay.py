"""Mark events that were sent as unsent: `python -m tasks_service.replay --since TIME`.

For an activity-service that has lost data. The relay of the running service sends them again, behind
what waits already, and activity-service recognises by `eventId` what it has, so a replay may be run
again. It reaches back as far as events are kept: EVENT_RETENTION_DAYS, and the last 100 changes of
each task. What may be missing is counted; then the exit status is 1.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pymongo
from chassis.logs import configure_logs
from chassis.mongo import Database, open_mongo
from chassis.settings import load_settings
from contracts.events import UtcMillis
from pydantic import TypeAdapter, ValidationError
from pymongo.errors import PyMongoError

from tasks_service.collection import COLLECTION
from tasks_service.events import MAX_SENT
from tasks_service.marks import sent_events, unsent_again
from tasks_service.settings import Settings

TIMEOUT = 600.0  # seconds, for all tasks that changed since then
_TIME_HELP = "ISO 8601 with a time zone, such as 2026-11-22T12:00:00Z"


class Marked(NamedTuple):
    """How many events of how many tasks wait again, and how many versions may be missing."""

    tasks: int
    events: int
    missing: int


async def mark_unsent(database: Database, since: datetime, *, retention: timedelta) -> Marked:
    """Mark every sent event with `since <= timestamp` as unsent, each task in one update."""
    # No event of a task is later than its last change; another release may not have kept its time.
    changed = {"updatedAt": {"$not": {"$lt": since}}}
    sent = sent_events(since)
    sums = {"events": {"$sum": {"$size": sent}}, "missing": {"$sum": _missing(since, retention)}}
    tasks = database[COLLECTION]
    with pymongo.timeout(TIMEOUT):
        totals = await tasks.aggregate([{"$match": changed}, {"$group": {"_id": None} | sums}])
        total = await anext(totals, {"events": 0, "missing": 0})
        has_sent = {"$expr": {"$gt": [{"$size": sent}, 0]}}
        marked = await tasks.update_many(changed | has_sent, [{"$set": unsent_again(sent)}])
    return Marked(marked.modified_count, total["events"], total["missing"])


def _missing(since: datetime, retention: timedelta) -> dict[str, Any]:
    """How many of a task's versions are no longer kept and may be of the time asked for.

    Events are trimmed by age only once they are older than `retention`, by number only if the task
    holds as many as are kept, and by size at `eventsDroppedAt`.
    """
    oldest = {"$ifNull": [{"$min": "$events.version"}, {"$add": ["$version", 1]}]}
    reaches_back = {"$lt": [{"$ifNull": [{"$min": "$events.timestamp"}, since]}, since]}
    by_number = {"$gte": [{"$size": {"$ifNull": ["$events", []]}}, MAX_SENT]}
    by_age = since < datetime.now(UTC) - retention
    by_size = {"$gte": ["$eventsDroppedAt", since]}
    may_miss = {"$and": [{"$not": [reaches_back]}, {"$or": [by_age, by_number, by_size]}]}
    return {"$cond": [may_miss, {"$subtract": [oldest, 1]}, 0]}


async def _replay(settings: Settings, since: datetime) -> Marked:
    retention = timedelta(days=settings.event_retention_days)
    async with open_mongo(settings.mongo_uri.get_secret_value(), {}) as database:
        return await mark_unsent(database, since, retention=retention)


def _time(text: str) -> datetime:
    try:
        return TypeAdapter[datetime](UtcMillis).validate_python(text)
    except ValidationError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time: {_TIME_HELP}") from None


def main(arguments: Sequence[str] | None = None) -> None:
    """Ends with exit status 1 if not all since then is marked, with 2 for wrong arguments."""
    parser = argparse.ArgumentParser(prog="python -m tasks_service.replay", description=__doc__)
    parser.add_argument("--since", type=_time, required=True, metavar="TIME", help=_TIME_HELP)
    since = parser.parse_args(arguments).since
    settings = load_settings(Settings)
    configure_logs("tasks-service", level="error", log_format=settings.log_format)
    try:
        marked = asyncio.run(_replay(settings, since))
    except PyMongoError as error:
        sys.exit(f"MongoDB does not answer ({type(error).__name__}): run it again")
    sys.stdout.write(
        f"Marked {marked.events} events of {marked.tasks} tasks as unsent. "
        "tasks-service sends them while it runs.\n"
    )
    if marked.missing:
        sys.exit(f"Up to {marked.missing} older versions are no longer kept and may be missing.")


if __name__ == "__main__":
    main()
