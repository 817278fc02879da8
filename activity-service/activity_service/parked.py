"""`python -m activity_service.parked`: look at the messages that were set aside, and replay them."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import TextIO

from chassis.logs import configure_logs
from chassis.mongo import open_mongo
from chassis.parked import peek
from chassis.parked_message import ParkedMessage
from chassis.publisher import PublishFailed
from chassis.rabbit import BROKER_FAULTS, RabbitConnection
from chassis.settings import load_settings
from contracts.events import PARKED_QUEUE

from activity_service.replay import Replay
from activity_service.settings import Settings
from activity_service.topology import TOPOLOGY

CONNECT_TIMEOUT = 10.0  # seconds
SHOWN_BYTES = 100


async def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(arguments)
    settings = load_settings(Settings)
    configure_logs("activity-service", level="error", log_format=settings.log_format)
    rabbitmq_uri = settings.rabbitmq_uri.get_secret_value()
    try:
        async with RabbitConnection(
            rabbitmq_uri, name="activity-service parked", topology=TOPOLOGY
        ) as rabbit:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await rabbit.wait_until_up()
            if options.command == "list":
                await _list(rabbit, options.limit or 100)
            else:
                await _replay(rabbit, settings, options.limit)
    except (*BROKER_FAULTS, PublishFailed, TimeoutError) as error:
        reason = str(error) or "no answer, see RABBITMQ_URI"
        _say(f"RabbitMQ: {reason}. No message is lost; try again.", to=sys.stderr)
        return 1
    return 0


async def _list(rabbit: RabbitConnection, limit: int) -> None:
    found = 0
    async with aclosing(peek(rabbit, PARKED_QUEUE, limit=limit + 1)) as messages:
        async for message in messages:
            found += 1
            if found <= limit:
                _say(_described(found, message))
    if found > limit:
        _say(f"There are more than {limit}: --limit shows them.")
    else:
        _say(f"{_messages(found)} parked." if found else "Nothing is parked.")


async def _replay(rabbit: RabbitConnection, settings: Settings, limit: int | None) -> None:
    async with open_mongo(settings.mongo_uri.get_secret_value(), {}) as database:
        replay = await Replay.of_present(rabbit, database, limit)
        if not replay.total:
            _say("Nothing is parked.")
            return
        async for moved in replay.move():
            _say(f"{moved} of {replay.total} moved back to the queue", to=sys.stderr)
        outcome = await replay.outcome()
    _say(
        f"{_messages(outcome.replayed)} replayed: {outcome.accepted} accepted, "
        f"{outcome.parked_again} parked again, {outcome.unknown} not yet known."
    )
    if outcome.unknown:
        _say("What is not yet known waits in the queue: are activity-service and MongoDB running?")


def _described(number: int, message: ParkedMessage) -> str:
    first = message.body[:SHOWN_BYTES]
    more = "…" if len(message.body) > SHOWN_BYTES else ""
    return (
        f"{number:4}. {_safe(message.reason)}\n"
        f"      id {_safe(message.message_id or 'none')}, key {_safe(message.routing_key)}, "
        f"{len(message.body):,} bytes, parked {_age(message.parked_at)}\n"
        f"      {repr(first)[2:-1]}{more}"
    )


def _age(parked_at: str) -> str:
    try:
        seconds = (datetime.now(UTC) - datetime.fromisoformat(parked_at)).total_seconds()
    except (ValueError, TypeError):
        return "at an unknown time"
    for name, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {name} ago"
    return f"{max(seconds, 0):.0f} s ago"


def _safe(text: str) -> str:
    """What came from outside, without what would steer the terminal."""
    return repr(text)[1:-1]


def _messages(count: int) -> str:
    return f"{count} message{'' if count == 1 else 's'}"


def _say(text: str, to: TextIO | None = None) -> None:
    out = to or sys.stdout
    try:
        print(text, file=out, flush=True)
    except BrokenPipeError:  # whoever read it has seen enough; the broker is not to blame
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m activity_service.parked",
        description="Messages that activity-service could not read or store wait in the queue "
        f"{PARKED_QUEUE}. RABBITMQ_URI and MONGO_URI say where, as for the service.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="list|replay")
    listing = commands.add_parser("list", help="show why each is parked; all of them stay")
    listing.add_argument(
        "--limit", type=_positive, metavar="N", help="those parked first, at most N (default 100)"
    )
    replaying = commands.add_parser(
        "replay", help="give those parked now back to the service, and say what became of them"
    )
    replaying.add_argument(
        "--limit", type=_positive, metavar="N", help="those parked first, at most N (default all)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
