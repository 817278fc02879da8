"""What tests of every package use."""

import asyncio
import inspect
import os
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

from devstack.ports import free_port

__all__ = ["NOBODYS_PORT", "eventually", "examples", "free_port"]

T = TypeVar("T")

NOBODYS_PORT = 1
"""Nobody listens there: a port that was free a moment ago may be another test's by now."""


def examples(few: int, many: int) -> int:
    """How many examples, rounds or histories a test takes: many with TEST_PROFILE=long."""
    return many if os.environ.get("TEST_PROFILE") == "long" else few


@overload
async def eventually(
    check: Callable[[], Awaitable[T]], *, within: float = 60.0, every: float = 0.05
) -> T: ...
@overload
async def eventually(check: Callable[[], T], *, within: float = 60.0, every: float = 0.05) -> T: ...
async def eventually(
    check: Callable[[], T | Awaitable[T]], *, within: float = 60.0, every: float = 0.05
) -> T:
    """Poll `check` until it returns something true and raises no AssertionError; return that.

    `within` and `every` are seconds; `within` bounds a test that hangs, so it is far above what a
    busy machine needs. Raises AssertionError with the last failure.
    """
    deadline = time.monotonic() + within
    while True:
        try:
            outcome = check()
            value: T = await outcome if inspect.isawaitable(outcome) else outcome
            if value:
                return value
            failure = AssertionError(f"not within {within} s: last value {value!r}")
        except AssertionError as error:
            failure = AssertionError(f"not within {within} s: {error}")
            failure.__cause__ = error
        if time.monotonic() >= deadline:
            raise failure
        await asyncio.sleep(every)
