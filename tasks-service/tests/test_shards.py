"""Which shard a user's tasks are in, and how many shards a replica should have."""

from collections import Counter

import pytest
from tasks_service.shards import SHARDS, in_shards, shard_of, share_of


@pytest.mark.parametrize(
    ("user_id", "shard"),
    [("6922a0000000000000000001", 7), ("6922a0000000000000000002", 13), ("ü", 5), ("", 0)],
)
def test_the_shard_of_a_user_is_the_one_that_is_stored(user_id: str, shard: int) -> None:
    assert shard_of(user_id) == shard


def test_users_are_spread_over_all_shards() -> None:
    # Ids as one process makes them: each differs from the last in its counter alone.
    users = [f"6922a000aabbccddee{number:06x}" for number in range(16_000)]
    sizes = Counter(map(shard_of, users))
    assert set(sizes) == set(range(SHARDS))
    assert max(sizes.values()) < 1.2 * min(sizes.values())


def test_a_task_without_a_shard_belongs_to_the_first() -> None:
    assert in_shards([0, 5]) == {"shard": {"$in": [0, 5, None]}}
    assert in_shards([5]) == {"shard": {"$in": [5]}}


@pytest.mark.parametrize("number", [*range(1, 20), 100])
def test_shares_are_fair_and_none_is_left(number: int) -> None:
    replicas = [f"{one:04x}" for one in range(number)]
    shares = [share_of(one, replicas[::-1]) for one in replicas]
    assert sum(shares) == SHARDS
    assert max(shares) - min(shares) <= 1
