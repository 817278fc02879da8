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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pymongo
from chassis.logs import configure_logs
from chassis.mongo import Database, open_mongo
from chassis.settings import load_settings
from pymongo.errors import PyMongoError

from tasks_service.events import MAX_SENT
from tasks_service.settings import Settings
from tasks_service.tasks import COLLECTION

TIMEOUT = 600.0  # seconds for reading, and for marking, all tasks that changed since then
_TIME_HELP = "ISO 8601 with a time zone, such as 2026-11-22T12:00:00Z"


@dataclass(frozen=True)
class Marked:
    """How many events of how many tasks wait again, and how many versions may be missing."""

    tasks: int
    events: int
    missing: int


async def mark_unsent(database: Database, since: datetime, *, retention: timedelta) -> Marked:
    """Mark every sent event with `since <= timestamp` as unsent, each task in one update."""
    sent = {
        "$filter": {
            "input": {"$ifNull": ["$events", []]},
            "cond": {
                "$and": [
                    {"$gte": ["$$this.timestamp", since]},
                    {"$lte": ["$$this.version", "$sentVersion"]},
                ]
            },
        }
    }
    # No event of a task is later than its last change; another release may not have kept its time.
    changed = {"updatedAt": {"$not": {"$lt": since}}}
    totals: list[dict[str, Any]] = [
        {"$match": changed},
        {"$project": {"events": {"$size": sent}, "missing": _missing(since, retention)}},
        {"$group": {"_id": None, "events": {"$sum": "$events"}, "missing": {"$sum": "$missing"}}},
    ]
    tasks = database[COLLECTION]
    with pymongo.timeout(TIMEOUT):
        found = await (await tasks.aggregate(totals)).to_list()
    total = found[0] if found else {"events": 0, "missing": 0}
    first = {"$min": {"$map": {"input": sent, "in": "$$this.version"}}}
    unsent = {
        "sentVersion": {"$subtract": [first, 1]},
        "unsentSince": {"$ifNull": ["$unsentSince", "$$NOW"]},
        "expiresAt": "$$REMOVE",  # a deleted task stays until its events are sent again
    }
    with pymongo.timeout(TIMEOUT):
        marked = await tasks.update_many(
            changed | {"$expr": {"$gt": [{"$size": sent}, 0]}}, [{"$set": unsent}]
        )
    return Marked(marked.modified_count, total["events"], total["missing"])


def _missing(since: datetime, retention: timedelta) -> dict[str, Any]:
    """How many of a task's versions are no longer kept and may be of the time asked for.

    Events are trimmed by age only once they are older than `retention`, and by number only if the
    task holds as many as are kept.
    """
    events = {"$ifNull": ["$events", []]}
    oldest = {"$ifNull": [{"$min": "$events.version"}, {"$add": ["$version", 1]}]}
    reaches_back = {"$lt": [{"$ifNull": [{"$min": "$events.timestamp"}, since]}, since]}
    by_number = {"$gte": [{"$size": events}, MAX_SENT]}
    by_age = since < datetime.now(UTC) - retention
    may_miss = {"$and": [{"$not": [reaches_back]}, {"$or": [by_age, by_number]}]}
    return {"$cond": [may_miss, {"$subtract": [oldest, 1]}, 0]}


async def _run(settings: Settings, since: datetime) -> int:
    retention = timedelta(days=settings.event_retention_days)
    try:
        async with open_mongo(settings.mongo_uri.get_secret_value(), {}) as database:
            marked = await mark_unsent(database, since, retention=retention)
    except PyMongoError as error:
        sys.stderr.write(f"MongoDB does not answer ({type(error).__name__}): run it again\n")
        return 1
    sys.stdout.write(
        f"Marked {marked.events} events of {marked.tasks} tasks as unsent. "
        "tasks-service sends them while it runs.\n"
    )
    if marked.missing:
        sys.stderr.write(
            f"Up to {marked.missing} older versions are no longer kept and may be missing.\n"
        )
    return 1 if marked.missing else 0


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is not a time: {_TIME_HELP}")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 if all since then is marked, 1 if not, 2 for wrong arguments."""
    summary, _, explanation = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m tasks_service.replay",
        description=summary,
        epilog=explanation,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--since", type=_moment, required=True, metavar="TIME", help=_TIME_HELP)
    chosen = parser.parse_args(arguments)
    settings = load_settings(Settings)
    configure_logs("tasks-service", level="error", log_format=settings.log_format)
    return asyncio.run(_run(settings, chosen.since))


if __name__ == "__main__":
    sys.exit(main())
