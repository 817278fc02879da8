"""Have events that were sent sent again: `python -m tasks_service.replay --since TIME`.

For an activity-service that has lost data. The running service sends the events of its history since
then, of any age, oldest first and beside what waits. activity-service recognises by `eventId` what it
has, so a replay may be run again. Where older events of a task are lost, their versions are counted;
then the exit status is 1.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import pymongo
from bson import ObjectId
from chassis.logs import configure_logs
from chassis.mongo import Database, open_mongo
from chassis.settings import load_settings
from contracts.events import UtcMillis
from pydantic import TypeAdapter, ValidationError
from pymongo.errors import PyMongoError

from tasks_service import collection, history, replays
from tasks_service.settings import Settings

TIMEOUT = 600.0  # seconds, for counting the events
_TIME_HELP = "ISO 8601 with a time zone, such as 2026-11-22T12:00:00Z"


class Asked(NamedTuple):
    """How many events are to be sent again, and how many versions may be missing."""

    events: int
    missing: int


async def ask_for_replay(database: Database, since: datetime) -> Asked:
    """Ask the running service to send every sent event with `since <= timestamp` again."""
    # One that is under way begins again, since what it has sent may be lost by now.
    earliest = {"$min": ["$since", since]}
    position = {"timestamp": earliest, "version": -1, "eventId": ""}
    replay = {"order": ObjectId(), "since": earliest, "position": position}
    # First, and in the time of any operation: where no MongoDB answers, one is told so at once.
    await database[replays.COLLECTION].update_one(
        {"_id": replays.ID}, [{"$set": replay}], upsert=True
    )
    with pymongo.timeout(TIMEOUT):
        events, missing = await _count(
            database, history.COLLECTION, [{"$match": {"timestamp": {"$gte": since}}}]
        )
        # The service moves these into the history first.
        left, _ = await _count(
            database,
            collection.COLLECTION,
            [
                {"$match": collection.WITH_SENT_EVENTS},
                {"$unwind": "$events"},
                {"$match": {"events.timestamp": {"$gte": since}}},
                {"$replaceWith": "$events"},
            ],
        )
    return Asked(events + left, missing)


async def _count(database: Database, name: str, events: list[dict[str, object]]) -> tuple[int, int]:
    is_baseline = {"$eq": ["$type", history.BASELINE]}
    total = {
        "_id": None,
        "events": {"$sum": {"$cond": [is_baseline, 0, 1]}},
        "missing": {"$sum": "$missing"},
    }
    totals = await database[name].aggregate([*events, {"$group": total}])
    found = await anext(totals, {"events": 0, "missing": 0})
    return found["events"], found["missing"]


async def _replay(settings: Settings, since: datetime) -> Asked:
    async with open_mongo(settings.mongo_uri.get_secret_value(), {}) as database:
        return await ask_for_replay(database, since)


def _time(text: str) -> datetime:
    try:
        return TypeAdapter[datetime](UtcMillis).validate_python(text)
    except ValidationError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time: {_TIME_HELP}") from None


def main(arguments: Sequence[str] | None = None) -> None:
    """Ends with exit status 1 if not all since then can be sent, with 2 for wrong arguments."""
    parser = argparse.ArgumentParser(prog="python -m tasks_service.replay", description=__doc__)
    parser.add_argument("--since", type=_time, required=True, metavar="TIME", help=_TIME_HELP)
    since = parser.parse_args(arguments).since
    settings = load_settings(Settings)
    configure_logs("tasks-service", level="error", log_format=settings.log_format)
    try:
        asked = asyncio.run(_replay(settings, since))
    except PyMongoError as error:
        sys.exit(f"MongoDB does not answer ({type(error).__name__}): run it again")
    sys.stdout.write(
        f"{asked.events} events are to be sent again. tasks-service sends them while it runs.\n"
    )
    if asked.missing:
        sys.exit(f"Up to {asked.missing} older versions are no longer kept and may be missing.")


if __name__ == "__main__":
    main()
