"""Events that wait too long are a reading, and a warning once for each time that it happens."""

from datetime import timedelta

import pytest
import structlog
from bson import ObjectId
from bson.datetime_ms import DatetimeMS
from chassis.background import running
from chassis.mongo import Database
from devstack.testing import eventually
from tasks_helpers.relay import NOON
from tasks_helpers.service import client_of, profiled, serving
from tasks_service import waiting as module
from tasks_service.waiting import WaitingEvents


@pytest.fixture
def waiting(own: Database) -> WaitingEvents:
    return WaitingEvents(own, now=lambda: NOON)


async def wait_for(own: Database, seconds: int) -> None:
    """Let a task wait that long."""
    since = NOON - timedelta(seconds=seconds)
    await own["tasks"].insert_one({"_id": ObjectId(), "unsentSince": since})


async def test_it_reads_how_long_the_oldest_have_waited(
    own: Database, waiting: WaitingEvents
) -> None:
    assert await waiting.check() == "up"
    await wait_for(own, 30)
    await own["tasks"].insert_one({"_id": ObjectId(), "unsentSince": "not a time"})
    assert await waiting.check() == "up"
    await wait_for(own, 42)
    await wait_for(own, 31)
    assert await waiting.check() == "waiting since 42 s"


async def test_a_time_for_which_there_is_no_datetime_is_a_long_time_too(
    own: Database, waiting: WaitingEvents
) -> None:
    since = DatetimeMS(-8_640_000_000_000_000)
    await own["tasks"].insert_one({"_id": ObjectId(), "unsentSince": since})
    assert (await waiting.check()).startswith("waiting since 86")


async def test_an_array_of_times_is_no_time(own: Database, waiting: WaitingEvents) -> None:
    await own["tasks"].insert_one({"_id": ObjectId(), "unsentSince": [NOON - timedelta(hours=1)]})
    await wait_for(own, 42)
    assert await waiting.check() == "waiting since 42 s"
    assert await waiting.measure() == (2, 42)


async def test_it_measures_how_many_wait_and_for_how_long(
    own: Database, waiting: WaitingEvents
) -> None:
    assert await waiting.measure() == (0, 0)
    await own["tasks"].insert_one({"_id": ObjectId(), "unsentSince": "not a time"})
    await own["tasks"].insert_one({"_id": ObjectId()})
    await wait_for(own, 5)
    await wait_for(own, 2)
    assert await waiting.measure() == (3, 5)
    await wait_for(own, -5)  # written by a clock that is ahead
    assert await waiting.measure() == (4, 5)


async def test_the_reading_costs_one_look_into_the_index(
    own: Database, waiting: WaitingEvents
) -> None:
    for seconds in range(40, 50):
        await wait_for(own, seconds)
    async with profiled(own) as operations:
        await waiting.check()
    [find] = [operation for operation in operations if "find" in operation["command"]]
    assert find["planSummary"] == "IXSCAN { unsentSince: 1 }"
    assert find["docsExamined"] == 1


async def test_the_warning_comes_once_until_they_are_sent(
    own: Database, waiting: WaitingEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WATCH_SECONDS", 0.01)
    spell = ["events wait to be sent", "events are sent again"]
    # Both before the watch begins, which may look between two inserts.
    await wait_for(own, 31)
    await wait_for(own, 42)
    with structlog.testing.capture_logs() as lines:
        async with running(waiting.watch()):
            await eventually(lambda: len(lines) == 1)
            await own["tasks"].delete_many({})
            await eventually(lambda: len(lines) == 2)
            await wait_for(own, 42)
            await eventually(lambda: len(lines) == 3)
            await own["tasks"].delete_many({})
            await eventually(lambda: len(lines) == 4)
    assert [line["event"] for line in lines] == spell * 2
    assert (lines[0]["log_level"], lines[0]["tasks"], lines[0]["seconds"]) == ("warning", 2, 42)


async def test_it_shows_in_ready_and_does_not_turn_it_red(mongo_uri: str, own: Database) -> None:
    await wait_for(own, 0)
    async with serving(mongo_uri) as app, client_of(app, str(ObjectId())) as client:
        answer = await client.get("/ready")
    assert answer.status_code == 200
    assert answer.json()["checks"]["events"].startswith("waiting since ")
