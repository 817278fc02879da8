import asyncio
from datetime import datetime

from chassis.background import running
from chassis.mongo import Database
from devstack.testing import eventually
from tasks_service.lease import Lease

FOREVER = 3600.0


async def test_one_of_two_holds_the_lease(own: Database) -> None:
    first, second = Lease(own, "work"), Lease(own, "work", seconds=FOREVER)
    assert await first.try_to_hold()
    assert not await second.try_to_hold()
    assert (first.held, second.held) == (True, False)
    assert await first.try_to_hold()


async def test_of_many_that_want_it_at_once_exactly_one_gets_it(own: Database) -> None:
    leases = [Lease(own, "work", seconds=FOREVER) for _ in range(20)]
    gained = await asyncio.gather(*(lease.try_to_hold() for lease in leases))
    assert sorted(gained) == [False] * 19 + [True]
    assert [lease.held for lease in leases] == gained


async def test_leases_of_other_names_are_free(own: Database) -> None:
    assert await Lease(own, "work", seconds=FOREVER).try_to_hold()
    assert await Lease(own, "play", seconds=FOREVER).try_to_hold()


async def test_a_released_lease_is_free_at_once_and_the_fence_rises(own: Database) -> None:
    first, second = Lease(own, "work", seconds=FOREVER), Lease(own, "work", seconds=FOREVER)
    await first.try_to_hold()
    await first.release()
    assert not first.held
    assert await second.try_to_hold()
    assert second.fence == first.fence + 1


async def test_a_lease_that_is_not_renewed_passes_to_the_next(own: Database) -> None:
    first, second = Lease(own, "work", seconds=3), Lease(own, "work", seconds=FOREVER)
    await first.try_to_hold()
    taken: bool = await eventually(second.try_to_hold)
    assert taken
    assert not first.held  # by its own clock, before anybody tells it
    assert not await first.try_to_hold()
    assert second.fence == first.fence + 1


async def test_a_renewal_keeps_the_fence(own: Database) -> None:
    lease = Lease(own, "work", seconds=FOREVER)
    for _ in range(3):
        await lease.try_to_hold()
    assert lease.fence == 1


async def test_only_the_holder_releases(own: Database) -> None:
    first, second = Lease(own, "work", seconds=FOREVER), Lease(own, "work", seconds=FOREVER)
    await first.try_to_hold()
    await second.release()
    assert not await second.try_to_hold()
    assert await first.try_to_hold()


async def test_a_kept_lease_stays_and_calls_back(own: Database) -> None:
    gained = asyncio.Event()
    # Renewed after two seconds: a pause of less than four more does not lose it.
    lease, rival = Lease(own, "work", seconds=6), Lease(own, "work", seconds=FOREVER)
    async with running(lease.keep(gained.set)):
        await gained.wait()
        before = await expiry(own)

        async def is_renewed() -> bool:
            return await expiry(own) > before

        await eventually(is_renewed)
        assert not await rival.try_to_hold()
        assert lease.held


async def expiry(own: Database) -> datetime:
    lease = await own["leases"].find_one({"_id": "work"})
    assert lease is not None
    expires_at: datetime = lease["expiresAt"]
    return expires_at
