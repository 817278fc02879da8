"""Shards: the tasks of a user are all in one of them, and each relay sends the events of some."""

from collections.abc import Collection
from typing import Any, Final
from zlib import crc32

SHARDS: Final = 16
"""Never to be changed: the shard is stored in the tasks."""
FIRST: Final = 0
"""To this shard belongs a task that only the last release has written, which stores none."""


def shard_of(user_id: str) -> int:
    """The shard of the user's tasks, from 0 up to and without `SHARDS`."""
    return crc32(user_id.encode()) % SHARDS


def in_shards(shards: Collection[int]) -> dict[str, Any]:
    """The query for the tasks of these shards."""
    # null is also a field that is not there.
    return {"shard": {"$in": [*shards, None] if FIRST in shards else [*shards]}}


def share_of(replica: str, replicas: Collection[str]) -> int:
    """How many shards the replica should have: as many as each other, or one more or less."""
    least, more = divmod(SHARDS, len(replicas))
    return least + (sorted(replicas).index(replica) < more)
