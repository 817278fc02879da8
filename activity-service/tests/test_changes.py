"""What MongoDB says of the activities that are recorded: few at once."""

from activity_helpers.service import event, store
from activity_helpers.streams import ids
from activity_service.activities import activities_in
from activity_service.changes import position_of, read, watch
from chassis.mongo import Database


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
