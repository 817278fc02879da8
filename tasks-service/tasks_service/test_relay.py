import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from chassis.mongo import Database, Document, open_mongo
from chassis.publisher import PublishFailed
from chassis.rabbit import RabbitConnection
from chassis.topology import Exchange, Topology
from contracts.events import EXCHANGE, TaskEvent
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.testing import eventually
from structlog.contextvars import bound_contextvars

from tasks_service import relay as module
from tasks_service.conftest import Inbox, profiled
from tasks_service.lease import Lease
from tasks_service.relay import Relay, relaying
from tasks_service.schemas import NewTask, TaskChanges
from tasks_service.tasks import INDEXES, Tasks

USER = str(ObjectId())
NEW = NewTask(title="Learn", status="Open")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
RETENTION = timedelta(days=7)
TOPOLOGY = Topology([Exchange(EXCHANGE)])


class Replica:
    """The tasks and the relay of one process."""

    def __init__(self, database: Database, rabbit: RabbitConnection, seconds: float = 3.0) -> None:
        self.lease = Lease(database, "relay", seconds=seconds)
        self.relay = Relay(database, rabbit, self.lease, retention=RETENTION)
        self.tasks = Tasks(database, retention=RETENTION, on_change=self.relay.wake)

    async def create(self, **fields: str) -> ObjectId:
        task = await self.tasks.create(USER, NEW.model_copy(update=fields))
        return ObjectId(task.id)

    async def rename(self, task_id: ObjectId, title: str) -> None:
        await self.tasks.update(USER, task_id, TaskChanges(title=title), None)

    @asynccontextmanager
    async def relaying(self) -> AsyncIterator[None]:
        async with relaying(self.relay, self.lease):
            yield

    async def send_once(self) -> None:
        """What the relay does when it is woken, without its loop."""
        assert await self.lease.try_to_hold()
        await self.relay._send_waiting()


@pytest.fixture
async def own(mongo_uri: str) -> AsyncIterator[Database]:
    async with open_mongo(mongo_uri, {}) as database:
        await database["tasks"].create_indexes(INDEXES["tasks"])
        yield database


@pytest.fixture
async def rabbit(rabbitmq_uri: str) -> AsyncIterator[RabbitConnection]:
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as rabbit:
        await rabbit.wait_until_up()
        yield rabbit


@pytest.fixture
def replica(own: Database, rabbit: RabbitConnection) -> Replica:
    return Replica(own, rabbit)


@pytest.fixture
async def inbox(rabbitmq_uri: str) -> AsyncIterator[Inbox]:
    async with Inbox.opened(rabbitmq_uri) as inbox:
        yield inbox


async def task_in(own: Database, task_id: ObjectId) -> Document:
    task = await own["tasks"].find_one({"_id": task_id})
    assert task is not None
    return task


async def all_sent(own: Database) -> bool:
    return await own["tasks"].count_documents({"unsentSince": {"$exists": True}}) == 0


async def wait_until_all_sent(own: Database) -> None:
    sent: bool = await eventually(lambda: all_sent(own), within=60)
    assert sent


def versions(inbox: Inbox, task_id: ObjectId) -> list[int]:
    return [one.event.version for one in inbox.messages if one.event.task_id == str(task_id)]


async def test_an_event_is_published_as_the_contract_says(replica: Replica, inbox: Inbox) -> None:
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


async def test_what_was_confirmed_is_marked_and_kept(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    task_id = await replica.create()
    await replica.rename(task_id, "New")
    await replica.send_once()
    task = await task_in(own, task_id)
    assert (task["sentVersion"], task["fence"]) == (2, 1)
    assert "unsentSince" not in task
    assert "expiresAt" not in task
    assert [event["version"] for event in task["events"]] == [1, 2]
    await replica.send_once()
    await inbox.received(2)
    assert versions(inbox, task_id) == [1, 2]


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


async def test_a_tombstone_expires_once_its_event_is_sent_and_its_retention_over(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    task_id = await replica.create()
    await replica.tasks.delete(USER, task_id, None)
    assert "expiresAt" not in await task_in(own, task_id)
    await replica.send_once()
    await inbox.received(2)
    task = await task_in(own, task_id)
    in_retention = datetime.now(UTC) + RETENTION
    assert in_retention - timedelta(minutes=1) < task["expiresAt"] <= in_retention
    indexes = await own["tasks"].index_information()
    assert indexes["expired"]["expireAfterSeconds"] == 0


async def test_the_relay_reads_only_what_waits(replica: Replica, own: Database) -> None:
    for _ in range(5):
        await replica.create()
    await own["tasks"].update_many({}, {"$unset": {"unsentSince": ""}})
    await replica.create()
    async with profiled(own) as operations:
        assert len(await replica.relay._read()) == 1
    [find] = [operation for operation in operations if "find" in operation["command"]]
    assert find["planSummary"] == "IXSCAN { unsentSince: 1 }"
    assert find["docsExamined"] == 1
    assert "hasSortStage" not in find


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
    await replica.lease.release()
    await Replica(own, rabbit).send_once()
    first, second = await inbox.received(2)
    assert first.event == second.event
    assert first.properties.message_id == second.properties.message_id
    assert (await task_in(own, task_id))["sentVersion"] == 1


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


async def test_oldest_first_and_more_than_a_batch(
    replica: Replica, inbox: Inbox, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_TASKS", 1)
    tasks = []
    for _ in range(7):
        tasks.append(await replica.create())
        await asyncio.sleep(0.002)  # to another millisecond
    await replica.send_once()
    await inbox.received(7)
    assert [message.event.task_id for message in inbox.messages] == [str(one) for one in tasks]
    assert await all_sent(own)


async def test_an_event_that_no_queue_takes_waits_until_one_does(
    replica: Replica, own: Database, rabbitmq_uri: str
) -> None:
    async with replica.relaying():
        task_id = await replica.create()
        await eventually(lambda: task_id in replica.relay._set_aside)
        assert not await all_sent(own)
        async with Inbox.opened(rabbitmq_uri) as inbox:
            await inbox.received()
            await wait_until_all_sent(own)


async def test_documents_that_cannot_be_sent_do_not_hold_up_the_others(
    replica: Replica, own: Database, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_TASKS", 2)
    bad = [await replica.create() for _ in range(5)]
    await own["tasks"].update_many({}, {"$set": {"events.0.type": "TaskExploded"}})
    await own["tasks"].insert_many(
        [
            {"unsentSince": NOON, "user": USER},
            {"unsentSince": NOON, "user": USER, "events": [], "version": 1, "sentVersion": 1},
            {"unsentSince": NOON, "events": [{"version": 1}], "version": 1, "sentVersion": 0},
        ]
    )
    good = [await replica.create() for _ in range(3)]
    await replica.send_once()
    await inbox.received(3)
    assert {message.event.task_id for message in inbox.messages} == {str(one) for one in good}
    for task_id in bad:
        assert (await task_in(own, task_id))["sentVersion"] == 0
    # Once they are mended, they are sent.
    await own["tasks"].delete_many({"unsentSince": NOON})
    await own["tasks"].update_many({}, {"$set": {"events.0.type": "TaskCreated"}})
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
    task = await task_in(own, unlucky)
    assert task["sentVersion"] == 1
    assert "unsentSince" in task
    failing = False
    async with replica.relaying():
        await inbox.received(5)
    assert versions(inbox, unlucky) == [1, 2, 3, 4]


@pytest.mark.timeout(240)  # a broker of its own, started twice
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


async def test_of_two_relays_one_works_and_the_other_takes_over_at_once(
    own: Database, rabbit: RabbitConnection, inbox: Inbox
) -> None:
    first, second = Replica(own, rabbit, seconds=0.9), Replica(own, rabbit, seconds=0.9)
    async with second.relaying():
        async with first.relaying():
            holder: bool = await eventually(lambda: first.lease.held or second.lease.held)
            assert holder
            for number in range(20):
                await (first if number % 2 else second).create()
            await inbox.received(20)
            assert not (first.lease.held and second.lease.held)
        await second.create()
        await inbox.received(21)
        assert second.lease.held
    ids = [message.properties.message_id for message in inbox.messages]
    assert len(ids) == len(set(ids)) == 21


async def test_a_relay_that_dies_is_replaced_when_its_lease_is_over(
    own: Database, rabbit: RabbitConnection, inbox: Inbox
) -> None:
    dead = Replica(own, rabbit, seconds=0.5)
    await dead.lease.try_to_hold()  # and never renews it
    alive = Replica(own, rabbit, seconds=0.5)
    async with alive.relaying():
        await alive.create()
        await inbox.received()
    assert alive.lease.fence == 2


async def test_what_a_superseded_relay_still_sends_it_cannot_mark(
    own: Database, rabbit: RabbitConnection, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused, successor = Replica(own, rabbit), Replica(own, rabbit)
    publish = paused.relay._publish

    async def publish_late(event: TaskEvent) -> None:
        # It stands still for longer than its lease; meanwhile the next one does its work.
        await own["leases"].update_one({}, {"$set": {"expiresAt": datetime.now(UTC)}})
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
    task = await task_in(own, task_id)
    assert (task["sentVersion"], task["fence"]) == (2, 2)
    assert not paused.lease.held


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
    publishing = asyncio.Event()
    publish = replica.relay._publish

    async def publish_slowly(event: TaskEvent) -> None:
        publishing.set()
        await asyncio.sleep(0.2)
        await publish(event)

    monkeypatch.setattr(replica.relay, "_publish", publish_slowly)
    async with replica.relaying():
        task_id = await replica.create()
        await publishing.wait()
    assert (await task_in(own, task_id))["sentVersion"] == 1
    await inbox.received()
    assert await Replica(own, rabbit).lease.try_to_hold()
