"""Each replica relays its own shards, and the next takes over."""

import asyncio
from datetime import UTC, datetime

import pytest
from chassis.mongo import Database
from chassis.rabbit import RabbitConnection
from contracts.events import TaskEvent
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import Replica, versions
from tasks_helpers.tasks import stored
from tasks_service import relay as module


async def test_a_relay_that_dies_is_replaced_when_its_lease_is_over(
    own: Database, rabbit: RabbitConnection, inbox: Inbox
) -> None:
    dead = Replica(own, rabbit, seconds=3)
    await dead.lease.try_to_hold()  # and never renews it
    alive = Replica(own, rabbit, seconds=3)
    async with alive.relaying():
        await alive.create()
        await inbox.received()
    assert alive.lease.fence > dead.lease.fence


async def test_what_a_superseded_relay_still_sends_it_cannot_mark(
    own: Database, rabbit: RabbitConnection, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused, successor = Replica(own, rabbit), Replica(own, rabbit)
    publish = paused.relay._publish

    async def publish_late(event: TaskEvent) -> None:
        # It stands still for longer than its lease; meanwhile the next one does its work.
        await own["leases"].update_one({}, {"$set": {"replicas.0.expiresAt": datetime.now(UTC)}})
        await successor.send_once()
        await publish(event)

    monkeypatch.setattr(paused.relay, "_publish", publish_late)
    task_id = await paused.create()
    await paused.rename(task_id, "New")
    monkeypatch.setattr(module, "BATCH_EVENTS_PER_TASK", 1)
    await paused.send_once()
    await inbox.fetch()
    # A duplicate, nothing lost; the mark is the successor's and the paused one knows it is out.
    assert versions(inbox, task_id) == [1, 2, 1]
    task = await stored(own, task_id)
    assert (task["sentVersion"], task["fence"]) == (2, 2)
    assert not paused.lease.shards


async def test_after_the_leases_are_lost_a_relay_takes_a_fence_above_those_of_the_tasks(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    task_id = await replica.create()
    other = await replica.create()
    await own["tasks"].update_one({"_id": task_id}, {"$set": {"fence": 7}})
    await replica.send_once()
    assert replica.lease.shards
    assert replica.lease.fence == 8
    await replica.send_once()
    assert [(await stored(own, one))["sentVersion"] for one in (task_id, other)] == [1, 1]
    await inbox.fetch()
    assert versions(inbox, other) == [1]


@pytest.mark.parametrize("fence", [2**62, float("inf"), [99]])
async def test_a_fence_that_no_relay_can_have_had_does_not_send_again_and_again(
    replica: Replica, own: Database, inbox: Inbox, fence: object
) -> None:
    odd, other = await replica.create(), await replica.create()
    await own["tasks"].update_one({"_id": odd}, {"$set": {"fence": fence}})
    for _ in range(3):
        await replica.send_once()
    assert replica.lease.shards
    assert (await stored(own, other))["sentVersion"] == 1
    await inbox.fetch()
    assert versions(inbox, odd) == [1]


async def test_without_the_lease_nothing_is_sent(
    own: Database, rabbit: RabbitConnection, inbox: Inbox
) -> None:
    holder, other = Replica(own, rabbit, seconds=3600), Replica(own, rabbit)
    await holder.lease.try_to_hold()
    async with other.relaying():
        await other.create()
        await other.relay._send_waiting()
    await inbox.fetch()
    assert inbox.messages == []


async def test_stopping_finishes_the_batch_and_hands_the_lease_over(
    replica: Replica,
    own: Database,
    rabbit: RabbitConnection,
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publishing, is_stopping = asyncio.Event(), asyncio.Event()
    publish = replica.relay._publish

    async def publish_late(event: TaskEvent) -> None:
        publishing.set()
        await is_stopping.wait()
        await publish(event)

    monkeypatch.setattr(module, "DRAIN_SECONDS", 60.0)
    monkeypatch.setattr(module, "RELEASE_TIMEOUT", 60.0)
    monkeypatch.setattr(replica.relay, "_publish", publish_late)
    async with replica.relaying():
        task_id = await replica.create()
        await publishing.wait()
        # The body ends within this turn of the event loop, and with it the relay is told to stop.
        asyncio.get_running_loop().call_soon(is_stopping.set)
    assert (await stored(own, task_id))["sentVersion"] == 1
    await inbox.received()
    assert await Replica(own, rabbit).lease.try_to_hold()
