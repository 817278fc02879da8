"""Documents of other releases: their events are moved into the history, and baselines made."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from bson import ObjectId
from chassis.mongo import Database, Document
from devstack.testing import eventually
from tasks_helpers.histories import assert_history_is_whole, folded, history_of
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import Replica
from tasks_helpers.service import profiled, serving
from tasks_helpers.tasks import USER, stored
from tasks_service import backfill as module
from tasks_service.replay import ask_for_replay

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def event(version: int, type_: str = "TaskUpdated", **changes: tuple[Any, Any]) -> Document:
    return {
        "eventId": str(ObjectId()),
        "type": type_,
        "taskTitle": "Learn",
        "timestamp": NOON + timedelta(minutes=version),
        "version": version,
        "changes": {name: {"from": old, "to": new} for name, (old, new) in changes.items()},
    }


CREATED = event(1, "TaskCreated", title=(None, "Learn"), status=(None, "Open"), rank=(None, "a0"))
CREATED_BY_LAST = event(1, "TaskCreated")  # which does not say what it set
RENAMED = event(2, title=("Learn", "Read"))
COMPLETED_BY_LAST = event(3, "TaskCompleted", status=("Open", "Completed"))
LABELLED = event(4, labels=([], ["a"]))
TRASHED_BY_LAST = event(5, "TaskDeleted")


def document(*events: Document, version: int, **fields: object) -> Document:
    """A task as the last release leaves it: with events that have been sent."""
    return {
        "_id": ObjectId(),
        "user": USER,
        "title": "Learn",
        "status": "Open",
        "description": "",
        "createdAt": NOON,
        "updatedAt": NOON + timedelta(minutes=version),
        "version": version,
        "deleted": False,
        "rank": f"a{ObjectId()}",
        "sentVersion": version,
        "events": [*events],
    } | fields


async def move_all(replica: Replica) -> None:
    assert await replica.lease.try_to_hold()
    await replica.backfill.move_all(pause=0)


@pytest.mark.parametrize(
    ("events", "version", "fields", "first", "missing"),
    [
        ([CREATED], 1, {"rank": "a0"}, 1, None),
        ([CREATED, RENAMED], 2, {"rank": "a0", "title": "Read"}, 1, None),
        ([CREATED_BY_LAST], 1, {}, 1, 0),
        ([CREATED_BY_LAST, RENAMED], 2, {"title": "Read"}, 1, 0),
        ([RENAMED], 2, {"title": "Read"}, 1, 1),
        ([LABELLED], 4, {"labels": ["a"]}, 3, 3),
        ([RENAMED, LABELLED], 4, {"labels": ["a"]}, 3, 2),
        ([CREATED, COMPLETED_BY_LAST], 3, {"status": "Completed"}, 2, 1),
        ([COMPLETED_BY_LAST], 3, {"status": "Completed"}, 2, 2),
        ([], 7, {"status": "Completed", "completedAt": NOON}, 7, 7),
        ([], 7, {"deleted": True, "deletedAt": NOON, "labels": ["x"]}, 7, 7),
    ],
)
async def test_its_history_begins_with_its_create_or_with_a_baseline(
    replica: Replica,
    own: Database,
    *,
    events: list[Document],
    version: int,
    fields: Document,
    first: int,
    missing: int | None,
) -> None:
    task = document(*events, version=version, **fields)
    await own["tasks"].insert_one(task)
    await move_all(replica)
    await assert_history_is_whole(own, task["_id"])
    now = await stored(own, task["_id"])
    assert now["wholeFrom"] == first
    assert "events" not in now
    known = await history_of(own, task["_id"])
    assert known[0]["version"] == first
    assert known[0].get("missing") == missing
    ids = await own["task_events"].distinct("_id", {"type": {"$ne": "Baseline"}})
    assert sorted(ids) == sorted(one["eventId"] for one in events)  # each can be sent again


async def test_a_task_in_the_trash_of_the_last_release_is_told_as_it_was_before(
    replica: Replica, own: Database
) -> None:
    task = document(LABELLED, TRASHED_BY_LAST, version=5, labels=["a"], deleted=True)
    await own["tasks"].insert_one(task)
    await move_all(replica)
    baseline, *_ = await history_of(own, task["_id"])
    assert folded([baseline])["deletedAt"] is None
    assert baseline["version"] == 3


async def test_a_task_without_events_or_marks_gets_a_baseline(
    replica: Replica, own: Database
) -> None:
    task = document(version=3)
    for name in ("events", "sentVersion", "version", "updatedAt", "rank"):
        del task[name]
    await own["tasks"].insert_one(task)
    await move_all(replica)
    await assert_history_is_whole(own, task["_id"])


async def test_what_the_last_release_made_and_this_one_sent_gets_a_baseline(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    waits = {"sentVersion": 0, "unsentSince": NOON}
    task = document(CREATED_BY_LAST, RENAMED, version=2, title="Read", **waits)
    await own["tasks"].insert_one(task)
    await move_all(replica)
    assert "wholeFrom" not in await stored(own, task["_id"])  # as long as it waits
    await replica.send_once()
    await inbox.received(2)
    await move_all(replica)
    await assert_history_is_whole(own, task["_id"])


@pytest.mark.parametrize("trimmed", [False, True])
async def test_what_the_last_release_wrote_when_it_ran_again_is_moved_too(
    replica: Replica, own: Database, inbox: Inbox, *, trimmed: bool
) -> None:
    task_id = await replica.create()
    await replica.rename(task_id, "Read")
    await replica.send_once()
    await inbox.received(2)
    by_last = event(3, title=("Read", "by last")), event(4, title=("by last", "Last"))
    left = {"events": by_last[trimmed:], "version": 4, "sentVersion": 4, "title": "Last"}
    await own["tasks"].update_one({"_id": task_id}, {"$set": left})
    await move_all(replica)
    await assert_history_is_whole(own, task_id)
    assert (await stored(own, task_id))["wholeFrom"] == (3 if trimmed else 1)
    assert "events" not in await stored(own, task_id)
    assert await own["task_events"].count_documents({"type": {"$ne": "Baseline"}}) == 4 - trimmed


async def test_both_releases_side_by_side_leave_a_whole_history(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    task_id = await replica.create()
    await replica.send_once()
    by_last = event(2, title=("Learn", "Last"))
    left = {"events": [by_last], "version": 2, "sentVersion": 2, "title": "Last"}
    await own["tasks"].update_one({"_id": task_id}, {"$set": left})
    await replica.rename(task_id, "Now")
    await replica.send_once()  # version 3, while 2 is still in the task
    await inbox.received(2)
    assert [one["version"] for one in (await stored(own, task_id))["events"]] == [2]
    await move_all(replica)
    await assert_history_is_whole(own, task_id)
    assert (await stored(own, task_id))["wholeFrom"] == 1


async def test_killed_at_any_point_it_loses_nothing_and_goes_on(
    replica: Replica, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    tasks = [document(RENAMED | {"eventId": f"{n}"}, version=2, title="Read") for n in range(5)]
    await own["tasks"].insert_many(tasks)
    add = replica.backfill._history.add
    crashes = 0

    async def add_and_crash(events: list[Document]) -> None:
        nonlocal crashes
        crashes += 1
        await add(events[: 2 * crashes])
        raise ConnectionAbortedError

    for _ in range(2):
        monkeypatch.setattr(replica.backfill._history, "add", add_and_crash)
        with pytest.raises(ConnectionAbortedError):
            await move_all(replica)
        assert await own["tasks"].count_documents({"events": {"$exists": True}}) == 5
    monkeypatch.setattr(replica.backfill._history, "add", add)
    await move_all(replica)
    for task in tasks:
        await assert_history_is_whole(own, task["_id"])
    assert await own["task_events"].count_documents({}) == 10


async def test_a_change_meanwhile_keeps_its_event(
    replica: Replica, own: Database, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = document(CREATED, version=1, rank="a0")
    await own["tasks"].insert_one(task)
    add = replica.backfill._history.add

    async def add_beside_a_change(events: list[Document]) -> None:
        await replica.rename(task["_id"], "meanwhile")
        await add(events)

    monkeypatch.setattr(replica.backfill._history, "add", add_beside_a_change)
    await move_all(replica)
    assert [one["version"] for one in (await stored(own, task["_id"]))["events"]] == [2]
    await replica.send_once()
    assert [one.event.version for one in await inbox.received(1)] == [2]
    await assert_history_is_whole(own, task["_id"])


async def test_what_cannot_be_moved_is_said_once_and_holds_up_no_other(
    replica: Replica, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    odd: list[Document] = [
        {"events": "what is this?"},
        {"events": [{"version": 1}]},
        {"events": [CREATED], "sentVersion": 0},
        {"title": 7},
        {"user": None},
    ]
    await own["tasks"].insert_many([document(CREATED, version=1) | one for one in odd])
    good = document(CREATED | {"eventId": "good"}, version=1, rank="a0")
    await own["tasks"].insert_one(good)
    with structlog.testing.capture_logs() as lines:
        await move_all(replica)
        await move_all(replica)
    said = [line for line in lines if line["event"] == "events cannot be moved"]
    assert len({line["task"] for line in said}) == len(said) == len(odd)
    assert set(said[0]) == {"event", "log_level", "task", "reason"}
    await assert_history_is_whole(own, good["_id"])


async def test_nothing_is_read_to_see_that_there_is_nothing_to_move(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    for _ in range(20):
        await replica.create()
    await replica.send_once()
    await inbox.received(20)
    for _ in range(20):
        await replica.create()  # these wait
    async with profiled(own) as operations:
        await move_all(replica)
    assert len(operations) == 2
    for operation in operations:
        assert operation["planSummary"].startswith("IXSCAN")
        assert (operation["docsExamined"], operation["keysExamined"]) == (0, 0)


async def test_without_the_lease_nothing_is_moved(replica: Replica, own: Database) -> None:
    await own["tasks"].insert_one(document(CREATED, version=1))
    await replica.backfill.move_all(pause=0)
    assert await own["task_events"].count_documents({}) == 0


async def test_the_service_moves_them_and_a_replay_sends_them(
    own: Database, mongo_uri: str, rabbitmq_uri: str, inbox: Inbox
) -> None:
    task = document(RENAMED, COMPLETED_BY_LAST, version=3, title="Read", status="Completed")
    await own["tasks"].insert_one(task)
    await ask_for_replay(own, NOON)
    async with serving(mongo_uri, rabbitmq_uri):
        sent = await inbox.received(2)
        assert [one.event.version for one in sent] == [2, 3]

        async def moved() -> bool:
            return "events" not in await stored(own, task["_id"])

        assert await eventually(moved)
    await assert_history_is_whole(own, task["_id"])
