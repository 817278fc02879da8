"""The service as a server, whose broker is away, and its streams."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from activity_service.app import create_app
from activity_service.streams import StreamPosition
from chassis.paging import Cursors
from chassis_helpers.http import served
from devstack.testing import NOBODYS_PORT

from activity_helpers.feed import FEED
from activity_helpers.service import ALICE, SECRET, Message, as_user, settings_for

STREAM = f"{FEED}/stream"
_CURSORS = Cursors(StreamPosition, purpose="activity stream", secrets=[SECRET])


@asynccontextmanager
async def serving(mongo_uri: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Alice as the client of a process of the service."""
    app = create_app(settings_for(mongo_uri, f"amqp://guest:guest@127.0.0.1:{NOBODYS_PORT}/"))
    async with (
        httpx2.AsyncClient(auth=as_user(ALICE), timeout=60, verify=False) as client,
        served(app, lifespan="on") as port,
    ):
        client.base_url = httpx2.URL(f"http://127.0.0.1:{port}")
        yield client


async def cursor_of_now(client: httpx2.AsyncClient) -> str:
    """The one that the list gives."""
    return str((await client.get(FEED)).json()["streamCursor"])


def an_hour_before(cursor: str) -> str:
    """The cursor of an activity, as if MongoDB had it no longer in its log.

    A position begins with a time, whose seconds are hexadecimal.
    """
    position = _CURSORS.decode(cursor, of=ALICE).position
    seconds = int(position[2:10], 16) - 3600
    return _CURSORS.encode(StreamPosition(f"82{seconds:08X}{position[10:]}"), of=ALICE)


def ids(messages: list[Message]) -> list[str]:
    """Of their activities, in the order of the messages."""
    return [message["eventId"] for message in messages]
