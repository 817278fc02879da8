"""What the relay sends, in which order, and what it notes of it."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from bson import Decimal128, ObjectId
from chassis.mongo import Database
from chassis.rabbit import RabbitConnection
from contracts.events import TaskEvent
from structlog.contextvars import bound_contextvars
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import NOON, Replica, all_sent, versions
from tasks_helpers.service import profiled
from tasks_helpers.tasks import USER, stored
from tasks_service import relay as module
from tasks_service.shards import SHARDS


async def test_an_event_is_published_with_its_id_key_and_headers(
    replica: Replica, inbox: Inbox
) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    with bound_contextvars(requestId="r-1", traceparent=trace):
        task_id = await replica.create(title="Ünïcode 🎉")
    await replica.send_once()
    [message] = await inbox.received()
    event, properties = message.event, message.properties
    assert message.routing_key == event.type == "TaskCreated"
    assert (event.task_id, event.user_id, event.version) == (str(task_id), USER, 1)
    assert event.task_title == "Ünïcode 🎉"
    assert (event.request_id, event.traceparent) == ("r-1", trace)
    assert properties.message_id == event.event_id
    assert properties.delivery_mode == 2
    assert properties.content_type == "application/json"
    assert properties.headers["x-request-id"] == "r-1"
    assert properties.headers["traceparent"] == trace


async def test_what_was_confirmed_is_marked_and_moved_into_the_history(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    task_id = await replica.create()
    await replica.rename(task_id, "New")
    waiting = (await stored(own, task_id))["events"]
    await replica.send_once()
    task = await stored(own, task_id)
    assert (task["sentVersion"], task["fence"]) == (2, 1)
    assert not {"events", "unsentSince", "expiresAt"} & task.keys()
    history = await own["task_events"].find().sort("version").to_list()
    owner = {"taskId": task_id, "userId": USER}
    assert history == [{"_id": event.pop("eventId")} | owner | event for event in waiting]
    await replica.send_once()
    await inbox.received(2)
    assert versions(inbox, task_id) == [1, 2]


@pytest.mark.usefixtures("inbox")
async def test_each_task_of_a_batch_is_marked_as_far_as_its_own_events_go(
    replica: Replica, own: Database
) -> None:
    once, twice, odd = [await replica.create() for _ in range(3)]
    await replica.rename(twice, "New")
    await own["tasks"].update_one({"_id": odd}, {"$set": {"sentVersion": Decimal128("0")}})
    await replica.send_once()
    tasks = [await stored(own, task_id) for task_id in (once, twice, odd)]
    assert [task["sentVersion"] for task in tasks] == [1, 2, 1]
    assert not any("events" in task for task in tasks)


@pytest.mark.usefixtures("inbox")
async def test_a_time_of_deletion_that_is_none_keeps_no_task_of_the_batch_from_being_marked(
    replica: Replica, own: Database
) -> None:
    deleted = [await replica.create() for _ in range(3)]
    for task_id in deleted:
        await replica.tasks.delete(USER, task_id, None)
    await own["tasks"].update_one({"_id": deleted[0]}, {"$set": {"deletedAt": "yesterday"}})
    await replica.send_once()
    assert await all_sent(own)
    for task_id in deleted:
        assert (await stored(own, task_id))["expiresAt"] > datetime.now(UTC)


async def test_a_write_wakes_the_relay(
    replica: Replica, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 3600.0)
    async with replica.relaying():
        task_id = await replica.create()
        await inbox.received(1)
        await replica.rename(task_id, "New")
        await inbox.received(2)
        await replica.tasks.delete(USER, task_id, None)
        await inbox.received(3)
    types = [message.event.type for message in inbox.messages]
    assert types == ["TaskCreated", "TaskUpdated", "TaskDeleted"]


async def test_the_poll_finds_what_another_replica_has_written(
    replica: Replica, own: Database, rabbit: RabbitConnection, inbox: Inbox
) -> None:
    other = Replica(own, rabbit)
    async with replica.relaying():
        await other.create()
        await inbox.received()


async def test_the_relay_reads_at_most_what_the_driver_takes_at_once(
    replica: Replica, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_TASKS", 150)  # more than a first batch has by itself
    event = {"version": 1, "large": "x" * 100_000}
    template = {"user": USER, "version": 1, "unsentSince": NOON, "events": [event]}
    await own["tasks"].insert_many([template | {"_id": ObjectId()} for _ in range(160)])
    assert len(await replica.relay._read(range(SHARDS))) == 150
    await own["tasks"].update_many({}, {"$set": {"events": [event, event, event]}})
    assert 0 < len(await replica.relay._read(range(SHARDS))) < 60  # 16 MiB


async def test_the_relay_reads_only_what_waits(replica: Replica, own: Database) -> None:
    for _ in range(5):
        await replica.create()
    await own["tasks"].update_many({}, {"$unset": {"unsentSince": ""}})
    await replica.create()
    async with profiled(own) as operations:
        assert len(await replica.relay._read(range(SHARDS))) == 1
    [find] = [operation for operation in operations if "find" in operation["command"]]
    # One walk for each shard, merged in their order.
    walks = re.findall(r"\w+ {[^}]+}", find["planSummary"])
    assert set(walks) == {"IXSCAN { shard: 1, unsentSince: 1 }"}
    assert find["docsExamined"] == 1
    assert "hasSortStage" not in find


async def test_a_change_during_the_publishing_is_neither_lost_nor_overtaken(
    replica: Replica, own: Database, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = replica.relay._publish

    async def publish_while_it_changes(event: TaskEvent) -> None:
        await publish(event)
        if event.version < 5:
            await replica.rename(ObjectId(event.task_id), f"after {event.version}")

    monkeypatch.setattr(replica.relay, "_publish", publish_while_it_changes)
    task_id = await replica.create()
    await replica.send_once()
    await inbox.received(5)
    assert versions(inbox, task_id) == [1, 2, 3, 4, 5]  # and none was sent twice
    assert await all_sent(own)


async def test_the_events_of_a_task_are_sent_in_order_whatever_their_number(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    tasks = [await replica.create() for _ in range(3)]
    for number in range(45):
        await asyncio.gather(*(replica.rename(task_id, f"{number}") for task_id in tasks))
    await replica.send_once()
    await inbox.received(3 * 46)
    for task_id in tasks:
        assert versions(inbox, task_id) == list(range(1, 47))
    assert await all_sent(own)


@pytest.mark.usefixtures("inbox")
async def test_a_task_with_more_events_than_a_batch_waits_anew_behind_the_others(
    replica: Replica, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_EVENTS_PER_TASK", 1)
    task_id = await replica.create()
    await replica.rename(task_id, "New")
    await own["tasks"].update_one({"_id": task_id}, {"$set": {"unsentSince": NOON}})
    assert await replica.lease.try_to_hold()
    await replica.relay._send_batch()
    task = await stored(own, task_id)
    assert task["sentVersion"] == 1
    assert task["unsentSince"] > NOON


async def test_those_that_wait_longest_are_sent_first_and_more_than_a_batch(
    replica: Replica, inbox: Inbox, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_TASKS", 1)
    tasks = [await replica.create() for _ in range(7)]
    for minutes, task_id in enumerate(tasks):
        since = {"unsentSince": NOON - timedelta(minutes=minutes)}
        await own["tasks"].update_one({"_id": task_id}, {"$set": since})
    await replica.send_once()
    await inbox.received(7)
    sent = [message.event.task_id for message in inbox.messages]
    assert sent == [str(task_id) for task_id in reversed(tasks)]
    assert await all_sent(own)
