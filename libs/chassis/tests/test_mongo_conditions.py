"""Who waits in PyMongo may be cancelled at any moment: no lock is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import ModuleType

import chassis.mongo  # noqa: F401 — it mends PyMongo
import pytest
from pymongo.asynchronous import pool, topology
from pymongo.lock import Condition, _async_create_condition, _async_create_lock

BRIEF = 0.01  # seconds


def waits_of(module: ModuleType) -> Callable[[Condition, float | None], Awaitable[bool]]:
    """How the module waits for its conditions."""
    waits: Callable[[Condition, float | None], Awaitable[bool]] = vars(module)["_async_cond_wait"]
    return waits


@pytest.mark.parametrize("module", [pool, topology])
async def test_a_wait_that_is_cancelled_while_its_time_is_up_leaves_the_lock_free(
    module: ModuleType,
) -> None:
    lock = _async_create_lock()
    condition = _async_create_condition(lock)

    async def wait() -> None:
        async with lock:
            await waits_of(module)(condition, BRIEF)

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    async with lock:  # so that the wait, when its time is up, has to wait for the lock
        await asyncio.sleep(BRIEF * 5)
        waiting.cancel()
        await asyncio.sleep(0)
        assert lock.locked()
    with suppress(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(BRIEF)
    assert not lock.locked()


async def test_a_wait_ends_by_its_time_or_by_a_notification() -> None:
    lock = _async_create_lock()
    condition = _async_create_condition(lock)
    async with lock:
        assert not await waits_of(topology)(condition, BRIEF)

    async def wait() -> bool:
        async with lock:
            return await waits_of(topology)(condition, None)

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    async with lock:
        condition.notify_all()
    assert await waiting
    assert not lock.locked()
