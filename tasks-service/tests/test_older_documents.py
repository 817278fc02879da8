"""A task stored before a field existed reads, lists, changes and is sent as if it had the default."""

from datetime import UTC, datetime

import httpx2
import pytest
from bson import ObjectId
from chassis.mongo import Database, Document
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import Replica, all_sent
from tasks_helpers.tasks import stored
from tasks_service.schemas import NewTask, TaskFields

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPTIONAL = [name for name, field in TaskFields.model_fields.items() if not field.is_required()]


def older(user: str, without: str) -> Document:
    """A document as the release before the field `without` wrote it."""
    task_id = ObjectId()
    event = {
        "eventId": str(task_id),
        "type": "TaskCreated",
        "taskTitle": "Learn",
        "timestamp": NOW,
        "version": 1,
        "changes": {},
    }
    fields = NewTask(title="Learn", status="Open").model_dump(exclude={without})
    return fields | {
        "_id": task_id,
        "user": user,
        "createdAt": NOW,
        "updatedAt": NOW,
        "version": 1,
        "deleted": False,
        "sentVersion": 0,
        "fence": 0,
        "unsentSince": NOW,
        "events": [event],
    }


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("field", OPTIONAL)
async def test_it_reads_lists_and_changes_with_the_default(
    client: httpx2.AsyncClient, database: Database, user_id: str, field: str
) -> None:
    document = older(user_id, field)
    await database["tasks"].insert_one(document)
    path = f"/api/tasks/{document['_id']}"
    default = TaskFields.model_fields[field].get_default(call_default_factory=True)
    assert (await client.get(path)).json()["task"][field] == default
    assert (await client.get("/api/tasks")).json()["tasks"][0][field] == default
    changed = await client.patch(path, json={"title": "Learn more"})
    assert changed.json()["task"][field] == default
    event = (await stored(database, document["_id"]))["events"][-1]
    assert event["changes"] == {"title": {"from": "Learn", "to": "Learn more"}}


@pytest.mark.parametrize("field", OPTIONAL)
async def test_its_events_are_sent(
    own: Database, replica: Replica, inbox: Inbox, field: str
) -> None:
    document = older(str(ObjectId()), field)
    await own["tasks"].insert_one(document)
    await replica.send_once()
    [message] = await inbox.received()
    assert message.event.event_id == str(document["_id"])
    assert await all_sent(own)
