"""Several leases of the same work, each as a replica of the service holds one."""

from collections.abc import Sequence

from chassis.mongo import Database, Document
from tasks_service.lease import Lease

FOREVER = 3600.0


def leases_of(own: Database, number: int) -> list[Lease]:
    return [Lease(own, "work", seconds=FOREVER) for _ in range(number)]


async def levelled(leases: Sequence[Lease]) -> list[int]:
    """How many shards each has, once what one gives up has been seen and taken by another."""
    for _ in range(3):
        for lease in leases:
            await lease.try_to_hold()
    return [len(lease.shards) for lease in leases]


async def document(own: Database) -> Document:
    lease = await own["leases"].find_one({"_id": "work"})
    assert lease is not None
    return lease
