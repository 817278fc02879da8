"""Documents of other releases: their events are moved into the history, and baselines made."""

import pytest
from chassis.mongo import Database, Document
from tasks_helpers.histories import assert_history_is_whole, folded, history_of
from tasks_helpers.inbox import Inbox
from tasks_helpers.last_release import (
    COMPLETED_BY_LAST,
    CREATED,
    CREATED_BY_LAST,
    LABELLED,
    NOON,
    RENAMED,
    TRASHED_BY_LAST,
    document,
    event,
    move_all,
)
from tasks_helpers.relay import Replica
from tasks_helpers.tasks import stored


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
