"""When a task in the trash expires: the relay says so, once the events are sent."""

import pytest
from bson import ObjectId
from chassis.mongo import Database, Document
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import NOON, TRASH, Replica
from tasks_helpers.tasks import USER, stored
from tasks_service.operation import Operation


async def test_a_task_in_the_trash_expires_after_its_days_once_its_event_is_sent(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    task_id = await replica.create()
    await replica.tasks.delete(USER, task_id, None)
    assert "expiresAt" not in await stored(own, task_id)
    await replica.send_once()
    await inbox.received(2)
    task = await stored(own, task_id)
    assert task["expiresAt"] == task["deletedAt"] + TRASH
    indexes = await own["tasks"].index_information()
    assert indexes["expired"]["expireAfterSeconds"] == 0


@pytest.mark.parametrize("deleted_at", [{"deletedAt": NOON}, {"updatedAt": NOON}])
async def test_a_task_whose_days_are_over_expires_when_its_last_event_is_sent(
    replica: Replica, own: Database, inbox: Inbox, deleted_at: Document
) -> None:
    task_id = await replica.create()
    # Without `deletedAt` it is a task that the last release deleted.
    await own["tasks"].update_one({"_id": task_id}, {"$set": {"deleted": True} | deleted_at})
    assert "expiresAt" not in await stored(own, task_id)
    await replica.send_once()
    await inbox.received()
    assert (await stored(own, task_id))["expiresAt"] == NOON + TRASH


async def test_a_restored_task_does_not_expire(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    task_id = await replica.create()
    await replica.tasks.delete(USER, task_id, None)
    await replica.send_once()
    await replica.tasks.restore(USER, task_id, None, Operation(ObjectId()))
    assert "expiresAt" not in await stored(own, task_id)
    await replica.send_once()
    await inbox.received(3)
    assert "expiresAt" not in await stored(own, task_id)
