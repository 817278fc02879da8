"""What the tests of the circuit breaker share: a clock of their own, and calls of every kind."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from chassis.breaker import CircuitBreaker


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def answer() -> str:
    return "answer"


async def fail() -> str:
    raise ConnectionError


async def hang() -> str:
    await asyncio.Event().wait()
    return "never"


async def failures(breaker: CircuitBreaker, count: int) -> None:
    for _ in range(count):
        with pytest.raises(ConnectionError):
            await breaker.call(fail)


async def started(breaker: CircuitBreaker, func: Callable[[], Awaitable[str]]) -> asyncio.Task[str]:
    async def begin() -> str:
        return await breaker.call(func)

    task = asyncio.create_task(begin())
    await asyncio.sleep(0)
    return task


async def cancelled(task: asyncio.Task[str]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def half_open(breaker: CircuitBreaker, clock: Clock) -> None:
    await failures(breaker, 3)
    clock.now += 20
