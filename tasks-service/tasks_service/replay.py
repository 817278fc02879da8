"""Publish again what has been sent: `python -m tasks_service.replay --since TIME [--until TIME]`.

For an activity-service that has lost data. It recognises by `eventId` what it has already, so a
replay may overlap, be broken off and be run again. It reaches back as far as events are kept:
EVENT_RETENTION_DAYS, and the last 100 changes of each task. It reads every task once, however
few have events to send.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pymongo
from chassis.logs import configure_logs
from chassis.mongo import Database, Document, open_mongo
from chassis.publisher import Publisher, PublishFailed
from chassis.rabbit import RabbitConnection
from chassis.settings import load_settings
from chassis.topology import Exchange, Topology
from contracts.events import EXCHANGE, to_iso_millis
from pymongo import ASCENDING
from pymongo.errors import PyMongoError

from tasks_service.events import message_of
from tasks_service.relay import publish_event
from tasks_service.settings import Settings
from tasks_service.tasks import COLLECTION

PAGE_TASKS = 50
READ_TIMEOUT = 60.0  # seconds for one page, which may be far away in a large collection
CONNECT_TIMEOUT = 10.0  # seconds
_TIME_HELP = "ISO 8601 with a time zone, such as 2026-11-22T12:00:00Z"


@dataclass
class Progress:
    """What a replay has done so far."""

    tasks: int = 0
    events: int = 0
    broken: int = 0

    def __str__(self) -> str:
        text = f"{self.events} events of {self.tasks} tasks"
        return f"{text}, {self.broken} unreadable and left out" if self.broken else text


async def replay(
    database: Database, publisher: Publisher, since: datetime, until: datetime | None
) -> AsyncIterator[Progress]:
    """Publish the sent events with `since <= timestamp < until`, telling of each page of tasks.

    Those of one task in order. Raises PublishFailed at the first that is not confirmed. What has
    not been sent yet is the relay's and left to it.
    """
    progress = Progress()
    last_id: Any = None
    while tasks := await _read(database, since, until, last_id):
        last_id = tasks[-1]["_id"]
        await asyncio.gather(*(_send(publisher, task, progress) for task in tasks))
        yield progress


async def _read(
    database: Database,
    since: datetime,
    until: datetime | None,
    last_id: Any,  # noqa: ANN401 — None or an ObjectId
) -> list[Document]:
    wanted = [
        {"$lte": ["$$this.version", "$sentVersion"]},
        {"$gte": ["$$this.timestamp", since]},
        *([{"$lt": ["$$this.timestamp", until]}] if until else []),
    ]
    # No event of a task is later than its last change.
    query: Document = {"updatedAt": {"$gte": since}}
    if last_id is not None:
        query["_id"] = {"$gt": last_id}
    events = {"$filter": {"input": "$events", "cond": {"$and": wanted}}}
    found = database[COLLECTION].find(query, {"user": True, "events": events})
    with pymongo.timeout(READ_TIMEOUT):
        return await found.sort("_id", ASCENDING).limit(PAGE_TASKS).to_list()


async def _send(publisher: Publisher, task: Document, progress: Progress) -> None:
    for stored in task["events"]:
        try:
            await publish_event(publisher, message_of(task, stored))
        except ValueError:
            progress.broken += 1
        else:
            progress.events += 1
    progress.tasks += bool(task["events"])


async def _run(settings: Settings, since: datetime, until: datetime | None) -> str | None:
    """Replay, showing progress on a terminal; what went wrong, in a sentence, if something did."""
    topology = Topology([Exchange(EXCHANGE)])
    progress = Progress()
    try:
        async with (
            open_mongo(settings.mongo_uri.get_secret_value(), {}) as database,
            RabbitConnection(
                settings.rabbitmq_uri.get_secret_value(), name="replay", topology=topology
            ) as rabbit,
        ):
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await rabbit.wait_until_up()
            async for progress in replay(database, Publisher(rabbit), since, until):
                _show(f"\r{progress} …")
            _show("\n")
    except TimeoutError:
        return "RabbitMQ does not answer: see RABBITMQ_URI"
    except PyMongoError as error:
        return f"MongoDB does not answer ({type(error).__name__}), stopped after {progress}"
    except PublishFailed as error:
        return f"{error}, stopped after {progress}: run it again, nothing is stored twice"
    end = "now" if until is None else to_iso_millis(until)
    sys.stdout.write(f"Replayed {progress}, {to_iso_millis(since)} to {end}\n")
    return None if not progress.broken else "Some events could not be read"


def _show(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(text)
        sys.stderr.flush()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time: {_TIME_HELP}") from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} names no time zone: {_TIME_HELP}")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        reason = f"{text!r} is not between the years 1 and 9999 in UTC: {_TIME_HELP}"
        raise argparse.ArgumentTypeError(reason) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 if everything was confirmed, 1 if not, 2 for wrong arguments."""
    summary, _, explanation = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m tasks_service.replay",
        description=summary,
        epilog=explanation,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--since", type=_moment, required=True, metavar="TIME", help=_TIME_HELP)
    parser.add_argument("--until", type=_moment, metavar="TIME", help="up to, not including; now")
    chosen = parser.parse_args(arguments)
    if chosen.until is not None and chosen.until <= chosen.since:
        parser.error("--until is not after --since")
    settings = load_settings(Settings)
    configure_logs("tasks-service", level="error", log_format=settings.log_format)
    fault = asyncio.run(_run(settings, chosen.since, chosen.until))
    if fault is not None:
        sys.stderr.write(f"{fault}\n")
    return 0 if fault is None else 1


if __name__ == "__main__":
    sys.exit(main())
