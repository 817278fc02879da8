"""Clients that listen to the live stream all the time, and others that go on in the background."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import httpx2
from client import ACTIVITY, User
from devstack.sse import streaming
from devstack.testing import eventually

STREAM = f"{ACTIVITY}/stream"
COME_AGAIN = 0.2  # seconds: sooner than a client is asked to, since there are few


class Follower:
    """A client that listens all the time, and what it was told."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._last = ""
        self.told: list[str] = []

    async def begin(self) -> None:
        """After nothing, as soon as the live feed has a position."""

        async def position() -> str:
            answer = await self._user.get(ACTIVITY)
            assert answer.status_code == 200, answer.text
            return str(answer.json()["streamCursor"])

        self._last = await eventually(position)

    async def run(self) -> None:
        """Until cancelled, from where it was."""
        while True:
            with suppress(httpx2.TransportError):
                await self._follow()
            await asyncio.sleep(COME_AGAIN)

    async def _follow(self) -> None:
        headers = self._user.bearer | {"last-event-id": self._last}
        async with streaming(self._user.http, STREAM, headers=headers) as stream:
            assert stream.response.status_code in {200, 502, 503, 504}
            if stream.response.status_code != 200:
                return
            async for block in stream.blocks():
                assert block.event != "reset"
                self._last = block.fields.get("id", self._last)
                if block.event == "activity":
                    self.told.append(block.data["id"])


async def told_what_the_feed_has(user: User, follower: Follower) -> bool:
    """Whether a client that listens was told of each activity, and once."""
    feed = [entry["id"] for entry in await user.feed()]
    assert sorted(follower.told) == sorted(feed)
    return True


class Worker(Protocol):
    """Somebody who goes on until cancelled."""

    async def run(self) -> None: ...


@asynccontextmanager
async def at_work(*workers: Worker) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(worker.run()) for worker in workers]
        yield
        for task in tasks:
            task.cancel()
