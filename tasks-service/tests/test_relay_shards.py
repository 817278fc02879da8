"""Relays that share the tasks by shards: each event is sent, in order, whoever comes and goes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from chassis.background import keep_running, running
from chassis.mongo import Database
from chassis.rabbit import RabbitConnection
from devstack.testing import eventually
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import Replica, all_sent, versions, wait_until_all_sent
from tasks_helpers.tasks import stored
from tasks_service.shards import FIRST, SHARDS, shard_of

FOREVER = 3600.0
USERS = {shard_of(user): user for user in (f"6922a000aabbccddee{one:06x}" for one in range(400))}
"""One of each shard."""


async def sharing(own: Database, rabbit: RabbitConnection, number: int) -> Sequence[Replica]:
    """Replicas that share the shards, and of which none is running."""
    replicas = [Replica(own, rabbit, seconds=FOREVER) for _ in range(number)]
    for _ in range(3):
        for replica in replicas:
            await replica.lease.try_to_hold()
    return replicas


async def test_each_of_two_relays_sends_the_events_of_its_own_shards(
    own: Database, rabbit: RabbitConnection, inbox: Inbox
) -> None:
    first, second = await sharing(own, rabbit, 2)
    for user in USERS.values():
        await first.create(user)
    await first.relay._send_waiting()
    await inbox.received(SHARDS // 2)
    assert not await all_sent(own)
    await second.relay._send_waiting()
    assert await all_sent(own)
    messages = await inbox.received(SHARDS)
    assert len(messages) == SHARDS  # none was sent twice
    shards = [shard_of(message.event.user_id) for message in messages]
    assert set(shards[: SHARDS // 2]) == set(first.lease.shards)
    assert set(shards[SHARDS // 2 :]) == set(second.lease.shards)


async def test_what_the_last_release_wrote_is_sent_by_one_and_gets_its_shard_when_it_changes(
    own: Database, rabbit: RabbitConnection, inbox: Inbox
) -> None:
    first, second = await sharing(own, rabbit, 2)
    shard = second.lease.shards[-1]
    task_id = await first.create(USERS[shard])
    await own["tasks"].update_one({"_id": task_id}, {"$unset": {"shard": ""}})
    await second.relay._send_waiting()
    assert not await all_sent(own)
    assert FIRST in first.lease.shards
    await first.relay._send_waiting()
    assert await all_sent(own)
    await first.rename(task_id, "New", USERS[shard])
    assert (await stored(own, task_id))["shard"] == shard
    await first.relay._send_waiting()
    assert not await all_sent(own)
    await second.relay._send_waiting()
    await inbox.received(2)
    assert versions(inbox, task_id) == [1, 2]


async def test_a_superseded_relay_goes_on_with_the_shards_that_it_still_has(
    own: Database, rabbit: RabbitConnection, inbox: Inbox
) -> None:
    first, second = await sharing(own, rabbit, 2)
    lost, kept = first.lease.shards[-1], first.lease.shards[0]
    later = second.lease.fence + 1
    await own["leases"].update_one({}, {"$set": {f"shards.{lost}": second.lease._replica}})
    of_lost, of_kept = [await first.create(USERS[shard]) for shard in (lost, kept)]
    await own["tasks"].update_one({"_id": of_lost}, {"$set": {"fence": later}})
    await first.relay._send_waiting()
    assert not first.lease.shards  # until it has asked
    assert (await stored(own, of_kept))["sentVersion"] == 1
    assert (await stored(own, of_lost))["sentVersion"] == 0
    assert await first.lease.try_to_hold()
    assert lost not in first.lease.shards
    assert kept in first.lease.shards
    await inbox.received(2)


@asynccontextmanager
async def killed(replica: Replica) -> AsyncIterator[None]:
    """It relays until the body ends; then it finishes nothing, and hands nothing over."""
    keep_lease = partial(replica.lease.keep, replica.relay.wake)
    async with running(keep_running("relay lease", keep_lease)), running(replica.relay.run()):
        yield


async def test_replicas_come_stop_and_die_and_every_event_is_sent_in_order(
    own: Database, rabbit: RabbitConnection, inbox: Inbox
) -> None:
    first, second, third = (Replica(own, rabbit, seconds=3) for _ in range(3))
    tasks = {await first.create(user): user for user in USERS.values()}
    ended = asyncio.Event()

    async def change() -> None:
        for number in range(300):
            for task_id, user in tasks.items():
                await third.rename(task_id, f"{number}", user)
            if ended.is_set():
                return
            await asyncio.sleep(0.05)  # the test is about who sends, not about how much

    def share(*replicas: Replica) -> bool:
        least, more = divmod(SHARDS, len(replicas))
        numbers = sorted(len(replica.lease.shards) for replica in replicas)
        return numbers == [least] * (len(replicas) - more) + [least + 1] * more

    async with third.relaying(), running(change()) as changing:
        async with first.relaying():
            async with killed(second):
                await eventually(lambda: share(first, second, third))
            await eventually(lambda: share(first, third))
        await eventually(lambda: share(third))
        ended.set()
        await changing
        await wait_until_all_sent(own)
    await inbox.fetch()
    for task_id in tasks:
        expected = list(range(1, (await stored(own, task_id))["version"] + 1))
        # Some may come again, behind the others; the first of each come in order.
        assert list(dict.fromkeys(versions(inbox, task_id))) == expected
