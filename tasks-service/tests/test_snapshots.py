"""Lists and facets of users with many tasks, which a process keeps in memory: as true as a query."""

import asyncio
from collections.abc import Sequence

import pytest
from bson import ObjectId
from chassis.mongo import Database
from devstack.testing import eventually, examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo.asynchronous.client_session import AsyncClientSession
from tasks_helpers.listing import document, facets_of, listing_of
from tasks_helpers.tasks import replica_of
from tasks_service import snapshot
from tasks_service.changes import next_version, update_of
from tasks_service.collection import COLLECTION
from tasks_service.derived import with_derived
from tasks_service.events import event_of
from tasks_service.filters import Filters
from tasks_service.listing import Listing
from tasks_service.operation import Operation
from tasks_service.schemas import NewTask, StoredTask, TaskPatch
from tasks_service.snapshots import Snapshots

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = ["fern", "oil", "lamp"]
OPEN = Filters(done=False)
CHANGES = ["create", "update", "delete", "restore"]


async def listed(listing: Listing, user: str, filters: Filters = OPEN) -> list[str]:
    page = await listing.page(user, filters, limit=100)
    assert page.total_tasks == len(page.tasks)
    return [task.title for task in page.tasks]


@settings(max_examples=examples(5, 300), deadline=None)
@given(data=st.data())
async def test_a_change_by_one_replica_is_in_the_next_list_of_another(
    indexed: Database, data: st.DataObject
) -> None:
    user, replica = str(ObjectId()), replica_of(indexed)
    others = listing_of(indexed, fewest=0)
    words = st.sampled_from(WORDS)
    titles: dict[ObjectId, str] = {}
    trash: dict[ObjectId, str] = {}
    for change in data.draw(st.lists(st.sampled_from(CHANGES), max_size=8)):
        title = data.draw(words)
        if change == "create" or not titles:
            made = await replica.create(user, NewTask(title=title, status="s"))
            titles[ObjectId(made.task.id)] = title
        elif change == "update":
            task_id = data.draw(st.sampled_from([*titles]))
            await replica.update(user, task_id, TaskPatch(title=title), None)
            titles[task_id] = title
        elif change == "restore" and trash:
            task_id, title = trash.popitem()
            await replica.restore(user, task_id, None, Operation(ObjectId()))
            titles[task_id] = title
        else:
            task_id, title = titles.popitem()
            await replica.delete(user, task_id, None)
            trash[task_id] = title
        assert sorted(await listed(others, user)) == sorted(titles.values())
        word = data.draw(words)
        found = await listed(others, user, Filters(words=(word,)))
        assert len(found) == [*titles.values()].count(word)


async def test_of_changes_at_once_everybody_reads_their_own(indexed: Database) -> None:
    user, replicas = str(ObjectId()), [replica_of(indexed), replica_of(indexed)]
    listings = [listing_of(indexed, fewest=0), listing_of(indexed, fewest=0)]

    async def write_and_read(number: int) -> None:
        made = await replicas[number % 2].create(user, NewTask(title=f"t{number}", status="s"))
        for title in (f"t{number}a", f"t{number}b"):
            task_id = ObjectId(made.task.id)
            await replicas[number % 2].update(user, task_id, TaskPatch(title=title), None)
            for listing in listings:
                assert await listed(listing, user, Filters(words=(title,))) == [title]

    await asyncio.gather(*(write_and_read(number) for number in range(8)))


async def rename(
    database: Database, task: StoredTask, title: str, session: AsyncClientSession | None = None
) -> None:
    after = next_version(task, {"title": title}, task.updated_at)
    assert after is not None
    update = update_of(task, after, event_of(task, after))
    await database[COLLECTION].update_one(*update, session=session)


async def test_a_write_that_others_overtake_is_seen_when_it_is_there(indexed: Database) -> None:
    user, replica, listing = str(ObjectId()), replica_of(indexed), listing_of(indexed, fewest=0)
    slow, quick = [
        (await replica.create(user, NewTask(title=title, status="s"))).task
        for title in ("slow", "quick")
    ]
    slow, quick = [
        StoredTask.from_document(
            await indexed[COLLECTION].find_one({"_id": ObjectId(one.id)}) or {}
        )
        for one in (slow, quick)
    ]
    async with indexed.client.start_session() as session, await session.start_transaction():
        await rename(indexed, slow, "slow at last", session)
        begun = session.operation_time
        assert begun is not None
        await rename(indexed, quick, "quick at once")

        async def is_later() -> bool:
            # By a second or more: so a list that forgets the slow one will not see it.
            assert sorted(await listed(listing, user)) == ["quick at once", "slow"]
            async with indexed.client.start_session() as other:
                await indexed["ticks"].insert_one({}, session=other)
                assert other.operation_time is not None
                return other.operation_time.time > begun.time + 1

        assert await eventually(is_later)
        await listed(listing, user)
        await session.commit_transaction()
    # By a word, since the titles that are shown are read anew.
    assert await listed(listing, user, Filters(words=("last",))) == ["slow at last"]


async def test_a_change_by_the_last_release_is_in_the_list_and_the_facets(
    indexed: Database,
) -> None:
    user = str(ObjectId())
    task = with_derived(document(0, user=user, title="Oil"))
    await indexed[COLLECTION].insert_one(task)
    listing, facets = listing_of(indexed, fewest=0), facets_of(indexed, fewest=0)
    assert await listed(listing, user) == ["Oil"]
    assert [one.value for one in (await facets.read(user, "UTC")).statuses] == ["s"]
    # It writes the version as a 32-bit integer, and neither what is derived nor a cluster time.
    by_last_release = {"title": "Ferns", "status": "new", "version": 2}
    await indexed[COLLECTION].update_one({"_id": task["_id"]}, {"$set": by_last_release})
    assert await listed(listing, user, Filters(words=("ferns",))) == ["Ferns"]
    assert [one.value for one in (await facets.read(user, "UTC")).statuses] == ["new"]


async def users_with(database: Database, *numbers: int) -> Sequence[str]:
    users = [str(ObjectId()) for _ in numbers]
    for user, number in zip(users, numbers, strict=True):
        await database[COLLECTION].insert_many(
            with_derived(document(0, user=user)) for _ in range(number)
        )
    return users


async def test_few_tasks_and_too_many_have_no_snapshot(indexed: Database) -> None:
    snapshots = Snapshots(indexed, fewest=2, most=3)
    few, enough, many = await users_with(indexed, 1, 3, 4)
    assert await snapshots.rows(few) is None
    assert await snapshots.rows(many) is None
    rows = await snapshots.rows(enough)
    assert rows is not None
    assert (len(rows), len(snapshots)) == (3, 1)
    await indexed[COLLECTION].insert_one(with_derived(document(0, user=enough)))
    assert await snapshots.rows(enough) is None


async def test_who_asked_last_has_a_snapshot_as_long_as_there_is_memory(
    indexed: Database,
) -> None:
    users = await users_with(indexed, 4, 4, 4)
    all_fit = Snapshots(indexed, fewest=0)
    for user in users:
        assert await all_fit.rows(user) is not None
    # They differ by a few bytes, since a rank ends with its last digit that is not zero.
    largest = max(kept.bytes for kept in all_fit._kept.values())
    two_fit = Snapshots(indexed, fewest=0, max_bytes=2 * largest)
    for user in users:
        assert await two_fit.rows(user) is not None
    assert [*two_fit._kept] == [*users[1:]]
    none_fits = Snapshots(indexed, fewest=0, max_bytes=largest)
    for user in users:
        assert await none_fits.rows(user) is None


async def test_no_snapshot_is_kept_for_ever(indexed: Database) -> None:
    [user] = await users_with(indexed, 2)
    kept, forgotten = Snapshots(indexed, fewest=0), Snapshots(indexed, fewest=0, max_age=0)
    for snapshots in (kept, forgotten):
        assert len(await snapshots.rows(user) or []) == 2
    # Neither this service nor the last release removes a task that is not in the trash.
    await indexed[COLLECTION].delete_one({"user": user})
    assert len(await kept.rows(user) or []) == 2
    assert len(await forgotten.rows(user) or []) == 1


async def test_mongodb_is_asked_while_very_many_tasks_have_just_changed(
    indexed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    [user] = await users_with(indexed, 3)
    monkeypatch.setattr(snapshot, "MANY", 2)
    snapshots = Snapshots(indexed, fewest=0)
    assert len(await snapshots.rows(user) or []) == 3
    assert await snapshots.rows(user) is None
    monkeypatch.setattr(snapshot, "LONGEST_WRITE", 0)  # as if that were long ago
    assert len(await snapshots.rows(user) or []) == 3
