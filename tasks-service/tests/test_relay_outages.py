"""What cannot be sent waits, holds up nothing else, and is sent when it can be."""

import asyncio

import pytest
import structlog
from chassis.mongo import Database
from chassis.publisher import PublishFailed
from chassis.rabbit import RabbitConnection
from contracts.events import TaskEvent
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.testing import eventually
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import (
    NOON,
    TOPOLOGY,
    Replica,
    all_sent,
    versions,
    wait_until_all_sent,
)
from tasks_helpers.tasks import USER, stored
from tasks_service import relay as module


async def test_a_crash_between_confirm_and_mark_sends_again(
    replica: Replica,
    own: Database,
    rabbit: RabbitConnection,
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def crash(*_: object) -> None:
        raise ConnectionAbortedError

    task_id = await replica.create()
    monkeypatch.setattr(replica.relay, "_mark", crash)
    with pytest.raises(ConnectionAbortedError):
        await replica.send_once()
    assert len((await stored(own, task_id))["events"]) == 1  # in both, rather than in neither
    assert await own["task_events"].count_documents({}) == 1
    await replica.lease.release()
    await Replica(own, rabbit).send_once()
    first, second = await inbox.received(2)
    assert first.event == second.event
    assert first.properties.message_id == second.properties.message_id
    task = await stored(own, task_id)
    assert (task["sentVersion"], "events" in task) == (1, False)
    assert await own["task_events"].count_documents({}) == 1


async def test_an_event_that_no_queue_takes_waits_until_one_does(
    replica: Replica, own: Database, rabbitmq_uri: str
) -> None:
    async with replica.relaying():
        task_id = await replica.create()
        await eventually(lambda: task_id in replica.relay._set_aside.ids)
        assert not await all_sent(own)
        async with Inbox.opened(rabbitmq_uri) as inbox:
            await inbox.received()
            await wait_until_all_sent(own)


async def test_documents_that_cannot_be_sent_do_not_hold_up_the_others(
    replica: Replica, own: Database, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_TASKS", 2)
    bad = [await replica.create() for _ in range(5)]
    await own["tasks"].update_many({}, {"$set": {"events.0.changes": "what is this?"}})
    await own["tasks"].insert_many(
        [
            {"unsentSince": NOON, "user": USER},
            {"unsentSince": NOON, "user": USER, "events": "text", "version": 1, "sentVersion": 0},
            {"unsentSince": NOON, "user": USER, "events": ["text"], "version": 1},
            {"unsentSince": NOON, "user": USER, "events": [], "version": 1, "sentVersion": 1},
            {"unsentSince": NOON, "events": [{"version": 1}], "version": 1, "sentVersion": 0},
        ]
    )
    good = [await replica.create() for _ in range(3)]
    with structlog.testing.capture_logs() as lines:
        await replica.send_once()
        await replica.send_once()
    assert [line["event"] for line in lines] == ["task cannot be sent"] * 10, "each is said once"
    assert lines[-1]["unsendable"] == 10
    assert set(lines[0]) == {"event", "log_level", "task", "reason", "unsendable"}
    await inbox.received(3)
    assert {message.event.task_id for message in inbox.messages} == {str(one) for one in good}
    for task_id in bad:
        assert (await stored(own, task_id))["sentVersion"] == 0
    # Once they are mended, they are sent.
    await own["tasks"].delete_many({"unsentSince": NOON})
    await own["tasks"].update_many({}, {"$set": {"events.0.changes": {}}})
    replica.relay._set_aside._recheck_at = 0
    async with replica.relaying():
        await inbox.received(8)
        await wait_until_all_sent(own)


async def test_after_a_failure_the_later_events_of_that_task_wait_and_other_tasks_go_on(
    replica: Replica, own: Database, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = replica.relay._publish
    failing = True

    async def publish_or_fail(event: TaskEvent) -> None:
        if failing and event.task_id == str(unlucky) and event.version == 2:
            raise PublishFailed("for a test")
        await publish(event)

    monkeypatch.setattr(replica.relay, "_publish", publish_or_fail)
    unlucky = await replica.create()
    for number in range(3):
        await replica.rename(unlucky, f"{number}")
    lucky = await replica.create()
    await replica.send_once()
    await inbox.received(2)
    assert versions(inbox, unlucky) == [1]
    assert versions(inbox, lucky) == [1]
    task = await stored(own, unlucky)
    assert task["sentVersion"] == 1
    assert "unsentSince" in task
    failing = False
    async with replica.relaying():
        await inbox.received(5)
    assert versions(inbox, unlucky) == [1, 2, 3, 4]


async def test_with_the_broker_away_events_wait_and_are_sent_when_it_is_back(
    own: Database, own_rabbitmq: Server[RabbitMQ]
) -> None:
    async with RabbitConnection(own_rabbitmq.uri, name="test", topology=TOPOLOGY) as rabbit:
        await rabbit.wait_until_up()
        async with Inbox.opened(own_rabbitmq.uri):  # declares its queue, which is durable
            pass
        replica = Replica(own, rabbit)
        async with replica.relaying():
            tasks = [await replica.create() for _ in range(5)]
            await wait_until_all_sent(own)
            await asyncio.to_thread(own_rabbitmq.stop)
            tasks += [await replica.create() for _ in range(5)]
            for task_id in tasks:
                await replica.rename(task_id, "while it was away")
            assert not await all_sent(own)
            await asyncio.to_thread(own_rabbitmq.start)
            await wait_until_all_sent(own)
        async with Inbox.opened(own_rabbitmq.uri) as inbox:
            await inbox.received(20)
            for task_id in tasks:
                assert list(dict.fromkeys(versions(inbox, task_id))) == [1, 2]
