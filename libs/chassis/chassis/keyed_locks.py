"""One lock for each key. It exists while a task holds it or waits for it."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

Key = TypeVar("Key", bound=Hashable)


class KeyedLocks(Generic[Key]):
    """Lets this process do one thing at a time for each key.

    Each key has a semaphore of `places`: so many tasks may hold the key at once. Waiting tasks get
    the key in the order in which they asked for it.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Key, asyncio.Semaphore] = WeakValueDictionary()

    def __len__(self) -> int:
        """How many keys are held."""
        return len(self._locks)

    @asynccontextmanager
    async def hold(
        self, key: Key, *, places: int = 1, wait_at_most: float | None = None
    ) -> AsyncIterator[None]:
        """Hold the key in the body. Raises TimeoutError after `wait_at_most` seconds of waiting.

        `places` must be the same in every call for that key.
        """
        lock = self._locks.setdefault(key, asyncio.Semaphore(places))
        async with asyncio.timeout(wait_at_most):
            await lock.acquire()
        try:
            yield
        finally:
            lock.release()
