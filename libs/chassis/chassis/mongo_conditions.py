"""A mend for PyMongo: how it waits for a server or a connection, without losing a lock.

PyMongo 4.20.0 waits for its conditions by `asyncio.wait_for`, which before Python 3.12 runs the wait in
a task of its own. If the caller is cancelled while that task, whose time is up, takes the lock again,
the caller releases a lock that it does not have and the task keeps the one that it takes: every
operation of the client then waits without an end. To be removed with Python 3.12;
test_mongo_conditions.py shows what goes wrong.
"""

import asyncio

from pymongo.asynchronous import pool, topology
from pymongo.lock import Condition


async def wait_in_this_task(condition: Condition, seconds: float | None) -> bool:
    """Whether the condition was notified within so many seconds; the lock is held in any case."""
    try:
        async with asyncio.timeout(seconds):
            return bool(await condition.wait())
    except TimeoutError:
        return False


def mend() -> None:
    """Let PyMongo wait by this function; for all clients of the process."""
    for module in (pool, topology):
        setattr(module, "_async_cond_wait", wait_in_this_task)  # noqa: B010 — it has no public name
