"""Undoing a delete that the trash has finished: the task is made anew from its events."""

from datetime import UTC, datetime

import pytest
from bson import ObjectId
from chassis.errors import Conflict, NotFound
from chassis.mongo import Database
from tasks_helpers.histories import assert_history_is_whole
from tasks_helpers.inbox import Inbox
from tasks_helpers.listing import listing_of
from tasks_helpers.relay import Replica
from tasks_helpers.tasks import NEW, USER, stored
from tasks_helpers.undo import batch_undone, changed, undone
from tasks_service.filters import Filters
from tasks_service.history import BASELINE
from tasks_service.operation import Operation
from tasks_service.schemas import TaskPatch


async def test_what_has_been_sent_can_be_undone_also_after_the_trash_let_it_go(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    task_id = await replica.create(description="d")
    await replica.rename(task_id, "New")
    before = await replica.tasks.get(USER, task_id)
    _, event_id = await replica.tasks.delete(USER, task_id, None)
    await replica.send_once()
    await inbox.received(3)
    await own["tasks"].delete_one({"_id": task_id})
    assert event_id is not None
    answer = await undone(replica, own, event_id)
    [task] = answer.tasks
    now = await replica.tasks.get(USER, task_id)
    left = {"version", "updated_at", "sent_version", "fence", "unsent_since", "shard"}
    assert now.model_dump(exclude=left) == before.model_dump(exclude=left)
    assert (task.version, (await stored(own, task_id))["sentVersion"]) == (4, 3)
    await replica.send_once()
    await inbox.received(4)
    await assert_history_is_whole(own, task_id)


async def test_a_batch_of_which_the_trash_has_let_some_go_comes_back_whole(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    ids = [await replica.create(title=f"{number}") for number in range(4)]
    tasks = [await replica.tasks.get(USER, task_id) for task_id in ids]
    batch_id = await changed(replica, ids, action="delete")
    await replica.send_once()
    await inbox.received(8)
    await own["tasks"].delete_many({"_id": {"$in": ids[:2]}})
    await replica.tasks.restore(USER, ids[3], None, Operation(ObjectId()))
    listing = listing_of(own, fewest=0)
    assert (await listing.page(USER, Filters(done=False), limit=9)).total_tasks == 1
    answer = await batch_undone(own, batch_id)
    assert [task.title for task in answer.tasks] == ["0", "1", "2", "3"]
    for task_id, task in zip(ids, tasks, strict=True):
        now = await replica.tasks.get(USER, task_id)
        assert (now.title, now.rank, now.created_at) == (task.title, task.rank, task.created_at)
        await assert_history_is_whole(own, task_id)
    # Also where the tasks have been kept in memory.
    assert (await listing.page(USER, Filters(done=False), limit=9)).total_tasks == 4
    assert [(await stored(own, task_id))["version"] for task_id in ids] == [3] * 4
    await replica.send_once()
    await inbox.received(12)


async def test_tasks_that_the_trash_let_go_find_their_places_taken(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    last, *gone, first = [await replica.create(title=f"{number}") for number in range(4)]
    for task_id in gone:  # each takes the rank directly behind the one before
        await replica.tasks.update(USER, task_id, TaskPatch(after=str(first)), None)
    ranks = [(await stored(own, task_id))["rank"] for task_id in gone]
    batch_id = await changed(replica, gone, action="delete")
    await replica.send_once()
    await inbox.received(8)
    await own["tasks"].delete_many({"_id": {"$in": gone}})
    for rank in ranks:
        other = NEW.model_copy(update={"title": "other"})
        task, _ = await replica.tasks.create(USER, other)
        await own["tasks"].update_one({"_id": ObjectId(task.id)}, {"$set": {"rank": rank}})
    await batch_undone(own, batch_id)
    listed = await own["tasks"].find({"deleted": False}).sort("rank").to_list()
    titles = [task["title"] for task in listed]
    assert titles in [
        ["3", "other", "2", "other", "1", "0"],
        ["3", "other", "1", "other", "2", "0"],
    ]
    del last


async def test_a_task_whose_events_are_lost_cannot_come_back(
    replica: Replica, own: Database
) -> None:
    event = {"taskId": ObjectId(), "userId": USER, "version": 2, "type": "TaskDeleted"}
    await own["task_events"].insert_one(
        event | {"_id": "e", "timestamp": datetime.now(UTC), "changes": {}}
    )
    with pytest.raises(Conflict):
        await undone(replica, own, "e")
    await own["task_events"].insert_one(event | {"_id": "b", "type": BASELINE})
    with pytest.raises(NotFound):
        await undone(replica, own, "b")


async def test_what_was_before_the_baseline_is_no_part_of_a_task_made_anew(
    replica: Replica, own: Database
) -> None:
    task_id, now = ObjectId(), datetime.now(UTC)
    of_task = {"taskId": task_id, "userId": USER, "timestamp": now}
    before = {"description": {"from": "", "to": "old"}}
    state = {"title": {"from": None, "to": "t"}, "status": {"from": None, "to": "Open"}}
    events = [
        ("a", "TaskUpdated", 1, before),
        ("b", BASELINE, 2, state),
        ("c", "TaskDeleted", 3, {}),
    ]
    await own["task_events"].insert_many(
        of_task | {"_id": event_id, "type": kind, "version": version, "changes": changes}
        for event_id, kind, version, changes in events
    )
    [task] = (await undone(replica, own, "c")).tasks
    assert (task.title, task.description, task.version) == ("t", "", 4)
    assert (await stored(own, task_id))["wholeFrom"] == 2
