"""A batch, whatever is in it: stored once each, given up with a reason, or held as a whole."""

import asyncio
import json
from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from activity_helpers.service import Message, event
from activity_service import recorder as recorder_module
from activity_service.activities import COLLECTION
from activity_service.recorder import BYTES_OF_A_TURN, Recorder
from chassis.mongo import Database, open_mongo
from chassis_helpers.metrics import value
from devstack.testing import NOBODYS_PORT
from pymongo.errors import BulkWriteError, PyMongoError


def body(message: Message) -> bytes:
    return json.dumps(message).encode()


async def titles(database: Database) -> dict[str, str]:
    stored = await database[COLLECTION].find().to_list()
    return {activity["_id"]: activity["taskTitle"] for activity in stored}


@pytest.fixture
def recorder(database: Database) -> Recorder:
    return Recorder(database)


async def refuse_titles(database: Database, title: str) -> None:
    """Let MongoDB itself refuse a document."""
    await database.command("collMod", COLLECTION, validator={"taskTitle": {"$ne": title}})


async def test_what_is_readable_is_stored_and_the_rest_given_up_with_a_reason(
    recorder: Recorder, database: Database
) -> None:
    good = [event() for _ in range(3)]
    batch = [body(good[0]), b"{", body(good[1]), body(event(taskId="1")), b"x" * (2**20 + 1)]
    given_up = await recorder.record([*batch, body(good[2])])
    assert set(await titles(database)) == {message["eventId"] for message in good}
    assert {place: reason.partition(":")[0] for place, reason in given_up.items()} == {
        1: "not JSON",
        3: "unknown shape",
        4: "over 1048576 bytes",
    }


async def test_it_says_when_an_activity_was_recorded_which_is_never_before_the_change(
    recorder: Recorder, database: Database
) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    ahead = datetime(2999, 1, 1, tzinfo=UTC)
    late, early = event(), event(timestamp=ahead.isoformat())
    await recorder.record([body(late), body(early)])
    stored = {one["_id"]: one["recordedAt"] async for one in database[COLLECTION].find()}
    assert before <= stored[late["eventId"]] <= datetime.now(UTC)
    assert stored[early["eventId"]] == ahead


async def test_the_delay_of_each_new_activity_is_measured_by_few_types(recorder: Recorder) -> None:
    def counted(type_: str) -> list[float]:
        name = "activity_delay_seconds"
        at_most = [value(f"{name}_bucket", type=type_, le=bound) for bound in ("10.0", "60.0")]
        return [*at_most, value(f"{name}_count", type=type_)]

    now = datetime.now(UTC)
    late = event(type="TaskDeleted", timestamp=(now - timedelta(seconds=30)).isoformat())
    ahead = event(type="TaskDeleted", timestamp=(now + timedelta(hours=1)).isoformat())
    others = [event(type="Unknown"), event(type="Newer")]
    before = counted("TaskDeleted"), counted("other")
    for _ in range(2):  # the second time they are known
        await recorder.record([body(message) for message in (late, ahead, *others)])
    after = counted("TaskDeleted"), counted("other")
    grown = [
        [new - old for new, old in zip(*pair, strict=True)]
        for pair in zip(after, before, strict=True)
    ]
    assert grown == [[1, 2, 2], [0, 0, 2]]


async def test_others_get_their_turn_while_large_bodies_are_read(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def store_nothing(_messages: object) -> dict[str, str]:
        return {}

    monkeypatch.setattr(recorder, "_store", store_nothing)
    large = {"description": {"from": "", "to": "x" * BYTES_OF_A_TURN}}
    other = asyncio.create_task(take_turns())
    await recorder.record([body(event()) for _ in range(20)])
    assert turns == 0
    await recorder.record([body(event(changes=large)) for _ in range(20)])
    other.cancel()
    assert turns >= 19


async def test_of_two_events_with_one_id_the_first_stays(
    recorder: Recorder, database: Database
) -> None:
    first, second, third = (event(eventId="same", taskTitle=title) for title in "123")
    assert not await recorder.record([body(first), body(second)])
    assert not await recorder.record([body(third), body(event(eventId="other", taskTitle="4"))])
    assert await titles(database) == {"same": "1", "other": "4"}


async def test_what_mongo_refuses_is_given_up_and_the_others_are_stored(
    recorder: Recorder, database: Database
) -> None:
    await refuse_titles(database, "refused")
    batch = [event(), event(taskTitle="refused"), event()]
    given_up = await recorder.record([body(message) for message in batch])
    assert set(await titles(database)) == {batch[0]["eventId"], batch[2]["eventId"]}
    assert given_up == {1: "refused by MongoDB: code 121"}


async def test_an_error_of_mongo_that_is_not_known_to_be_the_documents_gives_nothing_up(
    recorder: Recorder, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "_FAULTS_OF_A_DOCUMENT", frozenset())
    await refuse_titles(database, "refused")
    with pytest.raises(BulkWriteError):
        await recorder.record([body(event(taskTitle="refused")), b"{"])


async def test_without_mongo_the_batch_is_held() -> None:
    nobody = f"mongodb://127.0.0.1:{NOBODYS_PORT}/activity?replicaSet=rs0"
    async with open_mongo(nobody, {}) as away:
        with pytest.raises(PyMongoError):
            await Recorder(away).record([body(event()), b"{"])


async def test_each_event_is_one_line_with_the_ids_of_its_request(
    recorder: Recorder, logs: list[MutableMapping[str, Any]]
) -> None:
    message = event(requestId="page-1", traceparent="00-1-2-01")
    for _ in range(2):
        await recorder.record([body(message)])
    lines = [line for line in logs if line.get("eventId") == message["eventId"]]
    assert [(line["event"], line["requestId"], line["traceparent"]) for line in lines] == [
        ("activity recorded", "page-1", "00-1-2-01"),
        ("activity already recorded", "page-1", "00-1-2-01"),
    ]
