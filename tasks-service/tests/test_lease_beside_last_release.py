"""Replicas of the last release, which lease all shards at once, and of this one share a lease document."""

from datetime import UTC, datetime, timedelta

from chassis.mongo import Database
from tasks_helpers.leases import document, leases_of, levelled


async def of_last_release(own: Database, *, takes: bool = True) -> bool:
    """Take or release the lease as a replica of the last release does; whether it has it."""
    ours = {"$eq": ["$holder", "last release"]}
    free = {"$lte": [{"$ifNull": ["$expiresAt", "$$NOW"]}, "$$NOW"]}
    next_fence = {"$add": [{"$ifNull": ["$fence", 0]}, 1]}
    expiry = {"$add": ["$$NOW", 3_600_000]}
    taken = {
        "holder": {"$cond": [free, "last release", "$holder"]},
        "fence": {"$cond": [{"$and": [free, {"$not": ours}]}, next_fence, "$fence"]},
        "expiresAt": {"$cond": [{"$or": [free, ours]}, expiry, "$expiresAt"]},
    }
    if takes:
        await own["leases"].update_one({"_id": "work"}, [{"$set": taken}], upsert=True)
        return bool((await document(own))["holder"] == "last release")
    released = [{"$set": {"expiresAt": "$$NOW"}}]
    await own["leases"].update_one({"_id": "work", "holder": "last release"}, released)
    return False


async def test_replicas_of_the_last_release_and_of_this_one_wait_for_each_other(
    own: Database,
) -> None:
    first, second = leases = leases_of(own, 2)
    assert await of_last_release(own)
    before = await document(own)
    assert await levelled(leases) == [0, 0]
    assert await document(own) == before
    await of_last_release(own, takes=False)
    assert await levelled(leases) == [8, 8]
    assert min(first.fence, second.fence) > before["fence"]
    assert not await of_last_release(own)
    await first.release()
    assert not await of_last_release(own)
    await second.release()
    assert await of_last_release(own)  # as soon as the last one has gone
    assert await levelled(leases) == [0, 0]
    assert (await document(own))["fence"] > max(first.fence, second.fence)
    # It ends without a release.
    past = datetime.now(UTC) - timedelta(seconds=1)
    await own["leases"].update_one({}, {"$set": {"expiresAt": past}})
    assert sorted(await levelled(leases)) == [8, 8]
