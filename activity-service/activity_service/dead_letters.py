"""`python -m activity_service.dead_letters`: list what could not be recorded, or put it back."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from chassis.dead_letters import DeadLetter, browse, put_back
from chassis.logs import configure_logs
from chassis.publisher import PublishFailed
from chassis.rabbit import BROKER_FAULTS, RabbitConnection
from chassis.settings import load_settings
from contracts.events import DEAD_LETTER_QUEUE, QUEUE

from activity_service.messages import Poison, read
from activity_service.settings import Settings
from activity_service.topology import TOPOLOGY

CONNECT_TIMEOUT = 10.0  # seconds
SHOWN_BYTES = 100
SHOWN_LETTERS = 100


async def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status."""
    options = _options(arguments)
    settings = load_settings(Settings)
    configure_logs("activity-service", level="critical", log_format=settings.log_format)
    uri = settings.rabbitmq_uri.get_secret_value()
    command = _list if options.command == "list" else _put_back
    try:
        async with RabbitConnection(uri, name="dead letters", topology=TOPOLOGY) as rabbit:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await rabbit.wait_until_up()
            await command(rabbit, options.limit)
    except (*BROKER_FAULTS, PublishFailed, TimeoutError) as error:
        reason = str(error) or "no answer, see RABBITMQ_URI"
        sys.stderr.write(f"RabbitMQ: {reason}. No message is lost; try again.\n")
        return 1
    return 0


async def _list(rabbit: RabbitConnection, limit: int | None) -> None:
    total, letters = await browse(rabbit, DEAD_LETTER_QUEUE, limit=limit or SHOWN_LETTERS)
    for number, letter in enumerate(letters, 1):
        _say(f"{number:4}. {_described(letter)}")
    more = f", {len(letters)} shown: --limit shows more" if len(letters) < total else ""
    _say(f"{_counted(total)}{more}.")


async def _put_back(rabbit: RabbitConnection, limit: int | None) -> None:
    moved = 0
    try:
        async for number in put_back(rabbit, DEAD_LETTER_QUEUE, to=QUEUE, limit=limit):
            moved = number
    finally:
        _say(f"{_counted(moved)} put back. `list` shows those that died again.")


def _described(letter: DeadLetter) -> str:
    more = "…" if len(letter.body) > SHOWN_BYTES else ""
    return (
        f"{_printable(letter.reason or _reason(letter.body))}\n"
        f"      id {_printable(letter.message_id or 'none')}, {len(letter.body):,} bytes, "
        f"dead for {_age(letter.since)}\n"
        f"      {repr(letter.body[:SHOWN_BYTES])[2:-1]}{more}"
    )


def _reason(body: bytes) -> str:
    """Why the broker moved this message, as far as the message itself shows."""
    try:
        read(body)
    except Poison as error:
        return error.reason
    return "delivered too often, or refused by MongoDB"


def _age(since: str) -> str:
    try:
        age = datetime.now(UTC) - datetime.fromisoformat(since)
    except (ValueError, TypeError):
        return "an unknown time"
    return str(age).partition(".")[0]


def _printable(text: str) -> str:
    """Text from outside, without the characters that would control the terminal."""
    return repr(text)[1:-1]


def _counted(number: int) -> str:
    return f"{number} dead letter{'' if number == 1 else 's'}"


def _say(text: str) -> None:
    try:
        print(text, flush=True)  # noqa: T201 — this is a command
    except BrokenPipeError:  # the reader, such as `head`, has ended: no fault of the broker
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m activity_service.dead_letters",
        description="Messages that activity-service could not read or store wait in the queue "
        f"{DEAD_LETTER_QUEUE}. RABBITMQ_URI says where, as for the service.",
    )
    parser.add_argument(
        "command",
        choices=["list", "put-back"],
        help="show why each died, all of them stay; or give those there now back to the service",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="at most N (list: 100 unless set)")
    options = parser.parse_args(arguments)
    if options.limit is not None and options.limit < 1:
        parser.error("--limit is not above zero")
    return options


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
