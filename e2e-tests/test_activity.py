"""The feed: what happened to the tasks, each exactly once."""

import re

import pytest
from client import ACTIVITY, Json, NewUser, User, assert_error
from devstack.testing import eventually

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


async def feed_of(user: User, count: int, **query: str) -> list[Json]:
    """The feed as soon as it has that many activities."""

    async def complete() -> list[Json]:
        feed = await user.feed(**query)
        assert len(feed) == count, feed
        return feed

    return await eventually(complete)


async def test_each_change_appears_once_with_its_message_newest_first(user: User) -> None:
    task = await user.create(title="Hunt", status="Open")
    await user.update(task, title="Hunt on")
    await user.update(task, status="cOMPLETED", description="Done")
    await user.update(task, title="Still complete")
    await user.delete(task)

    feed = await feed_of(user, 5)

    assert [(entry["type"], entry["message"]) for entry in feed] == [
        ("TaskDeleted", "Task 'Still complete' deleted."),
        ("TaskUpdated", "Task 'Still complete' updated."),
        ("TaskCompleted", "Task 'Hunt on' completed."),
        ("TaskUpdated", "Task 'Hunt on' updated."),
        ("TaskCreated", "Task 'Hunt' created."),
    ]
    assert [entry["changes"] for entry in feed] == [
        {"deletedAt": {"from": None, "to": feed[0]["timestamp"]}},
        {"title": {"from": "Hunt on", "to": "Still complete"}},
        {
            "status": {"from": "Open", "to": "cOMPLETED"},
            "description": {"from": "", "to": "Done"},
            "completedAt": {"from": None, "to": feed[2]["timestamp"]},
        },
        {"title": {"from": "Hunt", "to": "Hunt on"}},
        {name: {"from": None, "to": task[name]} for name in ("title", "status", "rank")},
    ]
    for entry in feed:
        assert set(entry) == {
            "id", "type", "taskId", "taskTitle", "message", "timestamp", "recordedAt", "changes",
            "batchId", "causedBy",
        }  # fmt: skip
        assert entry["taskId"] == task["_id"]
        assert TIME.fullmatch(entry["timestamp"])
        assert TIME.fullmatch(entry["recordedAt"])
        assert entry["recordedAt"] >= entry["timestamp"]
    assert feed[-1]["timestamp"] == task["createdAt"]
    assert len({entry["id"] for entry in feed}) == 5


async def test_a_task_created_complete_is_created(user: User) -> None:
    await user.create(status="Completed")

    [entry] = await feed_of(user, 1)
    assert entry["type"] == "TaskCreated"


async def test_the_feed_of_a_new_user_is_empty(user: User) -> None:
    answer = await user.get(ACTIVITY)

    assert answer.status_code == 200
    body = answer.json()
    assert (body["activities"], body["nextCursor"]) == ([], None)


async def test_the_feed_is_read_by_task(user: User) -> None:
    one = await user.create(title="One")
    other = await user.create(title="Other")
    await user.update(one, title="One more")
    await feed_of(user, 3)

    assert [entry["taskTitle"] for entry in await user.feed(taskId=one["_id"])] == [
        "One more",
        "One",
    ]
    assert len(await user.feed(taskId=other["_id"])) == 1
    assert await user.feed(taskId="0" * 24) == []


async def test_the_latest_activity_of_a_task_is_a_sentence(user: User) -> None:
    task = await user.create(title="It's \N{CRESCENT MOON}")
    await user.update(task, status="Completed")
    await feed_of(user, 2)

    answer = await user.get(ACTIVITY, params={"taskId": task["_id"], "latest": "true"})

    assert answer.status_code == 200
    assert answer.json() == {"activity": "Task 'It's \N{CRESCENT MOON}' completed."}


async def test_the_latest_activity_of_an_unknown_task_is_404(user: User) -> None:
    answer = await user.get(ACTIVITY, params={"taskId": "0" * 24, "latest": "true"})

    assert_error(answer, 404, "Activity not found")


async def test_another_users_activity_is_403_as_latest_and_no_part_of_the_feed(
    new_user: NewUser,
) -> None:
    owner, other = await new_user(), await new_user()
    task = await owner.create()
    await feed_of(owner, 1)

    latest = await other.get(ACTIVITY, params={"taskId": task["_id"], "latest": "true"})

    assert_error(latest, 403)
    assert await other.feed() == []
    assert await other.feed(taskId=task["_id"]) == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "x"},
        {"limit": "1.5"},
        {"limit": "1_0"},
        {"cursor": "x"},
        {"cursor": "A" * 60},
        {"taskId": "x"},
        {"taskId": "0" * 25},
        {"taskId": "0" * 24, "latest": "perhaps"},
        {"latest": "true"},
    ],
    ids=str,
)
async def test_a_bad_query_is_400(user: User, query: dict[str, str]) -> None:
    assert_error(await user.get(ACTIVITY, params=query), 400)


async def test_the_feed_is_walked_by_cursor(user: User) -> None:
    task = await user.create(title="0")
    for number in range(1, 25):
        task = await user.update(task, title=str(number))

    feed = await feed_of(user, 25, limit="4")

    assert [entry["taskTitle"] for entry in feed] == [str(n) for n in range(24, -1, -1)]
    first = (await user.get(ACTIVITY, params={"limit": "4"})).json()
    assert first["activities"] == feed[:4]
    assert len((await user.get(ACTIVITY, params={"limit": "1000"})).json()["activities"]) == 25
