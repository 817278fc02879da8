"""Documents of another release: what they lack is at its default, and an odd one hurts no other."""

import asyncio
from datetime import UTC, datetime

import httpx2
import pytest
import structlog
from bson import ObjectId
from bson.datetime_ms import DatetimeMS
from chassis.mongo import Database, Document
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import Replica, all_sent
from tasks_helpers.tasks import stored
from tasks_service.backfill import Backfill
from tasks_service.history import kept
from tasks_service.schemas import NewTask, TaskFields

NO_DATETIME = DatetimeMS(8_640_000_000_000_000)  # the year 275760, the last one of JavaScript
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


async def test_an_event_of_a_time_that_nobody_can_read_keeps_no_other_from_being_sent(
    own: Database, replica: Replica, inbox: Inbox
) -> None:
    odd, good = (older(str(ObjectId()), "description") for _ in range(2))
    odd["events"][0]["timestamp"] = NO_DATETIME
    await own["tasks"].insert_many([odd, good])
    await replica.send_once()
    [message] = await inbox.received()
    assert message.event.event_id == str(good["_id"])


@pytest.mark.parametrize(
    "event", [{"_id": [1]}, {"taskId": "another"}, {"userId": str(ObjectId())}]
)
async def test_an_event_with_members_of_the_history_is_kept_as_what_it_is(
    own: Database, replica: Replica, inbox: Inbox, event: Document
) -> None:
    odd, good = (older(str(ObjectId()), "description") for _ in range(2))
    odd["events"][0] |= event
    await own["tasks"].insert_many([odd, good])
    await replica.send_once()
    assert await all_sent(own)
    assert len(await inbox.received(2)) == 2
    event_id = odd["events"][0]["eventId"]
    kept = await own["task_events"].find_one({"_id": event_id}) or {}
    assert (kept["taskId"], kept["userId"]) == (odd["_id"], odd["user"])


async def test_a_task_whose_id_is_a_document_keeps_no_other_from_being_sent_or_moved(
    own: Database, replica: Replica, inbox: Inbox
) -> None:
    odd, good = (older(str(ObjectId()), "description") for _ in range(2))
    odd |= {"_id": {"a": 1}, "events": ["odd"]}
    await own["tasks"].insert_many([odd, good])
    for _ in range(2):
        await replica.send_once()
    [message] = await inbox.received()
    assert message.event.event_id == str(good["_id"])
    odd_sent = {"unsentSince": "", "fence": "", "sentVersion": ""}
    await own["tasks"].update_one({"_id": odd["_id"]}, {"$unset": odd_sent})
    await replica.lease.try_to_hold()
    async with asyncio.timeout(60):
        await Backfill(own, replica.lease).move_all(pause=0)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_task_of_a_time_that_nobody_can_read_keeps_no_other_from_being_moved(
    client: httpx2.AsyncClient, database: Database, user_id: str
) -> None:
    await database["tasks"].insert_one(older(user_id, "list") | {"createdAt": NO_DATETIME})
    for title in ("first", "second"):
        await client.post("/api/tasks", json={"title": title, "status": "Open"})
    second, first = (await client.get("/api/tasks")).json()["tasks"]
    moved = await client.patch(f"/api/tasks/{second['_id']}", json={"after": first["_id"]})
    assert moved.status_code == 200


@pytest.mark.parametrize("lacking", ["version", "updatedAt", "sentVersion", "fence", "deleted"])
async def test_the_events_of_a_task_without_what_the_service_keeps_are_sent_once(
    own: Database, replica: Replica, inbox: Inbox, lacking: str
) -> None:
    document = older(str(ObjectId()), "description")
    del document[lacking]
    await own["tasks"].insert_one(document)
    await replica.send_once()
    assert await all_sent(own)
    assert replica.lease.shards
    await replica.send_once()
    assert len(await inbox.received()) == 1


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("lacking", ["version", "updatedAt", "events", "sentVersion", "fence"])
async def test_a_task_without_what_the_service_keeps_is_read_changed_and_its_event_waits(
    client: httpx2.AsyncClient, database: Database, user_id: str, lacking: str
) -> None:
    document = older(user_id, "description")
    del document[lacking]
    await database["tasks"].insert_one(document)
    path = f"/api/tasks/{document['_id']}"
    task = (await client.get(path)).json()["task"]
    assert (task["version"], task["updatedAt"]) == (1, task["createdAt"])
    assert (await client.get("/api/tasks")).json()["tasks"] == [task]
    changed = await client.patch(path, json={"status": "Done"}, headers={"if-match": '"1"'})
    assert changed.json()["task"]["version"] == 2
    kept = await stored(database, document["_id"])
    assert kept["events"][-1]["version"] == 2
    assert "unsentSince" in kept


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    "odd",
    [
        {"createdAt": "yesterday"},
        {"createdAt": NO_DATETIME},
        {"title": 5},
        {"status": None},
        {"version": "two"},
    ],
)
async def test_a_document_that_cannot_be_read_is_left_out_and_named_by_its_id_alone(
    client: httpx2.AsyncClient, database: Database, user_id: str, odd: Document
) -> None:
    document = older(user_id, "description") | odd
    await database["tasks"].insert_one(document)
    readable = await client.post("/api/tasks", json={"title": "Learn", "status": "Open"})
    with structlog.testing.capture_logs() as logs:
        answer = await client.get("/api/tasks")
        alone = await client.get(f"/api/tasks/{document['_id']}")
    assert answer.json()["tasks"] == [readable.json()["task"]]
    assert alone.status_code == 404
    told = [line for line in logs if line["event"] == "task cannot be read"]
    assert [line["task"] for line in told] == [str(document["_id"])] * 2
    assert set(told[0]) == {"event", "log_level", "task"}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("events", ["text", ["text"], {"version": 1}])
async def test_events_that_are_none_keep_no_task_from_a_bulk_or_an_undo(
    client: httpx2.AsyncClient, database: Database, user_id: str, events: object
) -> None:
    document = older(user_id, "description") | {"events": events}
    await database["tasks"].insert_one(document)
    other = await client.post("/api/tasks", json={"title": "Learn", "status": "Open"})
    ids = [str(document["_id"]), other.json()["task"]["_id"]]
    bulk = await client.post("/api/tasks/bulk", json={"ids": ids, "set": {"status": "Done"}})
    assert [one["status"] for one in bulk.json()["results"]] == [200, 200]

    changed = await stored(database, document["_id"])
    event = changed["events"][-1]
    await database["task_events"].insert_one(kept(changed, event, event["eventId"]))
    sent = {"$set": {"events": events}, "$unset": {"unsentSince": ""}}
    await database["tasks"].update_one({"_id": document["_id"]}, sent)
    undone = await client.post("/api/tasks/undo", json={"eventId": event["eventId"]})
    assert undone.status_code == 200
    task = await client.get(f"/api/tasks/{document['_id']}")
    assert task.json()["task"]["status"] == "Open"
