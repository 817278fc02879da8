"""Of all replicas, at most one has a shard at any time, and each has its share of them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from bson import ObjectId
from chassis.background import running
from chassis.mongo import Database
from devstack.testing import eventually, examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tasks_helpers.leases import FOREVER, document, leases_of, levelled
from tasks_service.lease import Lease
from tasks_service.shards import SHARDS

ALL = list(range(SHARDS))
MOVES = st.sampled_from(["join", "renew", "renew", "renew", "stop", "die"])


async def test_a_replica_alone_has_all_shards_by_two_updates_and_keeps_them_by_one(
    own: Database,
) -> None:
    [lease] = leases_of(own, 1)
    assert await lease.try_to_hold()
    assert (list(lease.shards), lease.fence) == (ALL, 1)
    for _ in range(3):
        assert await lease.try_to_hold()
    assert (list(lease.shards), lease.fence) == (ALL, 1)


async def test_a_replica_that_comes_gets_its_share_once_the_other_has_stopped_working_on_it(
    own: Database,
) -> None:
    first, second = leases_of(own, 2)
    await first.try_to_hold()
    assert not await second.try_to_hold()
    await first.try_to_hold()  # it sees the other, and begins no batch of those shards any more
    assert list(first.shards) == ALL[:8]
    assert not await second.try_to_hold()  # one that is under way may still last
    await first.try_to_hold()
    assert await second.try_to_hold()
    assert list(second.shards) == ALL[8:]
    assert second.fence > first.fence
    assert first.has_first
    assert not second.has_first


async def test_many_that_begin_at_once_share_all_shards(own: Database) -> None:
    leases = leases_of(own, 5)
    for _ in range(100):  # of those that take the same shards at once all but one are too late
        await asyncio.gather(*(lease.try_to_hold() for lease in leases))
        taken = [shard for lease in leases for shard in lease.shards]
        assert len(taken) == len(set(taken))
        shares = sorted(len(lease.shards) for lease in leases)
        if shares == [3, 3, 3, 3, 4]:
            break
    assert (sorted(taken), shares) == (ALL, [3, 3, 3, 3, 4])


async def test_of_more_replicas_than_shards_some_have_none(own: Database) -> None:
    assert sorted(await levelled(leases_of(own, SHARDS + 2))) == [0, 0] + [1] * SHARDS


@settings(max_examples=examples(8, 500), deadline=None)
@given(moves=st.lists(st.tuples(MOVES, st.integers(0, 9)), min_size=5, max_size=30))
@pytest.mark.asyncio(loop_scope="session")
async def test_whoever_comes_stops_or_dies_no_shard_has_two_and_all_get_their_share(
    database: Database, moves: list[tuple[str, int]]
) -> None:
    name = str(ObjectId())
    live = [Lease(database, name, seconds=FOREVER)]
    latest: dict[int, tuple[Lease, int]] = {}  # of each shard the last owner, and its fence
    for move, number in moves:
        chosen = live[number % len(live)]
        if move == "join":
            live.append(Lease(database, name, seconds=FOREVER))
        elif move == "renew":
            await chosen.try_to_hold()
        elif len(live) > 1:
            live.remove(chosen)
            if move == "stop":
                await chosen.release()
            else:
                await expire(database, name, chosen)
        taken = [(shard, lease) for lease in live for shard in lease.shards]
        assert len(taken) == len({shard for shard, _ in taken})
        for shard, lease in taken:
            former, fence = latest.get(shard, (lease, 0))
            assert former is lease or lease.fence > fence
            latest[shard] = (lease, lease.fence)
    for _ in range(4):
        for lease in live:
            await lease.try_to_hold()
    assert sorted(shard for lease in live for shard in lease.shards) == ALL
    sizes = [len(lease.shards) for lease in live]
    assert max(sizes) - min(sizes) <= 1


async def expire(database: Database, name: str, lease: Lease) -> None:
    """Let the replica have renewed too long ago."""
    await database["leases"].update_one(
        {"_id": name},
        {"$set": {"replicas.$[its].expiresAt": datetime.now(UTC) - timedelta(minutes=1)}},
        array_filters=[{"its.id": lease._replica}],
    )


async def test_leases_of_other_names_are_free(own: Database) -> None:
    assert await Lease(own, "work", seconds=FOREVER).try_to_hold()
    assert await Lease(own, "play", seconds=FOREVER).try_to_hold()


async def test_what_is_released_is_free_at_once_and_the_fence_rises(own: Database) -> None:
    first, second, third = leases = leases_of(own, 3)
    await levelled(leases)
    kept, fence = set(second.shards), first.fence
    await first.release()
    assert not first.shards
    assert await second.try_to_hold()
    assert await third.try_to_hold()
    assert kept < set(second.shards)
    assert sorted([*second.shards, *third.shards]) == ALL
    assert min(second.fence, third.fence) > fence


async def test_a_replica_that_does_not_renew_loses_its_shards_to_the_others(own: Database) -> None:
    dead, alive = Lease(own, "work", seconds=3), Lease(own, "work", seconds=FOREVER)
    await dead.try_to_hold()
    taken: bool = await eventually(alive.try_to_hold)
    assert taken
    assert list(alive.shards) == ALL
    assert not dead.shards  # by its own clock, before anybody tells it
    assert alive.fence > dead.fence


async def test_one_that_renews_too_late_takes_its_shards_anew(own: Database) -> None:
    [late] = leases_of(own, 1)
    await late.try_to_hold()
    await expire(own, "work", late)
    assert await late.try_to_hold()
    # The last release may have sent something in between.
    assert (list(late.shards), late.fence) == (ALL, 2)


async def test_a_kept_lease_stays_and_calls_back(own: Database) -> None:
    gained = asyncio.Event()
    # Renewed after two seconds: a pause of less than four more does not lose it.
    lease, rival = Lease(own, "work", seconds=6), Lease(own, "work", seconds=FOREVER)
    with structlog.testing.capture_logs() as lines:
        async with running(lease.keep(gained.set)):
            await gained.wait()
            before = (await document(own))["expiresAt"]

            async def is_renewed() -> bool:
                return bool((await document(own))["expiresAt"] > before)

            await eventually(is_renewed)
            assert not await rival.try_to_hold()
            assert lease.has_first
    assert lines[0]["shards"] == ALL
