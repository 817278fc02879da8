"""What MongoDB says of the activities that are recorded: few at once, and odd ones among them."""

from typing import Any

import pytest
from activity_helpers.feed import FEED
from activity_helpers.service import ALICE, event, store
from activity_helpers.streams import STREAM, ids, serving
from activity_service import recent
from activity_service.activities import COLLECTION, activities_in
from activity_service.changes import position_of, read, watch
from chassis.mongo import Database
from devstack.sse import streaming


async def test_mongo_sends_few_activities_at_once(database: Database) -> None:
    activities = activities_in(database)
    async with await watch(activities, after=None, at_once=3, wait=0.1) as changes:
        after = position_of(changes)
    own = [event() for _ in range(10)]
    await store(database, *own)
    await database.command("profile", 2)
    told: list[str] = []
    async with await watch(activities, after=after, at_once=3, wait=0.1) as changes:
        while recorded := await read(changes):
            told.append(recorded.document["_id"])
    await database.command("profile", 0)
    answers = await database["system.profile"].find({"nreturned": {"$gt": 0}}).to_list()
    assert told == ids(own)
    # The first three come with the stream itself, whose entry does not say how many there were.
    assert [answer["nreturned"] for answer in answers] == [3, 3, 1]


@pytest.mark.parametrize("owner", [[ALICE], [[], "x"]])
async def test_an_odd_document_neither_stops_nor_interrupts_the_live_feed(
    mongo_uri: str,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    logs: list[Any],
    owner: list[Any],
) -> None:
    """MongoDB takes an array of texts for a text."""
    monkeypatch.setattr(recent, "MOST", 2)
    async with serving(mongo_uri) as alice, streaming(alice, STREAM) as stream:
        await anext(stream.blocks())
        await database[COLLECTION].insert_one({"_id": "odd", "userId": owner})
        own = [event() for _ in range(5)]
        for message in own:
            await store(database, message)
        assert await stream.ids(len(own)) == ids(own)
        assert (await alice.get(FEED)).status_code == 200
    errors = [line for line in logs if line["log_level"] == "error"]
    assert {line["event"] for line in errors} <= {"activity is nobody's", "activity cannot be read"}
    assert {line["id"] for line in errors} == {"odd"}
