"""Tasks that were stored without derived values, or whose values are another release's."""

import asyncio
from contextlib import ExitStack
from typing import Any

import pytest
import structlog
from bson import Int64, ObjectId
from bson.datetime_ms import DatetimeMS
from chassis.background import running
from chassis.mongo import Database, Document, ensure_indexes, open_mongo
from devstack.mongo import Mongo
from devstack.servers import Server
from devstack.testing import eventually
from tasks_helpers.listing import document, listing_of
from tasks_helpers.service import profiled, serving
from tasks_service import stale
from tasks_service.app import INDEXES
from tasks_service.derived import REVISION, derive, with_derived
from tasks_service.filters import Filters
from tasks_service.stale import StaleTasks

USER = str(ObjectId())
FERNS = Filters(words=("ferns",))


async def found(own: Database, filters: Filters = FERNS) -> list[str]:
    page = await listing_of(own).page(USER, filters, limit=10)
    return [task.id for task in page.tasks]


def fresh(**fields: object) -> Document:
    return with_derived(document(0, user=USER, **fields))


async def test_a_task_from_before_the_derived_values_is_found(own: Database) -> None:
    task = document(0, user=USER, title="Ferns")
    await own["tasks"].insert_one(task)
    assert await found(own) == [str(task["_id"])]


async def test_a_task_without_a_version_is_found(own: Database) -> None:
    task = document(0, user=USER, title="Ferns")
    del task["version"]
    await own["tasks"].insert_one(task)
    assert await found(own) == [str(task["_id"])]


async def test_a_change_by_the_last_release_is_found(own: Database) -> None:
    task = fresh(title="Oil")
    await own["tasks"].insert_one(task)
    assert await found(own) == []
    # It sets what has changed and the next version, as the 32-bit integer that PyMongo makes of it.
    await own["tasks"].update_one({"_id": task["_id"]}, {"$set": {"title": "Ferns", "version": 2}})
    assert await found(own) == [str(task["_id"])]
    stored = await own["tasks"].find_one({"_id": task["_id"]})
    assert stored is not None
    assert (stored["version"], type(stored["version"])) == (2, Int64)


@pytest.mark.parametrize(("revision", "is_derived_anew"), [(-1, True), (0, False), (1, False)])
async def test_only_what_is_older_is_derived_anew(
    own: Database, revision: int, *, is_derived_anew: bool
) -> None:
    task = fresh(title="Ferns")
    task["derived"] |= {"revision": REVISION + revision, "text": "other"}
    await own["tasks"].insert_one(task)
    assert (await found(own) != []) == is_derived_anew


async def test_a_task_that_changes_meanwhile_keeps_what_was_derived_last(own: Database) -> None:
    task = document(0, user=USER, title="Oil")
    await own["tasks"].insert_one(task)

    class Overtaken(StaleTasks):
        async def _write(self, documents: list[Document]) -> int:
            changed = fresh(_id=task["_id"], title="Ferns", version=2)
            await own["tasks"].replace_one({"_id": task["_id"]}, changed)
            return await super()._write(documents)

    await Overtaken(own).fill(USER)
    assert await found(own) == [str(task["_id"])]


async def test_nothing_of_others_is_read_to_see_that_nothing_is_stale(own: Database) -> None:
    await own["tasks"].insert_many(fresh() for _ in range(50))
    others = [document(0, user=str(ObjectId())) for _ in range(50)]
    await own["tasks"].insert_many(others)
    async with profiled(own) as operations:
        await StaleTasks(own).fill(USER)
    assert len(operations) == 2
    for operation in operations:
        assert operation["docsExamined"] == 0
        assert operation["keysExamined"] <= 4


async def test_the_background_fills_in_the_tasks_of_all_users(
    own: Database, mongo_uri: str
) -> None:
    tasks = [document(0, user=str(ObjectId())) for _ in range(5)]
    await own["tasks"].insert_many(tasks)
    async with serving(mongo_uri):

        async def filled() -> bool:
            stale = {"derived.revision": {"$ne": REVISION}}
            return await own["tasks"].count_documents(stale) == 0

        assert await eventually(filled)


async def test_a_mongodb_that_fails_interrupts_the_background_until_it_works_again(
    own_mongo: Server[Mongo], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stale, "INTERVAL", 0.05)
    async with open_mongo(own_mongo.store.database_uri("tasks"), {}) as database:
        await ensure_indexes(database, INDEXES)
        tasks = database["tasks"]
        task = document(0, user=USER)
        await tasks.insert_one(task)
        query = {"_id": task["_id"], "derived.revision": REVISION}
        with structlog.testing.capture_logs() as lines, ExitStack() as failing:
            failing.enter_context(own_mongo.store.failing("find", errorCode=211))
            async with running(StaleTasks(database).watch()):
                await eventually(lambda: bool(lines))
                failing.close()
                await eventually(lambda: tasks.count_documents(query))
    assert lines[0]["log_level"] == "warning"


ODD: list[Any] = [None, 7, "x", [], ["x", 7], {}, {"a": 1}, True, b"x", 1.5, ObjectId()]
ODD += [DatetimeMS(8_640_000_000_000_000), DatetimeMS(-8_640_000_000_000_000)]


@pytest.mark.parametrize(
    "name",
    ["title", "status", "description", "list", "labels", "checklist", "version", "createdAt"],
)
async def test_an_odd_document_takes_no_other_with_it(own: Database, name: str) -> None:
    odd = [document(0, user=USER, **{name: value}) for value in ODD]
    task = document(0, user=USER, title="Ferns", labels=["a\0b"])
    await own["tasks"].insert_many([*odd, task])
    async with asyncio.timeout(60):
        assert await found(own) == [str(task["_id"])]


@pytest.mark.parametrize("name", ["due", "priority", "rank", "updatedAt", "createdAt", "version"])
@pytest.mark.parametrize("value", ODD)
def test_whatever_is_stored_something_is_derived(name: str, value: object) -> None:
    assert derive(document(0, user=USER) | {name: value})["revision"] == REVISION


async def test_a_list_is_right_while_the_indexes_are_being_built(own: Database) -> None:
    await own["tasks"].drop_indexes()
    task = document(0, user=USER, title="Ferns")
    await own["tasks"].insert_one(task)
    assert await found(own) == [str(task["_id"])]
    assert await found(own, Filters()) == [str(task["_id"])]


async def test_the_largest_task_is_stored_and_found(own: Database) -> None:
    # Four bytes of UTF-8, twice as long once folded.
    letter = "\U0001d160"
    task = fresh(
        title=letter * 120,
        status=letter * 20,
        description=letter * 1995 + "ferns",
        list=letter * 50,
        labels=[f"{number:02}" + letter * 28 for number in range(20)],
        checklist=[{"id": str(one), "text": letter * 200, "done": False} for one in range(100)],
    )
    await own["tasks"].insert_one(task)
    assert await found(own) == [str(task["_id"])]
