"""How the running service carries out a replay that was asked for."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from chassis.mongo import Database
from chassis.publisher import PublishFailed
from chassis.rabbit import RabbitConnection
from contracts.events import TaskEvent
from devstack.testing import eventually
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import Replica, versions
from tasks_helpers.service import profiled
from tasks_helpers.tasks import USER
from tasks_service import replays
from tasks_service.history import BASELINE
from tasks_service.replay import Asked, ask_for_replay

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def sent_task(replica: Replica, own: Database, *times: datetime) -> ObjectId:
    """A task with a sent event at each time."""
    task_id = await replica.create()
    for number in range(1, len(times)):
        await replica.rename(task_id, f"{number}")
    await replica.send_once()
    for version, time in enumerate(times, 1):
        await own["task_events"].update_one(
            {"taskId": task_id, "version": version}, {"$set": {"timestamp": time}}
        )
    return task_id


async def replay(replica: Replica) -> None:
    """What the service does until the replay is done."""
    assert await replica.lease.try_to_hold()
    while await replica.replays._send_batch():
        pass


async def test_every_event_since_then_is_sent_again_as_it_was_whatever_became_of_its_task(
    replica: Replica, own: Database, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "BATCH_EVENTS", 2)
    tasks = [await sent_task(replica, own, NOON, NOON + HOUR, NOON + HOUR) for _ in range(3)]
    await sent_task(replica, own, NOON - HOUR)
    before = {message.event.event_id for message in await inbox.received(10)}
    inbox.messages.clear()
    await own["tasks"].delete_many({})  # the trash has let them go

    assert await ask_for_replay(own, NOON + HOUR) == Asked(events=6, missing=0)
    await replay(replica)

    messages = await inbox.received(6)
    assert {message.event.event_id for message in messages} < before
    assert [versions(inbox, task_id) for task_id in tasks] == [[2, 3]] * 3
    assert await own["replays"].count_documents({}) == 0
    assert await ask_for_replay(own, NOON + 2 * HOUR) == Asked(0, 0)


async def test_a_replay_goes_on_where_it_was(
    replica: Replica,
    own: Database,
    rabbit: RabbitConnection,
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replays, "BATCH_EVENTS", 2)
    task_id = await sent_task(replica, own, *[NOON] * 5)
    await inbox.received(5)
    inbox.messages.clear()
    await ask_for_replay(own, NOON)
    assert await replica.replays._send_batch()
    await inbox.received(2)
    publish = replica.replays._publisher.publish

    async def fail(event: TaskEvent) -> None:
        if event.version == 4:
            raise PublishFailed("for a test")
        await publish(event)

    monkeypatch.setattr(replica.replays._publisher, "publish", fail)
    with pytest.raises(PublishFailed):
        await replica.replays._send_batch()
    await replica.lease.release()
    await replay(Replica(own, rabbit))
    await inbox.received(6)
    assert versions(inbox, task_id) == [1, 2, 3, 3, 4, 5]


async def test_a_replay_that_is_asked_for_again_begins_again_at_the_earlier_time(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    task_id = await sent_task(replica, own, NOON, NOON + HOUR)
    await inbox.received(2)
    await ask_for_replay(own, NOON)
    assert await replica.replays._send_batch()
    await ask_for_replay(own, NOON + HOUR)
    await replay(replica)
    await inbox.received(6)
    assert versions(inbox, task_id) == [1, 2] * 3


async def test_a_replay_asked_for_during_the_last_batch_is_not_taken_for_done(
    replica: Replica, own: Database, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = await sent_task(replica, own, NOON)
    await inbox.received()
    publish = replica.replays._publisher.publish

    async def publish_and_ask(event: TaskEvent) -> None:
        await publish(event)
        monkeypatch.setattr(replica.replays._publisher, "publish", publish)
        await ask_for_replay(own, NOON)

    await ask_for_replay(own, NOON)
    monkeypatch.setattr(replica.replays._publisher, "publish", publish_and_ask)
    await replay(replica)
    await inbox.received(3)
    assert versions(inbox, task_id) == [1, 1, 1]


async def test_a_baseline_is_never_sent_and_what_cannot_be_sent_holds_up_no_other(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    await sent_task(replica, own, NOON)
    await inbox.received()
    odd = {"taskId": ObjectId(), "userId": USER, "timestamp": NOON - HOUR, "version": 1}
    baseline = {"_id": "base", "type": BASELINE, "taskTitle": "t", "changes": {}}
    bare = {"userId": USER, "timestamp": NOON - HOUR, "type": "TaskCreated"}
    await own["task_events"].insert_many(
        [
            odd | {"_id": "odd", "type": "TaskCreated"},
            odd | baseline,
            bare | {"_id": "bare"},
            bare | {"_id": "list", "taskId": [1], "version": 1},
        ]
    )
    await ask_for_replay(own, NOON - HOUR)
    await replay(replica)
    await inbox.received(2)
    assert [message.event.type for message in inbox.messages] == ["TaskCreated"] * 2


async def test_a_batch_reads_no_more_than_it_sends(replica: Replica, own: Database) -> None:
    for number in range(30):
        await own["task_events"].insert_one(
            {"_id": f"{number}", "timestamp": NOON + number * HOUR, "version": 1, "type": "t"}
        )
    position = replays.Position(timestamp=NOON + 25 * HOUR, version=-1, eventId="")
    async with profiled(own, "task_events") as operations:
        assert len(await replica.replays._behind(position)) == 5
    [find] = operations
    assert find["planSummary"].startswith("IXSCAN")
    assert find["docsExamined"] == 5
    assert "hasSortStage" not in find


async def test_the_service_sends_it_while_it_runs(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    await sent_task(replica, own, NOON)
    await inbox.received()
    async with replica.relaying():
        await eventually(lambda: replica.lease.shards)
        watching = asyncio.create_task(replica.replays.watch())
        await ask_for_replay(own, NOON)
        await inbox.received(2)

        async def done() -> bool:
            return await own["replays"].count_documents({}) == 0

        assert await eventually(done)
        watching.cancel()
        await asyncio.wait([watching])
