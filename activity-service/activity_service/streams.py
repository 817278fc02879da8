"""The streams of the live feed: one for each client, from a position on."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Final, NamedTuple

import structlog
from chassis.errors import Unavailable
from chassis.paging import Cursors
from prometheus_client import Counter, Gauge
from pymongo.errors import PyMongoError

from activity_service.answers import activity_of
from activity_service.catch_up import Page
from activity_service.changes import PositionLost
from activity_service.live import LiveFeed
from activity_service.schemas import Activity

# Within 15 seconds a client hears something, also while a page of what it missed is read.
HEARTBEAT_SECONDS: Final = 8.0
RETRY_MILLISECONDS: Final = (1000, 5000)  # for which a client waits before it comes again
TRY_AGAIN_SECONDS: Final = 0.5
MOST_TIMEOUTS: Final = 3  # in a row, after which a position lies too far back to go on from

_OPEN: Final = Gauge("activity_streams_open", "Clients that listen to the live feed.")
_RESETS: Final = Counter(
    "activity_stream_resets_total",
    "Clients that were told to read the feed anew, because their position was too old.",
)

log = structlog.get_logger()


class StreamPosition(NamedTuple):
    """What a client's cursor says: see `changes.py`."""

    position: str


class Step(NamedTuple):
    """What a client is told next: an activity, that its position was lost, or only where it is now."""

    cursor: str
    activity: Activity | None = None
    is_reset: bool = False


def retry_milliseconds() -> int:
    """So long a client is to wait before it comes again: not all of them at once."""
    return random.randint(*RETRY_MILLISECONDS)  # noqa: S311 — jitter, not a secret


class Streams:
    """Opens streams. Their cursors hold for one user, in all processes of this service."""

    def __init__(self, live: LiveFeed, cursors: Cursors[StreamPosition]) -> None:
        self._live = live
        self._cursors = cursors
        self._ended = False

    async def cursor_of_now(self, user_id: str) -> str:
        """Behind it comes whatever is recorded after this call. Unavailable without MongoDB."""
        return self._encode(await self._live.position(), user_id)

    @asynccontextmanager
    async def open(self, user_id: str, cursor: str | None) -> AsyncIterator[AsyncIterator[Step]]:
        """What is recorded of a user after a cursor, or from now on.

        BadRequest for a cursor that is none of this user's; Unavailable when the service stops.
        """
        if self._ended:
            raise Unavailable
        if cursor:
            position = self._cursors.decode(cursor, of=user_id).position
        else:
            position = await self._live.position()
        with self._live.listening(user_id) as news, _OPEN.track_inprogress():
            stream = _Stream(self._live, user_id, position, news)
            steps = stream.steps(self._encode, has_ended=lambda: self._ended)
            async with aclosing(steps):
                yield steps

    def end_all(self) -> None:
        """End the streams that are open, and open none any more."""
        self._ended = True
        self._live.wake_all()

    def _encode(self, position: str, user_id: str) -> str:
        return self._cursors.encode(StreamPosition(position), of=user_id)


class _Stream:
    """One client: where it is, and what it is told next."""

    def __init__(self, live: LiveFeed, user_id: str, position: str, news: asyncio.Event) -> None:
        self._live = live
        self._user_id = user_id
        self._position = position
        self._news = news
        self._timeouts = 0

    async def steps(
        self, encode: Callable[[str, str], str], *, has_ended: Callable[[], bool]
    ) -> AsyncGenerator[Step]:
        """Until the service stops; one that only says where the client is comes from time to time."""

        def step(activity: Activity | None = None, *, is_reset: bool = False) -> Step:
            return Step(encode(self._position, self._user_id), activity, is_reset)

        clock = asyncio.get_running_loop().time
        beat_at = clock()
        while not has_ended():
            if clock() >= beat_at:
                yield step()
                beat_at = clock() + HEARTBEAT_SECONDS
            self._news.clear()
            page = await self._next_page()
            if page is None:
                yield step(is_reset=True)
                continue
            for recorded in page.found:
                self._position = recorded.position
                if activity := activity_of(recorded.document):
                    yield step(activity)
            self._position = page.position
            if not page.found and self._live.has(self._position):
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(beat_at):
                        await self._news.wait()

    async def _next_page(self) -> Page | None:
        """None if the position is lost. Then the stream goes on from now on."""
        reads = self._live.reads
        try:
            page = await self._live.after(self._position, self._user_id)
        except PositionLost:
            return await self._reset()
        except (PyMongoError, TimeoutError, Unavailable) as error:
            log.warning("stream waits for MongoDB", error=type(error).__name__)
            # MongoDB is away, or this position alone cannot be reached in time.
            is_slow = isinstance(error, PyMongoError) and error.timeout
            self._timeouts = self._timeouts + 1 if is_slow and self._live.reads > reads else 0
            if self._timeouts == MOST_TIMEOUTS:
                return await self._reset()
            await asyncio.sleep(TRY_AGAIN_SECONDS)
            return Page([], self._position)
        self._timeouts = 0
        return page

    async def _reset(self) -> Page | None:
        try:
            self._position = await self._live.position()
        except Unavailable:
            return Page([], self._position)  # it will be found to be lost again
        self._timeouts = 0
        _RESETS.inc()
        return None
