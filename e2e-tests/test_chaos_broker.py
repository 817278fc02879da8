"""RabbitMQ stopped, killed and frozen, and crashes at the two places where an event could be lost."""

import asyncio
from datetime import UTC, datetime

from bson import ObjectId
from client import Json, User
from devstack.suite import Suite
from devstack.testing import eventually
from inside import ACTIVITY, TASKS, Broker, database_of
from load import creating, told_exactly_once
from pymongo.database import Database


async def test_tasks_are_created_without_the_broker_and_told_when_it_is_back(
    victim: Suite, user: User
) -> None:
    async with creating(user) as load:
        await load.acknowledges(20)
        await asyncio.to_thread(victim.stop, "rabbitmq")
        await load.acknowledges(50)
    assert set(load.statuses) == {201}
    told = len(await user.feed())
    assert told < len(load.acknowledged)

    await asyncio.to_thread(victim.start, "rabbitmq")

    await told_exactly_once(user, load)
    await asyncio.to_thread(victim.wait_ready)


async def test_no_event_is_lost_or_told_twice_when_the_broker_is_killed_under_load(
    victim: Suite, user: User
) -> None:
    async with creating(user) as load:
        await load.acknowledges(40)
        victim.kill("rabbitmq")
        await load.acknowledges(40)
    assert set(load.statuses) == {201}

    await told_exactly_once(user, load)


async def test_no_event_is_lost_when_the_broker_hangs(victim: Suite, user: User) -> None:
    async with creating(user) as load:
        victim.freeze("rabbitmq")
        await load.acknowledges(50)
    assert set(load.statuses) == {201}

    victim.thaw("rabbitmq")

    await told_exactly_once(user, load)


async def test_a_relay_that_died_between_publishing_and_marking_tells_nothing_twice(
    victim: Suite, user: User
) -> None:
    task = await user.create()
    await user.update(task, status="Completed")
    feed = await eventually(lambda: _feed_of(user, 2))
    await asyncio.to_thread(victim.stop, TASKS)  # which marks what it has sent

    with database_of(victim, TASKS) as database:
        unmark(database, task)
        await asyncio.to_thread(victim.start, TASKS)
        waiting = {"user": user.id, "unsentSince": {"$exists": True}}
        await eventually(lambda: database["tasks"].count_documents(waiting) == 0)

    await eventually(lambda: _came_again(victim, feed))
    assert await user.feed() == feed


async def test_a_consumer_that_died_between_storing_and_acknowledging_tells_nothing_twice(
    victim: Suite, user: User
) -> None:
    task = await user.create()
    await user.update(task, status="Completed")
    feed = await eventually(lambda: _feed_of(user, 2))
    with database_of(victim, ACTIVITY) as database:
        stored = database["activities"].find({"userId": user.id}).to_list()
    await asyncio.to_thread(victim.stop, ACTIVITY)

    # The messages come again to a consumer that finds their activities stored.
    with database_of(victim, TASKS) as database:
        unmark(database, task)
    await eventually(lambda: Broker(victim).waiting() == 2)
    await asyncio.to_thread(victim.start, ACTIVITY)

    await eventually(lambda: _came_again(victim, feed))
    await eventually(lambda: _feed_of(user, 2))
    assert await user.feed() == feed
    with database_of(victim, ACTIVITY) as database:
        assert database["activities"].find({"userId": user.id}).to_list() == stored


def unmark(database: Database[Json], task: Json) -> None:
    """As the task was before the mark: its events are sent and confirmed, and nobody knows."""
    task_id = ObjectId(task["_id"])
    kept = database["task_events"].find({"taskId": task_id}).sort("version").to_list()
    events = [{"eventId": event.pop("_id")} | event for event in kept]
    unmarked = {"sentVersion": 0, "unsentSince": datetime.now(UTC), "events": events}
    outcome = database["tasks"].update_one({"_id": task_id}, {"$set": unmarked})
    assert (outcome.modified_count, len(events)) == (1, 2)


def _came_again(victim: Suite, feed: list[Json]) -> bool:
    """Whether activity-service got each of these events once more, and knew it."""
    lines = [line for line in victim.logs(ACTIVITY).splitlines() if "already recorded" in line]
    return all(any(entry["id"] in line for line in lines) for entry in feed)


async def _feed_of(user: User, count: int) -> list[Json]:
    feed = await user.feed()
    return feed if len(feed) == count else []
