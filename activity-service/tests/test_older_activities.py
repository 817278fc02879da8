"""The feed of activities that were stored by another release, or spoiled."""

from typing import Any

import httpx2
import pytest
from activity_helpers.feed import FEED, TASK, ids, newest_first
from activity_helpers.service import event, store
from activity_service.activities import COLLECTION
from bson.datetime_ms import DatetimeMS
from chassis.mongo import Database, Document

NOT_READABLE: list[Document] = [
    {"changes": "what is this?"},
    {"changes": [{"field": "title"}]},
    {"taskTitle": None},
    {"timestamp": "yesterday"},
    {"timestamp": DatetimeMS(8_640_000_000_000_000)},
    {"timestamp": DatetimeMS(-8_640_000_000_000_000)},
    {"recordedAt": DatetimeMS(8_640_000_000_000_000)},
    {"version": "two", "type": 5},
]


@pytest.mark.parametrize("odd", NOT_READABLE)
async def test_an_activity_that_cannot_be_read_is_left_out_and_named_by_its_id_alone(
    reader: httpx2.AsyncClient, database: Database, logs: list[Any], odd: Document
) -> None:
    good = [event(taskId=TASK, taskTitle=f"{number}") for number in range(3)]
    newest = event(taskId=TASK)
    await store(database, *good, newest)
    await database[COLLECTION].update_one({"_id": newest["eventId"]}, {"$set": odd})
    assert ids(await reader.get(FEED)) == newest_first(good)
    first = await reader.get(FEED, params={"limit": 1})
    rest = await reader.get(FEED, params={"cursor": first.json()["nextCursor"]})
    assert ids(first) + ids(rest) == newest_first(good)
    told = [line for line in logs if line["event"] == "activity cannot be read"]
    assert {line["id"] for line in told} == {newest["eventId"]}
    assert set(told[0]) == {"event", "log_level", "id", "error"}


@pytest.mark.parametrize("odd", [{"changes": "what is this?"}, {"taskTitle": None}])
async def test_the_latest_of_a_task_is_the_newest_that_can_be_read(
    reader: httpx2.AsyncClient, database: Database, odd: Document
) -> None:
    first, second = event(taskId=TASK, taskTitle="first"), event(taskId=TASK)
    await store(database, first, second)
    await database[COLLECTION].update_one({"_id": second["eventId"]}, {"$set": odd})
    answer = await reader.get(FEED, params={"taskId": TASK, "latest": "true"})
    assert answer.json() == {"activity": "Task 'first' created."}


async def test_an_activity_of_another_release_is_shown(
    reader: httpx2.AsyncClient, database: Database
) -> None:
    """Of a type that is not known here, without its version, its changes, and when it was recorded."""
    message = event(type="TaskArchived")
    await store(database, message)
    await database[COLLECTION].update_one(
        {}, {"$unset": {"version": 1, "changes": 1, "recordedAt": 1}}
    )
    [shown] = (await reader.get(FEED)).json()["activities"]
    assert (shown["type"], shown["changes"]) == ("TaskArchived", {})
    assert (shown["batchId"], shown["causedBy"]) == (None, None)
    assert shown["recordedAt"] == shown["timestamp"] == message["timestamp"]
    assert shown["message"] == "Task 'Buy milk' changed."
