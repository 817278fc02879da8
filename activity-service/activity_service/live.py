"""The live feed of this process: one change stream, whoever listens.

What it reads is kept in one bounded memory (`recent.py`), in which a client has no more than a
position. So a client that reads slowly costs no memory, and one that comes back goes on from there.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from chassis.background import Backoff
from chassis.errors import Unavailable
from chassis.mongo import Database
from pymongo.errors import PyMongoError

from activity_service.activities import activities_in
from activity_service.catch_up import Page, read_page
from activity_service.changes import PositionLost, is_lost, position_of, read, watch
from activity_service.recent import Recent

MOST_CATCHING_UP: Final = 8  # pages read at a time: each takes a connection to MongoDB
PLACE_SECONDS: Final = 2.0  # that a client waits for one of these places before it asks again
FIRST_POSITION_SECONDS: Final = 2.0
LONGEST_DELAY: Final = 1.0  # seconds between two attempts to read on
TURN: Final = 50  # reads, after which the clients get their turn
AT_ONCE: Final = 32  # that MongoDB sends: of small ones a question for each few is no matter
READ_WAIT: Final = 1.0  # seconds for which MongoDB waits for the next activity

log = structlog.get_logger()


class LiveFeed:
    """What is recorded, as soon as it is; `run` reads it."""

    def __init__(self, database: Database) -> None:
        self._activities = activities_in(database)
        self._recent: Recent | None = None
        self._has_position = asyncio.Event()
        self._listeners: dict[str, set[asyncio.Event]] = {}
        self._places = asyncio.Semaphore(MOST_CATCHING_UP)
        self.reads = 0
        """How often MongoDB has answered."""

    async def run(self) -> None:
        """Read until cancelled; after a failure it goes on where it was.

        Where MongoDB no longer knows what came after that, it begins anew from now on: clients
        whose positions are lost, too, are told when they ask for more.
        """
        backoff = Backoff(longest=LONGEST_DELAY)
        while True:
            try:
                await self._read(backoff)
            except PositionLost:
                self._begin_anew()
            except PyMongoError as error:
                if is_lost(error):
                    self._begin_anew()
                log.warning("live feed is interrupted", error=type(error).__name__)
            await backoff.wait()

    async def position(self) -> str:
        """Where the feed is now. Unavailable if MongoDB has not been there since the start."""
        return (await self._when_begun()).position

    def has(self, position: str) -> bool:
        """Whether what comes after a position is in memory."""
        return self._recent is not None and position >= self._recent.floor

    async def after(self, position: str, user_id: str) -> Page:
        """The next activities of a user after a position, none if there are none yet.

        From memory, else from MongoDB. Raises PositionLost, PyMongoError, and TimeoutError when too
        many others are being read.
        """
        recent = await self._when_begun()
        if position >= recent.floor:
            found = recent.after(position, user_id)
            return Page(found, found[-1].position if found else max(position, recent.position))
        async with asyncio.timeout(PLACE_SECONDS):
            await self._places.acquire()
        try:
            return await read_page(self._activities, user_id, after=position, until=recent.floor)
        finally:
            self._places.release()

    @contextmanager
    def listening(self, user_id: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something of that user has been recorded."""
        news = asyncio.Event()
        listeners = self._listeners.setdefault(user_id, set())
        listeners.add(news)
        try:
            yield news
        finally:
            listeners.discard(news)
            if not listeners:
                self._listeners.pop(user_id, None)

    def wake_all(self) -> None:
        """Set the events of all who listen."""
        for listeners in self._listeners.values():
            for news in listeners:
                news.set()

    async def _read(self, backoff: Backoff) -> None:
        recent = self._recent
        after = recent.position if recent else None
        opening = watch(self._activities, after=after, at_once=AT_ONCE, wait=READ_WAIT)
        async with await opening as changes:
            backoff.reset()
            if recent is None:
                recent = self._recent = Recent(position_of(changes))
                self._has_position.set()
                self.wake_all()
            while True:
                recorded = await read(changes)
                self.reads += 1
                if recorded is None:
                    recent.position = position_of(changes)
                    continue
                for news in self._listeners.get(recent.add(recorded) or "", ()):
                    news.set()
                if self.reads % TURN == 0:  # what has been fetched already is read without a pause
                    await asyncio.sleep(0)

    async def _when_begun(self) -> Recent:
        try:
            async with asyncio.timeout(FIRST_POSITION_SECONDS):
                while self._recent is None:
                    await self._has_position.wait()
        except TimeoutError:
            raise Unavailable from None
        return self._recent

    def _begin_anew(self) -> None:
        log.error("the live feed has lost its position and begins anew")
        self._recent = None
        self._has_position.clear()
