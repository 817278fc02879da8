"""Events on their way: what the broker is given, by tasks-service and by others."""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from bson import ObjectId
from client import Json, User, path_of
from devstack.suite import Suite
from devstack.testing import eventually
from inside import ACTIVITY as ACTIVITY_SERVICE
from inside import TASKS as TASKS_SERVICE
from inside import Broker, database_of, run


@pytest.fixture
def broker(suite: Suite) -> Broker:
    return Broker(suite)


def legacy(user: User, **fields: object) -> bytes:
    """The five fields of the original's messages."""
    message = {
        "type": "TaskCreated",
        "taskId": "a" * 24,
        "userId": user.id,
        "taskTitle": "From the old hunt",
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }
    return json.dumps(message | fields).encode()


async def feed_of(user: User, count: int) -> list[Json]:
    async def complete() -> list[Json]:
        feed = await user.feed()
        assert len(feed) == count, feed
        return feed

    return await eventually(complete)


async def test_the_request_id_of_a_call_is_that_of_its_event(suite: Suite, user: User) -> None:
    task = await user.create()
    request_id = f"e2e-{task['_id']}"
    answer = await user.call(
        "PATCH", path_of(task), json={"title": "Traced"}, headers={"x-request-id": request_id}
    )
    assert answer.headers["x-request-id"] == request_id
    [updated, _] = await feed_of(user, 2)

    with database_of(suite, ACTIVITY_SERVICE) as database:
        stored = database["activities"].find_one({"_id": updated["id"]})

    assert stored is not None
    assert stored["requestId"] == request_id


async def test_a_message_of_the_originals_five_fields_shows_in_the_feed(
    broker: Broker, user: User
) -> None:
    message = legacy(user)
    broker.publish(message)
    broker.publish(message)
    broker.publish(legacy(user, type="TaskDeleted", timestamp="2020-01-01T00:00:00.000Z"))

    feed = await feed_of(user, 2)

    assert [entry["message"] for entry in feed] == [
        "Task 'From the old hunt' created.",
        "Task 'From the old hunt' deleted.",
    ]


async def test_redelivery_and_reordering_do_not_show(broker: Broker, user: User) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    events = [
        legacy(
            user,
            eventId=f"{user.id}-{version}",
            version=version,
            type="TaskCreated" if version == 1 else "TaskUpdated",
            taskTitle=str(version),
            timestamp=now,
            unheardOf={"by": "this reader"},
        )
        for version in range(1, 6)
    ]
    for event in [*reversed(events), *events, *events]:
        broker.publish(event)

    feed = await feed_of(user, 5)
    await eventually(lambda: broker.waiting() == 0)

    assert [entry["taskTitle"] for entry in feed] == ["5", "4", "3", "2", "1"]
    assert await user.feed() == feed


async def test_poison_becomes_dead_letters_and_the_queue_flows_on(
    suite: Suite, broker: Broker, user: User
) -> None:
    [before] = await eventually(lambda: [broker.dead_letters()])
    poison = [
        b"",
        b"not JSON",
        b"[" * 100_000,
        legacy(user, taskId="x"),
        legacy(user, userId={"$gt": ""}),
        legacy(user, taskTitle="x" * 1_048_577),
    ]
    for message in poison:
        broker.publish(message)
    await user.create(title="Behind the poison")

    await feed_of(user, 1)
    await eventually(lambda: broker.dead_letters() == before + len(poison))

    listed = run(suite, ACTIVITY_SERVICE, "activity_service.dead_letters", "list")
    assert listed.returncode == 0, listed.stderr
    assert f"{before + len(poison)} dead letters" in listed.stdout
    put_back = run(suite, ACTIVITY_SERVICE, "activity_service.dead_letters", "put-back")
    assert put_back.returncode == 0, put_back.stderr
    assert f"{before + len(poison)} dead letters put back" in put_back.stdout
    await eventually(lambda: broker.dead_letters() == before + len(poison))


async def test_a_replay_of_the_events_changes_nothing_in_a_complete_feed(
    suite: Suite, user: User
) -> None:
    task = await user.create()
    await user.update(task, status="Completed")
    await user.delete(task)
    feed = await feed_of(user, 3)

    replayed = run(suite, TASKS_SERVICE, "tasks_service.replay", "--since", _an_hour_ago())

    assert replayed.returncode == 0, replayed.stderr
    await eventually(lambda: _nothing_waits(suite))
    assert await user.feed() == feed


async def test_a_replay_rebuilds_an_empty_feed_for_every_user(suite: Suite, user: User) -> None:
    task = await user.create()
    await user.update(task, status="Completed")
    gone = await user.create(title="Gone")
    await user.delete(gone)
    feed = await feed_of(user, 4)
    await eventually(lambda: _nothing_waits(suite))
    with database_of(suite, TASKS_SERVICE) as tasks, database_of(suite, ACTIVITY_SERVICE) as feeds:
        tasks["tasks"].delete_one({"_id": ObjectId(gone["_id"])})  # the trash has let it go
        history = {"_id": {"$in": tasks["task_events"].distinct("_id")}}

        def is_complete() -> bool:
            return feeds["activities"].count_documents(history) == len(history["_id"]["$in"])

        await eventually(is_complete)
        before = _digests(feeds["activities"].find(history))
        feeds["activities"].delete_many({})
        assert await user.feed() == []

        replayed = run(suite, TASKS_SERVICE, "tasks_service.replay", "--since", "2000-01-01T00:00Z")

        assert replayed.returncode == 0, replayed.stderr
        await eventually(is_complete)
        assert _digests(feeds["activities"].find()) == before
    assert _but_for_recording(await user.feed()) == _but_for_recording(feed)


def _digests(activities: Iterable[Json]) -> dict[str, str]:
    """Of the feed of each user, but for when an activity was recorded."""
    feeds = defaultdict[str, list[str]](list)
    for activity in _but_for_recording(activities):
        feeds[activity["userId"]].append(json.dumps(activity, sort_keys=True, default=str))
    return {
        user_id: hashlib.sha256("\n".join(sorted(feed)).encode()).hexdigest()
        for user_id, feed in feeds.items()
    }


def _but_for_recording(activities: Iterable[Json]) -> list[Json]:
    return [
        {name: value for name, value in activity.items() if name != "recordedAt"}
        for activity in activities
    ]


def _nothing_waits(suite: Suite) -> bool:
    """Neither to be sent, also again, nor to be recorded."""
    with database_of(suite, TASKS_SERVICE) as database:
        unsent = database["tasks"].count_documents({"unsentSince": {"$exists": True}})
        replays = database["replays"].count_documents({})
    return unsent == replays == 0 and Broker(suite).waiting() == 0


def _an_hour_ago() -> str:
    return datetime.fromtimestamp(time.time() - 3600, UTC).isoformat()
